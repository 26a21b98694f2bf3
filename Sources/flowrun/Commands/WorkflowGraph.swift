import ArgumentParser
import Engine
import Foundation
import Workflows

extension GraphFormat: ExpressibleByArgument {}

struct WorkflowGraph: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "The jobs of a workflow, or of all, and what each waits for.",
        discussion: """
            Without WORKFLOW all of them are drawn, each with what starts it and when it fires next, and which follows which
            by workflow_run.

            EXAMPLES
              flowrun workflow graph
              flowrun workflow graph ci --format mermaid
              flowrun workflow graph ci --format dot | dot -Tsvg > ci.svg
            """
    )

    @Argument(help: "The workflow (default: all of them).", completion: .workflows) var workflow: String?
    @Option(help: "text, mermaid or dot.") var format = GraphFormat.text
    @OptionGroup var source: WorkflowSource

    func run() throws {
        let files = try source.files()
        if let workflow {
            let file = try WorkflowFiles.named(workflow, among: files)
            guard let workflow = file.workflow else { throw SessionError.invalid([file]) }
            return Console.print(GraphText.written(JobGraph(workflow), as: format))
        }
        guard !files.isEmpty else { return Console.complain("this commit has no workflows") }
        let now = Date()
        var graphs: [WorkflowPicture] = []
        for file in files {
            guard let workflow = file.workflow else {
                Console.complain("\(file.path) is invalid: flowrun lint says why")
                continue
            }
            graphs.append(try WorkflowPicture(workflow, path: file.path, now: now))
        }
        Console.print(GraphText.written(graphs, as: format))
    }
}
