import Foundation
import Store
import Synchronization
import Testing

@testable import Engine

struct ConcurrencyGateTests {
    private func withHome(_ body: (FlowrunHome) async throws -> Void) async throws {
        let home = FlowrunHome(path: NSTemporaryDirectory() + "gate-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: home.path) }
        try await body(home)
    }

    private func request(
        _ group: String,
        keeps: Bool = false,
        cancels: Bool = false
    ) -> ConcurrencyGate.Request {
        .init(group: group, repository: "/r", cancelsInProgress: cancels, keepsQueue: keeps)
    }

    private func enter(
        _ request: ConcurrencyGate.Request,
        _ home: FlowrunHome
    ) async throws -> ConcurrencyGate? {
        switch try await ConcurrencyGate.enter(request, home: home, isWanted: { true }) {
        case .entered(let gate): gate
        case .replaced, .full: nil
        }
    }

    @Test func aGroupIsHeldByOneAtATimeWhateverItsCase() async throws {
        try await withHome { home in
            let first = try #require(try await enter(request("Deploy"), home))
            let entered = Mutex(false)
            async let second = {
                let gate = try await self.enter(self.request("deploy"), home)
                entered.withLock { $0 = true }
                return gate
            }()
            try await Task.sleep(for: .milliseconds(300))
            #expect(entered.withLock { !$0 })
            first.leave()
            #expect(try await second != nil)
        }
    }

    @Test func aNewcomerTakesThePlaceOfTheOneWhoWaits() async throws {
        try await withHome { home in
            let first = try #require(try await enter(request("g"), home))
            async let second = enter(request("g"), home)
            try await Task.sleep(for: .milliseconds(300))
            async let third = enter(request("g"), home)
            #expect(try await second == nil)
            first.leave()
            #expect(try await third != nil)
        }
    }

    @Test func aLongQueueKeepsItsOrder() async throws {
        try await withHome { home in
            let first = try #require(try await enter(request("g", keeps: true), home))
            async let second = enter(request("g", keeps: true), home)
            try await Task.sleep(for: .milliseconds(300))
            async let third = enter(request("g", keeps: true), home)
            try await Task.sleep(for: .milliseconds(300))
            first.leave()
            let next = try #require(try await second)
            next.leave()
            #expect(try await third != nil)
        }
    }

    /// Tickets in front of all others of a group, held by nobody yet.
    private func tickets(_ count: Int, in home: FlowrunHome) throws -> [String] {
        let folder = "\(home.path)/concurrency"
        let group = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        let paths = (0..<count).map { "\(folder)/\(group)/\(String(format: "%020d", $0))-0-1" }
        for path in paths { try #require(FileManager.default.createFile(atPath: path, contents: nil)) }
        return paths
    }

    @Test func aLongQueueHoldsAHundredAndCancelsWhoComesThen() async throws {
        try await withHome { home in
            let first = try #require(try await enter(request("g", keeps: true), home))
            let paths = try tickets(ConcurrencyGate.mostWaiting, in: home)
            var held = paths.map { open($0, O_RDWR | O_CLOEXEC) }
            defer { for descriptor in held { close(descriptor) } }
            for descriptor in held { try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0) }
            #expect(try await enter(request("g", keeps: true), home) == nil, "the queue is full")
            #expect(paths.allSatisfy { FileManager.default.fileExists(atPath: $0) }, "those in it stay")
            for descriptor in held { close(descriptor) }
            held = []
            async let second = enter(request("g", keeps: true), home)
            try await Task.sleep(for: .milliseconds(100))
            first.leave()
            #expect(try await second != nil, "those who are gone take no place")
        }
    }

    @Test func cancelInProgressAsksTheOneThatRuns() async throws {
        try await withHome { home in
            let first = try #require(try await enter(request("g"), home))
            let asked = Mutex(false)
            let watch = first.watch { asked.withLock { $0 = true } }
            async let second = enter(request("g", cancels: true), home)
            try await watch.value
            #expect(asked.withLock { $0 })
            first.leave()
            #expect(try await second != nil)
        }
    }
}
