package import Foundation

/// How much of the past is kept: what is beyond any of its limits goes.
package struct RunRetention: Sendable, Equatable {
    /// In seconds.
    package var age: TimeInterval?
    /// So many runs of each workflow.
    package var count: Int?
    /// In bytes, of all runs together.
    package var size: Int64?

    package init(age: TimeInterval? = nil, count: Int? = nil, size: Int64? = nil) {
        self.age = age
        self.count = count
        self.size = size
    }

    package var isEmpty: Bool { age == nil && count == nil && size == nil }

    /// The runs that are to go, oldest first: all attempts of one together, and none of one that goes on.
    ///
    /// - Parameters:
    ///   - runs: All of them, newest first.
    ///   - size: How many bytes an attempt takes; asked only where it matters.
    package func superfluous(
        of runs: [RunRecord],
        at now: Date,
        size sizeOf: (RunRecord) throws -> Int64
    ) rethrows -> [RunRecord] {
        let attempts = Dictionary(grouping: runs) { "\($0.repository)\0\($0.path)\0\($0.runNumber)" }
        var gone: [RunRecord] = []
        var seen: Set<String> = []
        var counts: [String: Int] = [:]
        var total: Int64 = 0
        for run in runs {
            let name = "\(run.repository)\0\(run.path)\0\(run.runNumber)"
            guard seen.insert(name).inserted, let all = attempts[name] else { continue }
            counts["\(run.repository)\0\(run.path)", default: 0] += 1
            let isOld = age.map { now.timeIntervalSince(run.createdAt) > $0 } ?? false
            let isMany = count.map { (counts["\(run.repository)\0\(run.path)"] ?? 0) > $0 } ?? false
            var isLarge = false
            if let size, !isOld, !isMany {
                for attempt in all { total += try sizeOf(attempt) }
                isLarge = total > size
            }
            guard isOld || isMany || isLarge, all.allSatisfy({ $0.status == .completed }) else { continue }
            gone += all
        }
        return gone.sorted { $0.id < $1.id }
    }
}
