import ArgumentParser
import Daemon
import Engine
import Foundation
import Logging
import Store

struct DaemonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon",
        abstract: "Work all the time: schedules, git hooks, webhooks, and runs that were handed over.",
        discussion: """
            It serves the repositories of `flowrun repo add`, and works for one state folder ($FLOWRUN_HOME). Each job runs in a
            process of its own: if the daemon ends, whatever ends it, jobs go on, and the next daemon goes on with their runs.

            SIGTERM ends it: nothing is begun any more, and jobs go on. With --drain it waits until the runs that have begun are
            over; a second SIGTERM cancels these. SIGHUP does nothing: files and settings are read again by themselves.

            EXAMPLES
              flowrun daemon
              flowrun daemon --listen 127.0.0.1:9000 --max-parallel 4
              flowrun daemon install && systemctl --user enable --now flowrun
              flowrun daemon status
            """,
        subcommands: [
            DaemonRun.self, DaemonStatus.self, DaemonTokenCommand.self, DaemonInstall.self,
            DaemonUninstall.self,
        ],
        defaultSubcommand: DaemonRun.self
    )
}

struct DaemonRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Work until it is ended (the default).",
        discussion: """
            EXAMPLES
              flowrun daemon
              flowrun daemon run --drain
            """
    )

    @Option(help: "Where it answers: HOST:PORT.") var listen = "127.0.0.1:8686"
    @Option(help: "How many jobs run at a time; as many as the machine has cores where it is not given.")
    var maxParallel: Int?
    @Flag(help: "At its end, wait until the runs that have begun are over.") var drain = false

    func validate() throws {
        guard ListenAddress(listen) != nil else {
            throw ValidationError("--listen \(listen): give HOST:PORT, such as 127.0.0.1:8686")
        }
        if let maxParallel, maxParallel < 1 {
            throw ValidationError("--max-parallel is a whole number above 0")
        }
    }

    func run() async throws {
        let surroundings = Surroundings()
        guard let address = ListenAddress(listen) else { throw ExitCode.validationFailure }
        var options = Daemon.Options(listen: address)
        options.maxParallel = maxParallel
        options.drains = drain
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        let store = try surroundings.openStore()
        let daemon: Daemon
        do {
            daemon = try Daemon(
                options,
                store: store,
                observer: StoreObserver(store),
                sessions: DaemonSessions(home: surroundings.home, environment: surroundings.environment),
                statuses: ForgeStatus(store: store),
                environment: surroundings.environment,
                log: Logger(label: "flowrun")
            )
        } catch let error as DaemonError {
            throw CommandEnd(.nothingStarted, "error: \(error)")
        }
        signal(SIGHUP, SIG_IGN)  // settings are read again by themselves
        let signals = Interrupts {
            daemon.stop()
        } again: {
            Task { await daemon.cancelRuns() }
        }
        defer { signals.end() }
        // What another process has left: its runs are nobody's any more.
        let settled = try await LostRuns.settle(in: store, home: surroundings.home)
        if settled > 0 { Logger(label: "flowrun").warning("\(Surroundings.settled(settled))") }
        do {
            try await daemon.run()
        } catch let error as DaemonError {
            throw CommandEnd(.nothingStarted, "error: \(error)")
        }
    }
}

struct DaemonStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Whether a daemon works, and what it has to do.",
        discussion: """
            The exit status is 1 where none works. A daemon that can take in nothing new, since the disk is full or has failed, is
            `degraded`, with the reason.

            EXAMPLES
              flowrun daemon status
              flowrun daemon status --json
            """
    )

    @Flag(help: "As one JSON object.") var json = false

    func run() throws {
        let surroundings = Surroundings()
        let store = try Store(home: surroundings.home, readOnly: true)
        let facts = DaemonLock.running(in: surroundings.home)
        let depth = try store.queueDepth()
        let repositories = try store.repositories().count
        let health = facts.map(DaemonHealth.init(asking:))
        if json {
            let object: [String: Any] = [
                "running": facts != nil, "pid": facts.map { Int($0.pid) as Any } ?? NSNull(),
                "address": facts?.address as Any? ?? NSNull(), "repositories": repositories,
                "health": health?.status as Any? ?? NSNull(), "reason": health?.reason as Any? ?? NSNull(),
                "runs": ["queued": depth.queued, "in_progress": depth.running],
            ]
            let data = try JSONSerialization.data(
                withJSONObject: object,
                options: [.sortedKeys, .withoutEscapingSlashes]
            )
            Console.print(String(decoding: data, as: UTF8.self))
        } else {
            Console.print(
                facts.map { "works     process \($0.pid), http://\($0.address)" } ?? "no daemon works"
            )
            if let health, health.status != "ok" {
                Console.print("health    \(health.status)\(health.reason.map { ": \($0)" } ?? "")")
            }
            Console.print(
                """
                serves    \(repositories == 1 ? "1 repository" : "\(repositories) repositories")
                runs      \(depth.queued) queued, \(depth.running) in progress
                """
            )
        }
        if facts == nil { throw CommandEnd(.runFailed) }
    }
}

struct DaemonTokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Print the token that opens the daemon's API.",
        discussion: """
            The API has the two calls of GitHub's that start workflows.

            EXAMPLES
              curl -X POST -H "Authorization: Bearer $(flowrun daemon token)" \\
                http://127.0.0.1:8686/repos/OWNER/NAME/actions/workflows/train.yml/dispatches -d '{"ref":"main"}'
              curl -X POST -H "Authorization: Bearer $(flowrun daemon token)" \\
                http://127.0.0.1:8686/repos/OWNER/NAME/dispatches -d '{"event_type":"data","client_payload":{}}'
            """
    )

    func run() throws { Console.print(try DaemonToken.of(Surroundings().home)) }
}
