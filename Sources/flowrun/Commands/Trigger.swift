import ArgumentParser
import Engine
import Expressions
import Foundation
import Workflows

struct Trigger: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger",
        abstract: "Fire an event and run every workflow that it starts.",
        discussion: """
            The event is built from the repository: a push is the last commit of HEAD, a pull request goes from the current
            branch to the default one. A payload is merged over it.

            EXAMPLES
              flowrun trigger push
              flowrun trigger push --ref feature/x -n
              flowrun trigger pull_request --base main --head feature
              flowrun trigger pull_request --payload event.json
              echo '{"schedule": "0 */6 * * *"}' | flowrun trigger schedule --payload -
            """
    )

    @Argument(
        help: "The event: push, pull_request, schedule, workflow_run, repository_dispatch, ...",
        completion: .events
    )
    var event: String

    @Option(help: "The branch that a pull request goes into (default: the default branch).") var base: String?
    @Option(help: "The branch that a pull request comes from (default: the current one).") var head: String?
    @OptionGroup var payload: PayloadOption
    @OptionGroup(title: "Options of every run") var options: RunOptions

    func validate() throws {
        if base != nil || head != nil, !event.hasPrefix("pull_request") {
            throw ValidationError("--base and --head are those of a pull request")
        }
    }

    func run() async throws { try await Self.fire(event, payload: try wholePayload(), options.settings) }

    /// What the options say of a pull request, over what the payload says.
    private func wholePayload() throws -> Value? {
        let given = try payload.read()
        func side(_ ref: String?) -> Value { .object(ObjectValue(ref.map { [("ref", .string($0))] } ?? [])) }
        guard base != nil || head != nil else { return given }
        let pull = Value.object(ObjectValue([("base", side(base)), ("head", side(head))]))
        let sides = Value.object(ObjectValue([("pull_request", pull)]))
        return given.map { $0.overlaid(with: sides) } ?? sides
    }

    static func fire(
        _ event: String,
        payload: Value?,
        _ settings: RunSettings,
        _ opening: StoreOpening? = nil
    ) async throws {
        guard EventNames.all.contains(event) else {
            let hint = nearestMatch(event, in: EventNames.all).map { "; did you mean `\($0)`?" } ?? ""
            throw CommandEnd(.nothingStarted, "error: there is no event `\(event)`\(hint)")
        }
        let frontend = try await RunFrontend(settings, opening)
        let isQuiet = settings.format == .json
        let silence: @Sendable (WorkflowFile, String) -> Void = { file, reason in
            if !isQuiet { Console.complain("\(file.path) does not run: \(reason)") }
        }
        if settings.dryRun {
            return try await frontend.showPlan {
                try await $0.planTrigger(event, payload: payload, silence: silence)
            }
        }
        if settings.detach {
            return try await frontend.handOver { session, choices in
                try await session.queueTrigger(event, payload: payload, choices: choices, silence: silence)
            }
        }
        try await frontend.run { try await $0.trigger(event, payload: payload, silence: silence) }
    }
}
