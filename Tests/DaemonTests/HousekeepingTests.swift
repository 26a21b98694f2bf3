import Engine
import Foundation
import Logging
import Store
import Synchronization
import Testing

@testable import Daemon

/// When old runs are looked for, over a clock of the test's.
struct HousekeepingTests {
    private final class Sessions: SessionMaker {
        let asked = Mutex(0)

        func session(for repository: String, choices: String?, in house: DaemonHouse) throws -> RunSession {
            throw SessionError.refused("no run is made here")
        }
        func schedulePolicies(in repository: String) throws -> @Sendable (String) -> SchedulePolicy {
            { _ in SchedulePolicy() }
        }
        func retention(of repository: String) throws -> RunRetention {
            asked.withLock { $0 += 1 }
            return RunRetention()
        }
    }

    @Test("at the start, and once a day from then on, also where the clock is turned back")
    func onceADay() async throws {
        let folder = NSTemporaryDirectory() + "flowrun-housekeeping-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try Store(home: FlowrunHome(path: folder))
        _ = try store.addRepository("/r")
        let sessions = Sessions()
        let housekeeping = Housekeeping(store: store, sessions: sessions, log: Logger(label: "test"))
        let start = try Date("2026-11-26T08:00:00Z", strategy: .iso8601)
        var counts: [Int] = []
        for hours in [0.0, 1, 23.9, 24, 25, 47.9, 48, -100, -99] {
            await housekeeping.advance(at: start + hours * 3600)
            counts.append(sessions.asked.withLock { $0 })
        }
        #expect(counts == [1, 1, 1, 2, 2, 2, 3, 4, 4])
    }
}
