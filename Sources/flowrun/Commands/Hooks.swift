import ArgumentParser
import Daemon
import Engine
import Foundation
import Git
import Store

struct Hooks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hooks",
        abstract: "Let git tell flowrun of commits, merges and pushes.",
        discussion: """
            In a work tree: post-commit and post-merge hand a push event of the branch to the daemon, and pre-push runs what the
            push would start and refuses a push that fails (`git push --no-verify` does without). In a bare repository:
            post-receive hands over what was pushed. Hooks that are there already still run, before ours.

            EXAMPLES
              flowrun hooks install
              flowrun hooks install --now        run workflows in the foreground, without a daemon
              flowrun hooks status
              flowrun hooks uninstall
            """,
        subcommands: [HooksInstall.self, HooksUninstall.self, HooksStatus.self, HooksRun.self]
    )
}

struct HooksInstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Write the hooks of this repository, and let the daemon serve it.",
        discussion: """
            Done again, it changes nothing but the program's path.

            EXAMPLES
              flowrun hooks install
              cd /srv/git/project.git && flowrun hooks install
            """
    )

    @Flag(help: "Run workflows in the foreground instead of handing events to the daemon.") var now = false

    func run() throws {
        let surroundings = Surroundings()
        let repository = try surroundings.repository()
        let files = try GitHookFiles(repository)
        let hooks = GitHook.suiting(repository)
        for hook in hooks { try files.install(hook, program: Surroundings.program, runsHere: now) }
        _ = try surroundings.openStore().addRepository(try repository.mainFolder())
        DaemonBell(home: surroundings.home).ring()
        Console.print(hooks.map { "\(files.folder)/\($0.rawValue)" }.joined(separator: "\n"))
    }
}

struct HooksUninstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Take the hooks away, and put back those that were there before.",
        discussion: """
            The daemon goes on serving the repository's schedules: `flowrun repo remove` ends that.

            EXAMPLES
              flowrun hooks uninstall
            """
    )

    func run() throws {
        let repository = try Surroundings().repository()
        let files = try GitHookFiles(repository)
        let removed = try GitHook.allCases.filter { try files.uninstall($0) }
        guard !removed.isEmpty else {
            throw CommandEnd(.nothingStarted, "error: there is no hook of flowrun's in `\(files.folder)`")
        }
        Console.print(removed.map { "removed \(files.folder)/\($0.rawValue)" }.joined(separator: "\n"))
    }
}

struct HooksStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Which hooks are there, and whether a daemon listens.",
        discussion: """
            The exit status is 1 where one is missing.

            EXAMPLES
              flowrun hooks status
            """
    )

    func run() throws {
        let surroundings = Surroundings()
        let repository = try surroundings.repository()
        let files = try GitHookFiles(repository)
        var isComplete = true
        for hook in GitHook.suiting(repository) {
            let words: String
            switch files.state(of: hook) {
            case .installed(let program) where access(program, X_OK) != 0:
                words = "installed, but `\(program)` is gone: flowrun hooks install"
                isComplete = false
            case .installed(let program):
                let isOther = program != Surroundings.program
                words = "installed" + (isOther ? " for \(program)" : "")
            case .foreign:
                words = "not installed; another hook is there"
                isComplete = false
            case .absent:
                words = "not installed"
                isComplete = false
            }
            let kept = files.keepsAnother(hook) ? ", after the hook that was there" : ""
            Console.print(
                "\(hook.rawValue.padding(toLength: 14, withPad: " ", startingAt: 0))\(words)\(kept)"
            )
        }
        let facts = DaemonLock.running(in: surroundings.home)
        Console.print(
            "daemon        " + (facts.map { "process \($0.pid)" } ?? "none works: events wait for the next")
        )
        if !isComplete { throw CommandEnd(.runFailed) }
    }
}

/// What the hooks call.
struct HooksRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "What a hook of git calls.",
        shouldDisplay: false
    )

    @Argument var hook: String
    @Flag var now = false
    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run() async throws {
        guard let hook = GitHook(rawValue: hook) else {
            throw ValidationError("there is no hook `\(hook)`")
        }
        let surroundings = Surroundings()
        guard !HookEvents.isOfJob(surroundings.environment) else { return }
        let events = HookEvents(
            repository: try surroundings.repository(),
            environment: surroundings.environment
        )
        switch hook {
        case .postCommit, .postMerge: try await tell(try events.commitOrMerge(), events, surroundings)
        case .postReceive:
            try await tell(Self.inputLines().compactMap { RefUpdate(receivedLine: $0) }, events, surroundings)
        case .prePush:
            let updates = Self.inputLines().compactMap { RefUpdate(pushedLine: $0) }
            try await PushCheck(repository: events.repository).run(updates)
        }
    }

    private func tell(_ updates: [RefUpdate], _ events: HookEvents, _ surroundings: Surroundings) async throws
    {
        if now { return try await PushCheck(repository: events.repository).runHere(updates) }
        let (count, isHeard) = try events.tell(updates, home: surroundings.home)
        if count > 0, !isHeard {
            Console.complain("flowrun: no daemon works now: the next `flowrun daemon` takes this up")
        }
    }

    private static func inputLines() -> [Substring] {
        String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self).split(separator: "\n")
    }
}
