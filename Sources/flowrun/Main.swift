import ArgumentParser
import CHost
import Engine
import Foundation

/// The command that was given, run to its exit status (cli.md "Exit status").
@main
enum Main {
    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        // Called by the name of CML's program it is that program.
        let name = (CommandLine.arguments.first ?? "").split(separator: "/").last.map(String.init) ?? ""
        if name == "cml" { arguments.insert("cml", at: 0) }
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)  // a file that may not grow is an error of that write
        signal(SIGCHLD, SIG_DFL)  // whoever started us may have left its children to the system
        // Threads that check many files would wait for each other.
        if arguments.first != "lint" { flowrun_share_memory() }
        let plain = PlainCommand(arguments)
        if plain?.isRun == true { flowrun_take_statics() }
        let opening = plain?.isRun == true ? StoreOpening.begunBeside() : nil
        // Detached, for the main actor would run it only once this thread has nothing else to do.
        Task.detached { [arguments] in await run(arguments, plain, opening) }
        // This thread has nothing to do until a step runs.
        if opening != nil { OutputThreads.shared.join() }
        dispatchMain()
    }

    private static func run(
        _ arguments: [String],
        _ plain: PlainCommand?,
        _ opening: StoreOpening?
    ) async -> Never {
        do {
            if let plain {
                try await plain.run(opening)
            } else {
                var command = try Flowrun.parseAsRoot(arguments)
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
            }
            // Everything is written by now: the system takes the memory back faster than we would.
            fflush(nil)
            _exit(ExitStatus.success.rawValue)
        } catch let end as CommandEnd {
            if let message = end.message { Console.complain(message) }
            exit(end.status.rawValue)
        } catch  where Flowrun.exitCode(for: error) == .validationFailure || error is CleanExit {
            Flowrun.exit(withError: error)
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch {
            if Flowrun.exitCode(for: error) == .success { Flowrun.exit(withError: error) }
            let end = CommandEnd(of: error)
            Console.complain(end.message ?? "\(error)")
            exit(end.status.rawValue)
        }
    }
}

/// One of the commands that are called most, given without an option: there is nothing to be parsed then, and getting ready
/// for all options of all commands takes longer than a short workflow, or than a file's check.
private enum PlainCommand {
    case trigger(event: String)
    case dispatch(workflow: String)
    case lint(paths: [String])

    /// Nil where the arguments are others.
    init?(_ arguments: [String]) {
        guard let command = arguments.first else { return nil }
        let words = Array(arguments.dropFirst())
        guard words.allSatisfy({ !$0.isEmpty && (!$0.hasPrefix("-") || $0 == "-") }) else { return nil }
        switch (command, words.count) {
        case ("trigger", 1) where words[0] != "-": self = .trigger(event: words[0])
        case ("dispatch", 1) where words[0] != "-": self = .dispatch(workflow: words[0])
        case ("lint", _): self = .lint(paths: words)
        default: return nil
        }
    }

    /// Whether it runs workflows.
    var isRun: Bool {
        if case .lint = self { false } else { true }
    }

    func run(_ opening: StoreOpening?) async throws {
        switch self {
        case .trigger(let event): try await Trigger.fire(event, payload: nil, RunSettings(), opening)
        case .dispatch(let workflow):
            try await Dispatch.fire(workflow, inputs: [:], RunSettings(), opening)
        case .lint(let paths): try LintRun(paths: paths).run()
        }
    }
}

/// The root of the command line.
struct Flowrun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flowrun",
        abstract: "Runs GitHub Actions workflows on this machine.",
        discussion: """
            In a git repository with workflows in .github/workflows:

              flowrun trigger push                 what a push of this commit would start, run here
              flowrun why push                     which of it would run, and what decides it
              flowrun dispatch WORKFLOW -f key=v   a workflow_dispatch
              flowrun lint                         what is wrong with the workflow files
              flowrun run list                     what ran, and how it ended

            No repository yet? `flowrun init demo --template mlops` writes a whole project.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Run workflows",
                subcommands: [
                    Dispatch.self, Trigger.self, Run.self, DaemonCommand.self, EventCommand.self, Hooks.self,
                    Repo.self,
                ]
            ),
            CommandGroup(
                name: "Look at workflows",
                subcommands: [Workflow.self, Why.self, Lint.self, Lock.self, Eval.self]
            ),
            CommandGroup(
                name: "Look at what runs keep",
                subcommands: [Artifact.self, Cache.self, StoreCommand.self]
            ),
            CommandGroup(name: "Keep secrets and variables", subcommands: [Secret.self, Variable.self]),
            CommandGroup(name: "Post reports", subcommands: [Comment.self, CML.self]),
            CommandGroup(name: "", subcommands: [Worker.self]),
            CommandGroup(name: "Set up", subcommands: [Init.self, Cloud.self, Doctor.self, Completion.self]),
        ]
    )
}
