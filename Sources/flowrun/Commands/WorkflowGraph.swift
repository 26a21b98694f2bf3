import ArgumentParser
import Engine
import Workflows

extension GraphFormat: ExpressibleByArgument {}

struct WorkflowGraph: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "The jobs of a workflow and what each waits for.",
        discussion: """
            EXAMPLES
              flowrun workflow graph ci
              flowrun workflow graph ci --format mermaid
              flowrun workflow graph ci --format dot | dot -Tsvg > ci.svg
            """
    )

    @Argument(help: "The workflow.") var workflow: String
    @Option(help: "text, mermaid or dot.") var format = GraphFormat.text
    @OptionGroup var source: WorkflowSource

    func run() throws {
        let file = try WorkflowFiles.named(workflow, among: try source.files())
        guard let workflow = file.workflow else { throw SessionError.invalid([file]) }
        Console.print(GraphText.written(JobGraph(workflow), as: format))
    }
}
