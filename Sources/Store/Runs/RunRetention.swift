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

    /// The runs that are to go, oldest first; one that has not ended never does.
    ///
    /// - Parameters:
    ///   - runs: All of them, newest first.
    ///   - size: How many bytes one takes; asked only where it matters.
    package func superfluous(
        of runs: [RunRecord],
        at now: Date,
        size sizeOf: (RunRecord) throws -> Int64
    ) rethrows -> [RunRecord] {
        var gone: [RunRecord] = []
        var seen: [String: Int] = [:]
        var total: Int64 = 0
        for run in runs {
            let workflow = "\(run.repository)\0\(run.path)"
            seen[workflow, default: 0] += 1
            let isOld = age.map { now.timeIntervalSince(run.createdAt) > $0 } ?? false
            let isMany = count.map { (seen[workflow] ?? 0) > $0 } ?? false
            var isLarge = false
            if let size, !isOld, !isMany {
                total += try sizeOf(run)
                isLarge = total > size
            }
            if run.status == .completed, isOld || isMany || isLarge { gone.append(run) }
        }
        return gone.reversed()
    }
}
