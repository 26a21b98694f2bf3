import ArgumentParser
import Engine
import Foundation

struct Dispatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispatch",
        abstract: "Fire workflow_dispatch for one workflow and run it here, now.",
        discussion: """
            WORKFLOW is a file name with or without its extension, a path, or the workflow's name; case does not matter and
            '-', '_' and a space are the same.

            EXAMPLES
              flowrun dispatch continuous-training
              flowrun dispatch deploy -f environment=staging -f dry-run=true
              flowrun dispatch ci --ref v1.2 --format json
            """
    )

    @Argument(help: "The workflow to fire.", completion: .workflows)
    var workflow: String

    @OptionGroup var inputs: InputOptions
    @OptionGroup(title: "Options of every run") var options: RunOptions

    func run() async throws {
        try await Self.fire(workflow, inputs: try inputs.read(), options.settings)
    }

    static func fire(
        _ workflow: String,
        inputs: [String: String],
        _ settings: RunSettings,
        _ opening: StoreOpening? = nil
    ) async throws {
        let frontend = try await RunFrontend(settings, opening)
        if settings.dryRun {
            return try await frontend.showPlan { try await $0.planDispatch(workflow, inputs: inputs) }
        }
        if settings.detach {
            return try await frontend.handOver { session, choices in
                try await session.queueDispatch(workflow, inputs: inputs, choices: choices)
            }
        }
        try await frontend.run { try await $0.dispatch(workflow, inputs: inputs) }
    }
}
