import ArgumentParser
import Engine
import Expressions
import Foundation

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
              flowrun trigger pull_request --payload event.json
              echo '{"schedule": "0 */6 * * *"}' | flowrun trigger schedule --payload -
            """
    )

    @Argument(
        help: "The event: push, pull_request, schedule, workflow_run, repository_dispatch, ...",
        completion: .events
    )
    var event: String

    @Option(
        help: ArgumentHelp(
            "The event's JSON, merged over the one built from the repository; - reads standard input.",
            valueName: "file"
        ),
        completion: .file(extensions: ["json"])
    )
    var payload: String?

    @OptionGroup(title: "Options of every run") var options: RunOptions

    func run() async throws { try await Self.fire(event, payload: try readPayload(), options.settings) }

    static func fire(_ event: String, payload: Value?, _ settings: RunSettings) async throws {
        let frontend = try await RunFrontend(settings)
        let isQuiet = settings.format == .json
        let silence: @Sendable (WorkflowFile, String) -> Void = { file, reason in
            if !isQuiet { Console.complain("\(file.path) does not run: \(reason)") }
        }
        if settings.dryRun {
            return try await frontend.showPlan {
                try await $0.planTrigger(event, payload: payload, silence: silence)
            }
        }
        try await frontend.run { try await $0.trigger(event, payload: payload, silence: silence) }
    }

    private func readPayload() throws -> Value? {
        guard let payload else { return nil }
        let data: Data?
        if payload == "-" {
            data = FileHandle.standardInput.readDataToEndOfFile()
        } else {
            data = FileManager.default.contents(atPath: payload)
        }
        guard let data else {
            throw CommandEnd(.nothingStarted, "error: payload `\(payload)` cannot be read")
        }
        do {
            let value = try Value(json: String(decoding: data, as: UTF8.self))
            guard case .object = value else {
                throw CommandEnd(.nothingStarted, "error: payload `\(payload)` is not a JSON object")
            }
            return value
        } catch let error as JSONError {
            throw CommandEnd(.nothingStarted, "error: payload `\(payload)` is not JSON: \(error)")
        }
    }
}
