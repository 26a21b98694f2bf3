import ArgumentParser
import Engine
import Store

struct WorkflowEnable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let events start a workflow again.",
        discussion: """
            What its schedule missed meanwhile is not made up for.

            EXAMPLES
              flowrun workflow enable continuous-training
            """
    )

    @Argument(help: "The workflow.", completion: .workflows) var workflow: String
    @OptionGroup var source: WorkflowSource

    func run() throws { try source.setWorkflow(workflow, isDisabled: false) }
}

struct WorkflowDisable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Let no event start a workflow, on any branch, until it is enabled.",
        discussion: """
            Runs that have begun go on, and other workflows can still call it. It is kept on this machine, by the workflow's
            path.

            EXAMPLES
              flowrun workflow disable continuous-training
            """
    )

    @Argument(help: "The workflow.", completion: .workflows) var workflow: String
    @OptionGroup var source: WorkflowSource

    func run() throws { try source.setWorkflow(workflow, isDisabled: true) }
}

extension WorkflowSource {
    fileprivate func setWorkflow(_ name: String, isDisabled: Bool) throws {
        let site = try site()
        let file = try WorkflowFiles.named(name, among: try site.files())
        let store = try Store(home: Surroundings().home)
        let word = isDisabled ? "disabled" : "enabled"
        let isChanged = try store.setWorkflow(file.path, of: site.repositoryPath, isDisabled: isDisabled)
        Console.print("\(file.path) is \(word)\(isChanged ? "" : " already")")
    }
}
