import Engine
import Events
import Foundation
import Logging
import Store
import Synchronization
import Testing
import Workflows

@testable import Daemon

/// The schedules of a real repository and a real store, over a clock of the test's.
struct ScheduleBoardTests {
    private let folder: String
    private let repository: String
    private let store: Store
    private let clock = Clock()

    /// A time of day that the test sets.
    private final class Clock: Sendable {
        private let state = Mutex(Date(timeIntervalSince1970: 0))
        var now: Date {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    private struct Sessions: SessionMaker {
        var policy = SchedulePolicy()

        func session(for repository: String, choices: String?, in house: DaemonHouse) throws -> RunSession {
            throw SessionError.refused("no run is made here")
        }
        func schedulePolicies(in repository: String) throws -> @Sendable (String) -> SchedulePolicy {
            { [policy] _ in policy }
        }
        func retention(of repository: String) throws -> RunRetention { RunRetention() }
    }

    init() throws {
        folder = NSTemporaryDirectory() + "flowrun-board-\(UUID().uuidString)"
        repository = folder + "/repo"
        try FileManager.default.createDirectory(
            atPath: repository + "/.github/workflows",
            withIntermediateDirectories: true
        )
        store = try Store(home: FlowrunHome(path: folder + "/state"))
    }

    private func commit(_ schedules: String) throws {
        let text =
            "on:\n  schedule:\n\(schedules)\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'true' } ] } }\n"
        try text.write(toFile: repository + "/.github/workflows/w.yml", atomically: true, encoding: .utf8)
        let script = """
            git init -q -b main 2>/dev/null; git add -A
            git -c user.name=Ada -c user.email=ada@example.org commit -q -m change
            """
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/bin/sh")
        git.arguments = ["-c", script]
        git.currentDirectoryURL = URL(fileURLWithPath: repository)
        try git.run()
        git.waitUntilExit()
        try #require(git.terminationStatus == 0)
        _ = try store.addRepository(repository)
    }

    private func board(_ policy: SchedulePolicy = SchedulePolicy()) -> ScheduleBoard {
        let house = DaemonHouse(
            store: store,
            hub: EventHub([]),
            places: JobPlaces(1),
            placement: OwnProcess(),
            settled: {}
        )
        return ScheduleBoard(
            house: house,
            sessions: Sessions(policy: policy),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            counts: DaemonCounts(),
            now: { [clock] in clock.now }
        )
    }

    private func key(_ cron: String, _ zone: String = "UTC") -> ScheduleKey {
        ScheduleKey(repository: repository, path: ".github/workflows/w.yml", cron: cron, timezone: zone)
    }

    /// Each tick's event is dealt with at once, as the queue does it.
    private func takeIn() throws {
        for event in try store.pendingEvents() { try store.settleEvent(event.id, as: .done) }
    }

    @Test(
        "`0 */6 * * *` over a month of restarts and sleeps, with clocks turned in it, loses and doubles nothing",
        arguments: ["2027-03-10T00:00:00Z", "2026-10-10T00:00:00Z"],
        ["UTC", "Europe/Berlin"]
    )
    func month(_ begin: String, _ zone: String) async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let start = try Date(begin, strategy: .iso8601)
        try commit("    - { cron: '0 */6 * * *', timezone: '\(zone)' }")
        clock.now = start
        var board = board()
        _ = await board.round()
        var random = Seeded(state: 42)
        let end = start.addingTimeInterval(31 * 86_400)
        var expected: [String] = []
        let cron = try CronSchedule(parsing: "0 */6 * * *")
        let timeZone = try #require(TimeZone(identifier: zone))
        var last = start
        while clock.now < end {
            // Mostly short sleeps, now and then a night or a long weekend.
            let sleep =
                random.next() % 10 == 0 ? Double(random.next() % 260_000) : Double(random.next() % 9_000)
            if random.next() % 4 == 0 { board = self.board() }
            clock.now += sleep + 1
            if random.next() % 20 == 0 { clock.now -= 1_800 }
            _ = await board.round()
            try takeIn()
            var due: [Date] = []
            while let next = cron.next(after: last, timeZone: timeZone), next <= clock.now {
                due.append(next)
                last = next
            }
            expected += due.dropLast().map { "\(Int($0.timeIntervalSince1970)) coalesced" }
            expected += due.suffix(1).map { "\(Int($0.timeIntervalSince1970)) fired" }
        }
        let ticks = try store.ticks(of: key("0 */6 * * *", zone), limit: 1000).reversed()
        let found = ticks.map { "\(Int($0.dueAt.timeIntervalSince1970)) \($0.status.rawValue)" }
        #expect(found == expected)
        #expect(ticks.allSatisfy { ($0.eventID != nil) == ($0.status == .fired) })
        #expect(Set(ticks.compactMap(\.eventID)).count == ticks.count { $0.status == .fired })
    }

    @Test(
        "a schedule that is new has no past, one that is gone is forgotten, and a moved branch is read again"
    )
    func rereads() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        clock.now = try Date("2026-11-26T08:30:00Z", strategy: .iso8601)
        try commit("    - cron: '0 * * * *'")
        let board = board()
        #expect(await board.round().hasFired == false)
        clock.now += 3600
        #expect(await board.round().hasFired)
        try commit("    - cron: '15 * * * *'")
        let (next, hasFired) = await board.round()
        let quarter = try Date("2026-11-26T10:15:00Z", strategy: .iso8601)
        #expect(!hasFired && next == quarter)
        #expect(try store.schedules(of: repository).keys.map(\.cron) == ["15 * * * *"])
    }

    @Test("a tick that waits for its event to be taken in keeps the next from firing beside it")
    func overlapsItsOwn() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        clock.now = try Date("2026-11-26T08:00:30Z", strategy: .iso8601)
        try commit("    - cron: '* * * * *'")
        let board = board()
        _ = await board.round()
        clock.now += 60
        #expect(await board.round().hasFired)
        clock.now += 60
        #expect(await board.round().hasFired == false)
        let ticks = try store.ticks(of: key("* * * * *"), limit: 10)
        #expect(ticks.map(\.status) == [.skipped, .fired])
    }

    @Test("what a disabled workflow's schedule misses is recorded, and not made up for")
    func disabled() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        clock.now = try Date("2026-11-26T08:00:30Z", strategy: .iso8601)
        try commit("    - cron: '0 * * * *'")
        let board = board()
        _ = await board.round()
        let path = ".github/workflows/w.yml"
        #expect(try store.setWorkflow(path, of: repository, isDisabled: true))
        clock.now += 2 * 3600
        #expect(await board.round().hasFired == false)
        let missed = try store.ticks(of: key("0 * * * *"), limit: 10)
        #expect(missed.map(\.status) == [.skipped, .skipped])
        #expect(missed.allSatisfy { $0.reason == "the workflow is disabled" })
        #expect(try store.setWorkflow(path, of: repository, isDisabled: false))
        #expect(await board.round().hasFired == false)
        clock.now += 3600
        #expect(await board.round().hasFired)
    }
}

/// Numbers that are the same each time.
private struct Seeded {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
