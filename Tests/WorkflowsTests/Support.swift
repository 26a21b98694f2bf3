import Expressions
import Testing
import YAML

@testable import Workflows

/// A workflow around the text of one job's keys.
func workflow(job keys: String) -> String {
    "on: push\njobs:\n  a:\n" + indented(keys, by: 4)
}

/// A workflow around the text of one job's steps.
func workflow(steps: String) -> String {
    "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n" + indented(steps, by: 6)
}

private func indented(_ text: String, by count: Int) -> String {
    let margin = String(repeating: " ", count: count)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { margin + $0 + "\n" }.joined()
}

/// `line:column code`, one for each error.
func faults(_ text: String) -> [String] {
    WorkflowReader.read(text, file: "w.yml").errors.map {
        "\($0.location.line):\($0.location.column) \($0.code)"
    }
}

func read(_ text: String) throws -> Workflow {
    let reading = WorkflowReader.read(text, file: "w.yml")
    return try #require(reading.value, "\(reading.errors.map(\.summary))")
}

/// The steps of a workflow's only job.
func stepsJob(_ text: String) throws -> StepsJob {
    guard case .steps(let job)? = try read(text).jobs.first?.kind else {
        throw Diagnostics([])
    }
    return job
}
