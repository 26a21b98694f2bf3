import Testing

@testable import Engine

struct WorkflowFilesTests {
    private let files = [
        WorkflowFile(
            path: ".github/workflows/ct.yaml",
            text: "name: Continuous Training\non: push\njobs: {}\n"
        ),
        WorkflowFile(path: ".github/workflows/ci_cd.yml", text: Self.text("CI")),
        WorkflowFile(path: ".github/workflows/train.yaml", text: Self.text("Continuous Training")),
    ]

    private static func text(_ name: String) -> String {
        "name: \(name)\non: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo } ] } }\n"
    }

    @Test(arguments: ["ci-cd", "CI CD", "ci_cd.yml", ".github/workflows/ci_cd.yml", "ci"])
    func aWorkflowIsFoundByALooseName(_ name: String) throws {
        #expect(try WorkflowFiles.named(name, among: files).path == ".github/workflows/ci_cd.yml")
    }

    @Test func anUnknownNameListsWhatThereIs() {
        let error = #expect(throws: PlanError.self) { try WorkflowFiles.named("nothing", among: files) }
        #expect(error?.description.contains("ci_cd.yml (CI)") == true)
    }

    @Test func aNameThatFitsSeveralIsRefused() {
        let twins = [files[2], WorkflowFile(path: "w/continuous_training.yml", text: Self.text("Other"))]
        let error = #expect(throws: PlanError.self) {
            try WorkflowFiles.named("continuous-training", among: twins)
        }
        #expect(error?.description.contains("several") == true)
    }
}
