import CHost
import Cloud
import Engine
import Expressions
import Forge
import Foundation
import Reports
import Store

/// What `dispatch` and `trigger` share: a session with its observers, Ctrl-C, and the exit status of its runs.
struct RunFrontend {
    private let session: RunSession
    private let store: StoreObserver
    private let truth: Store
    private let console: any RunRenderer
    private let format: RenderFormat
    private let snapshotFolder: String
    private let toolkit: Toolkit
    /// What the person has settled, for a run that another process is to run.
    private let choices: RunChoices
    private let limits: LimitSettings

    /// - Parameters:
    ///   - readsAhead: Whether the workflows of the commit that the settings name are what it is about.
    ///   - opening: The store, where a thread opens it already.
    init(_ settings: RunSettings, readsAhead: Bool = true, _ opening: StoreOpening? = nil) async throws {
        let surroundings = Surroundings()
        let opening = opening ?? .begun()
        let configuration = try Configuration.load(
            repository: try surroundings.settingsFolder(),
            environment: surroundings.environment
        )
        let sessionOptions = try settings.session(surroundings, configuration)
        choices = RunChoices(settings, sessionOptions)
        limits = configuration.limits
        let site = readsAhead ? try SessionSite(sessionOptions) : nil
        try site?.readAhead()
        let store = try await opening.store()
        let terminal = Terminal(environment: surroundings.environment)
        format = settings.format ?? configuration.format.flatMap(RenderFormat.init) ?? .suited(to: terminal)
        console = makeRenderer(format, on: terminal)
        snapshotFolder = sessionOptions.snapshotFolder
        // Closing it folds the write-ahead log into the database, which can wait: the next commit does it when it is due.
        _ = Unmanaged.passRetained(store)
        let observer = StoreObserver(store)
        self.store = observer
        truth = store
        toolkit = Toolkit(store: store)
        var services = JobServices(
            home: surroundings.home,
            hub: EventHub([self.store, console]),
            store: store,
            reports: RunReports(store: store, home: surroundings.home),
            actionSources: configuration.actionSources(given: settings.actionsSource),
            usesBuiltInActions: configuration.usesBuiltInActions(given: settings.builtInActions),
            program: Surroundings.program,
            pythonInstaller: configuration.pip ?? .pip,
            failureShell: settings.shellOnFailure ? TerminalShell(console: console) : nil,
            toolkit: toolkit
        )
        services.isLocked = settings.locked || configuration.locked ?? false
        services.isOffline = settings.offline || configuration.offline ?? false
        services.keptWorkspaces = configuration.keptWorkspaces ?? services.keptWorkspaces
        services.processLimit = configuration.limits.pids
        session = RunSession(
            options: sessionOptions,
            site: site,
            store: store,
            services: services,
            cloud: RunCloud(home: surroundings.home),
            settled: { try observer.flush() }
        )
    }

    /// Runs what the body starts, and ends the command with the status that it deserves.
    func run(_ body: @escaping @Sendable (RunSession) async throws -> [RunRecord]) async throws {
        if limits.pids != nil { try PidsGroup.check() }
        // The jobs run in this process: its memory holds secrets.
        flowrun_hide_memory()
        let session = session
        let interrupts = Interrupts {
            Task { await session.cancel(reason: "interrupted") }
        } again: {
            Task {
                await session.force()
                PrettyRenderer.restoreCursor()
                try? await Task.sleep(for: .seconds(2))  // what was killed is written down meanwhile
                removeSnapshot()
                exit(ExitStatus.interrupted.rawValue)
            }
        }
        defer {
            interrupts.end()
            removeSnapshot()
        }
        let runs: [RunRecord]
        do {
            runs = try await body(session)
            await toolkit.stop()
        } catch {
            await toolkit.stop()
            console.finish()
            try store.flush()
            throw error
        }
        console.finish()
        try store.flush()
        if format != .json { try showReports(of: runs) }
        if runs.isEmpty, format != .json { Console.complain("no workflow runs on this event") }
        if format != .json {
            let kept = KeptPlaces(home: truth.home)
            for run in runs where !run.isFine && kept.hasPlace(ofRun: run.id) {
                let step = run.conclusion == .cancelled ? "was cancelled" : "failed"
                Console.complain("`flowrun run resume \(run.id)` goes on from the step that \(step)")
            }
        }
        if await session.isCancelled { throw CommandEnd(.interrupted) }
        if let fault = console.fault { throw CommandEnd(.broken, "error: \(Console.lostOutput(fault))") }
        if !runs.allSatisfy(\.isFine) { throw CommandEnd(.runFailed) }
    }

    /// Nothing of `--worktree` is kept once its runs have ended.
    private func removeSnapshot() {
        guard FileManager.default.fileExists(atPath: snapshotFolder) else { return }
        do {
            try FileManager.default.removeItem(atPath: snapshotFolder)
        } catch {
            // Another flowrun may have found it abandoned first.
            guard FileManager.default.fileExists(atPath: snapshotFolder) else { return }
            Console.complain("warning: `\(snapshotFolder)` cannot be removed: \(error.localizedDescription)")
        }
    }

    /// The reports that the runs have posted, for people; their step summaries stand with the runs already.
    private func showReports(of runs: [RunRecord]) throws {
        for run in runs {
            for report in try truth.reports(run: run.id) {
                Console.print("\n" + MarkdownText.rendered(report.markdown))
                Console.print("\(report.folder)/report.html")
            }
        }
    }

    /// Puts what the body starts into the daemon's queue, and prints the ids of the runs.
    func handOver(
        _ body: @escaping @Sendable (RunSession, String) async throws -> [RunRecord]
    ) async throws {
        let runs = try await body(session, try choices.json())
        let isHeard = DaemonBell(home: truth.home).ring()
        for run in runs {
            guard format == .json else {
                Console.print("\(run.id)")
                continue
            }
            var line = JSONWriter()
            line.object { json in
                json.field("event", "run.queued")
                json.field("time", run.createdAt)
                json.object("run") { $0.runHead(run) }
            }
            Console.print(line.text)
        }
        if runs.isEmpty, format != .json { Console.complain("no workflow runs on this event") }
        if !runs.isEmpty, !isHeard {
            Console.complain("no daemon works now: the next `flowrun daemon` runs it")
        }
    }

    /// Prints the plan of what the body would start.
    func showPlan(_ body: @escaping @Sendable (RunSession) async throws -> [PlannedWorkflow]) async throws {
        defer { removeSnapshot() }
        let plans = try await body(session)
        for plan in plans {
            Console.print(format == .json ? PlanText.json(plan) : PlanText.text(plan))
        }
    }
}

/// Ctrl-C: the first is gentle, the second is not.
///
/// A termination is a first Ctrl-C.
final class Interrupts {
    private let sources: [any DispatchSourceSignal]

    init(first: @escaping @Sendable () -> Void, again: @escaping @Sendable () -> Void) {
        let count = InterruptCount()
        sources = [SIGINT, SIGTERM, SIGHUP].compactMap { number in
            // Under `nohup` a closed terminal is to end nothing.
            if number == SIGHUP, Self.isIgnored(number) { return nil }
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { count.isFirst() ? first() : again() }
            source.resume()
            return source
        }
    }

    func end() { for source in sources { source.cancel() } }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
