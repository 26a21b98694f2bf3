/// Keeps a log within a size, and says truthfully what it has left out.
package struct LogLimit: Sendable {
    package static let standard = 64 << 20

    package let limit: Int
    package private(set) var stored = 0
    package private(set) var dropped = 0

    package init(_ limit: Int = LogLimit.standard) { self.limit = limit }

    /// How many of `count` further bytes are to be stored: the first ones.
    ///
    /// Once something has been left out, all that follows is, so that a log has one gap and that at its end.
    package mutating func admit(_ count: Int) -> Int {
        let admitted = dropped > 0 ? 0 : min(count, limit - stored)
        stored += admitted
        dropped += count - admitted
        return admitted
    }

    /// Counts bytes that could not be stored for another reason, such as a full disk.
    package mutating func lose(_ count: Int) { dropped += count }

    /// What to write at the end of the log, where something is missing.
    package var marker: String? { dropped > 0 ? "[\(dropped) bytes not stored]" : nil }
}

/// Counts the annotations of one step: so many of each kind are kept, the others only counted.
package struct AnnotationLimit: Sendable {
    package static let perLevel = 10

    private var counts: [String: Int] = [:]

    package init() {}

    /// Whether the next annotation of `level` (`notice`, `warning`, `error`) is to be kept.
    package mutating func admit(_ level: String) -> Bool {
        counts[level, default: 0] += 1
        return counts[level, default: 0] <= Self.perLevel
    }

    /// How many of `level` were not kept.
    package func omitted(_ level: String) -> Int { max(0, counts[level, default: 0] - Self.perLevel) }
}
