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
        case .replaced: nil
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
