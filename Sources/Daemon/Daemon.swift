import Dispatch
import Engine
package import Foundation
package import Logging
import NIOCore
import Serving
package import Store

/// The process that is always there: it takes in events, runs what they start, and fires schedules.
///
/// It may be killed at any moment. What it knows is in the store, the jobs that run are in processes of their own, and
/// the next one goes on from there.
package final class Daemon: Sendable {
    /// What a person settles about a daemon.
    package struct Options: Sendable {
        package var listen: ListenAddress
        package var maxParallel: Int?
        /// Whether it waits, when it is asked to end, until the runs that have begun are over.
        package var drains = false

        package init(listen: ListenAddress) { self.listen = listen }
    }

    /// The longest that it sleeps: the clock may be set, and a bell may not be heard.
    private static let longestSleep = Duration.seconds(5)
    /// The shortest while something is due: it may be due again and again, as on a disk that takes nothing.
    private static let shortestSleep = Duration.milliseconds(100)
    /// Unless one is due, schedules are looked at no more often than this, however often the bell is rung: each look asks git
    /// for the newest commit of every repository.
    private static let pace = Duration.milliseconds(200)

    private let options: Options
    private let house: DaemonHouse
    private let sessions: any SessionMaker
    private let log: Logger
    private let lock: DaemonLock
    private let counts = DaemonCounts()
    private let queue: RunQueue
    private let board: ScheduleBoard
    private let statuses: StatusSender
    private let housekeeping: Housekeeping
    private let now: @Sendable () -> Date
    private let readiness: Readiness
    private let alarm = Alarm()
    private let notifier: SystemdNotifier

    /// - Throws: `DaemonError.inUse` where another daemon works for the state folder.
    package init(
        _ options: Options,
        store: Store,
        observer: StoreObserver,
        sessions: any SessionMaker,
        statuses post: any StatusPost,
        environment: [String: String],
        log: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        self.options = options
        self.sessions = sessions
        self.log = log
        lock = try DaemonLock(home: store.home)
        try LinkedFolders.refileServed(in: store)
        house = DaemonHouse(
            store: store,
            hub: EventHub([observer]),
            places: JobPlaces(options.maxParallel),
            placement: OwnWorkers(store: store, environment: environment),
            settled: { try observer.flush() }
        )
        let alarm = alarm
        readiness = Readiness(store)
        queue = RunQueue(house: house, readiness: readiness, sessions: sessions, log: log, counts: counts) {
            alarm.ring()
        }
        board = ScheduleBoard(house: house, sessions: sessions, log: log, counts: counts, now: now)
        statuses = StatusSender(store: store, post: post, log: log)
        housekeeping = Housekeeping(store: store, sessions: sessions, log: log)
        self.now = now
        notifier = SystemdNotifier(environment: environment)
    }

    /// Works until `stop` is called.
    package func run() async throws {
        let bell = try DaemonBell(home: house.store.home).hang()
        let listening = DispatchSource.makeReadSource(fileDescriptor: bell, queue: .global())
        listening.setEventHandler { [alarm] in
            var bytes = [UInt8](repeating: 0, count: 4096)
            while read(bell, &bytes, bytes.count) > 0 {}
            alarm.ring()
        }
        listening.setCancelHandler { close(bell) }
        listening.resume()
        defer { listening.cancel() }
        var (address, quiet) = (options.listen, log)
        quiet.logLevel = .critical
        let server: PortServer
        do {
            server = try await PortServer.start(
                try responder(),
                host: address.host,
                port: address.port,
                mostConnections: CallerLimit.here,
                log: quiet
            )
        } catch let error as IOError {
            throw DaemonError.notListening("\(address)", String(cString: strerror(error.errnoCode)))
        }
        address.port = server.port
        try lock.say(DaemonFacts(pid: getpid(), address: "\(address)"))
        log.info("ready", metadata: ["address": "\(address)", "home": "\(house.store.home.path)"])
        notifier.say("READY=1")
        await work()
        notifier.say("STOPPING=1")
        await queue.stop()
        await server.stop()
        if options.drains {
            while await !queue.isIdle { await alarm.wait(at: .now + .milliseconds(500)) }
        }
        try house.settled()
        readiness.giveUp()
        log.info("ended")
    }

    private func responder() throws -> DaemonResponder {
        let names = ServedNames(store: house.store)
        let ring: @Sendable () -> Void = { [alarm] in alarm.ring() }
        return DaemonResponder(
            store: house.store,
            readiness: readiness,
            counts: counts,
            webhooks: WebhookIntake(
                store: house.store,
                readiness: readiness,
                names: names,
                log: log,
                ring: ring
            ),
            dispatches: DispatchIntake(
                token: try DaemonToken.of(house.store.home),
                names: names,
                readiness: readiness,
                session: { [sessions, house] in try sessions.session(for: $0, choices: nil, in: house) },
                ring: ring
            ),
            host: options.listen.host
        )
    }

    private func work() async {
        var checkedAt: ContinuousClock.Instant?
        var lookedAt: ContinuousClock.Instant?
        var next: Date?
        while !alarm.isOver {
            var sleep = min(Self.longestSleep, notifier.watchdog ?? Self.longestSleep)
            let isDue = next.map { $0 <= now() } ?? false
            if readiness.obstacle() != nil {
                // On a full disk no tick is fired: those that fall due are caught up with, as after a time without a daemon.
                next = nil
            } else if let lookedAt, !isDue, .now - lookedAt < Self.pace {
                sleep = Self.pace
            } else {
                next = await board.round().next
                lookedAt = .now
            }
            // However much there is to do, the next tick does not wait for it.
            queue.ask()
            // What it could not write down it would do again.
            if readiness.store.failedSync == nil {
                // A forge that does not answer holds up nothing else, nor does what takes long to remove.
                Task { [statuses] in await statuses.advance() }
                Task { [housekeeping, now] in await housekeeping.advance(at: now()) }
            }
            if let watchdog = notifier.watchdog, checkedAt.map({ .now - $0 > watchdog / 2 }) ?? true {
                notifier.say("WATCHDOG=1")
                checkedAt = .now
            }
            // What is still due was postponed.
            if let next {
                sleep = min(sleep, max(Self.shortestSleep, .seconds(next.timeIntervalSince(now()))))
            }
            await alarm.wait(at: .now + sleep)
        }
    }

    /// Begins nothing any more and ends soon; the jobs that run go on, and the next daemon goes on with their runs.
    package func stop() { alarm.end() }

    /// Cancels all runs that go on, GitHub's way, for a daemon that waits for them.
    package func cancelRuns() async { await queue.cancel(reason: "the daemon was ended") }
}
