import Synchronization
import Testing

@testable import Engine

/// Who gets a place that is freed.
struct JobPlacesTests {
    /// Who came to a place, in order.
    private final class Order: Sendable {
        private let state = Mutex<[String]>([])
        var names: [String] { state.withLock { $0 } }
        func add(_ name: String) { state.withLock { $0.append(name) } }
    }

    /// Whether somebody is not wanted any more.
    private final class Wish: Sendable {
        private let state = Mutex(false)
        var isUnwanted: Bool { state.withLock { $0 } }
        func end() { state.withLock { $0 = true } }
    }

    /// Takes a place for each claim in order, then frees one after the other; gives the order in which they came to it.
    private func order(_ claims: [PlaceClaim]) async -> [String] {
        let places = JobPlaces(1)
        let holder = PlaceClaim(repository: "holder")
        await places.take(holder) { false }
        let got = Order()
        await withTaskGroup(of: Void.self) { group in
            for (index, claim) in claims.enumerated() {
                group.addTask { @Sendable in
                    await places.take(claim) { false }
                    got.add("\(claim.repository)\(index)")
                    places.free(claim)
                }
                // Each waits before the next one comes.
                while places.waitingCount <= index { await Task.yield() }
            }
            places.free(holder)
        }
        return got.names
    }

    private static func claim(_ repository: String, _ priority: Int = 0) -> PlaceClaim {
        PlaceClaim(repository: repository, priority: priority)
    }

    @Test("the most urgent goes first, of equals the oldest")
    func priorities() async {
        let found = await order([
            Self.claim("a", 10), Self.claim("a", 10), Self.claim("b", 100), Self.claim("a", 50),
        ])
        #expect(found == ["b2", "a3", "a0", "a1"])
    }

    @Test("of two repositories the one that has fewer goes first")
    func fairness() async {
        let places = JobPlaces(3)
        for name in ["a", "a", "b"] { await places.take(Self.claim(name)) { false } }
        let got = Order()
        await withTaskGroup(of: Void.self) { group in
            for (index, name) in ["a", "a", "b"].enumerated() {
                group.addTask { @Sendable in
                    await places.take(Self.claim(name)) { false }
                    got.add(name)
                }
                while places.waitingCount <= index { await Task.yield() }
            }
            // One of `a` ends: both have one now, and the oldest is of `a`; then one of `b` ends.
            places.free(Self.claim("a"))
            while got.names.count < 1 { await Task.yield() }
            places.free(Self.claim("b"))
            while got.names.count < 2 { await Task.yield() }
            places.free(Self.claim("a"))
        }
        #expect(got.names == ["a", "b", "a"])
    }

    @Test("one that is not wanted any more is let go, and gives back what it was not given")
    func unwanted() async {
        let places = JobPlaces(1)
        await places.take(Self.claim("a")) { false }
        let wish = Wish()
        let waiter = Task { await places.take(Self.claim("b")) { wish.isUnwanted } }
        while places.waitingCount < 1 { await Task.yield() }
        wish.end()
        places.wake()
        await waiter.value
        places.free(Self.claim("b"))
        places.free(Self.claim("a"))
        await places.take(Self.claim("c")) { false }
    }
}
