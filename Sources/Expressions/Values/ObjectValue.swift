/// Named values in the order in which they were given.
///
/// Names that differ only in case are the same name, unless the object is case-sensitive (as `env` is on Linux and
/// macOS). Two objects are equal to `==` only if they are the same instance.
package final class ObjectValue: Sendable {
    package typealias Pair = (key: String, value: Value)

    package let pairs: [Pair]
    package let isCaseSensitive: Bool

    /// Where each name is in `pairs`; absent for the few that are faster to look through.
    private let index: [Name: Int]?

    package static let empty = ObjectValue([])

    /// The last of several equal names gives the value, the first gives the place and the spelling.
    package init(_ pairs: [Pair], isCaseSensitive: Bool = false) {
        self.isCaseSensitive = isCaseSensitive
        if pairs.count <= Self.mostSearchedThrough {
            self.pairs = Self.unique(pairs, isCaseSensitive: isCaseSensitive)
            index = nil
        } else {
            (self.pairs, index) = Self.indexed(pairs, isCaseSensitive: isCaseSensitive)
        }
    }

    /// An object of names that are known to differ, in upper and lower case too.
    ///
    /// They are looked through: for some dozens that are made more often than asked for.
    package init(distinct pairs: [Pair]) {
        self.pairs = pairs
        isCaseSensitive = false
        index = nil
    }

    package var keys: [String] { pairs.map(\.key) }
    package var values: [Value] { pairs.map(\.value) }
    package var count: Int { pairs.count }
    package var isEmpty: Bool { pairs.isEmpty }

    package subscript(key: String) -> Value? {
        if let index {
            return index[Name(text: key, isCaseSensitive: isCaseSensitive)].map { pairs[$0].value }
        }
        return pairs.first { Self.same($0.key, key, isCaseSensitive) }?.value
    }

    /// This object with the pairs of `other` set in it.
    package func merging(_ other: ObjectValue) -> ObjectValue {
        guard !other.isEmpty else { return self }
        return ObjectValue(pairs + other.pairs, isCaseSensitive: isCaseSensitive)
    }

    /// This object with one value replaced, or added at its end.
    package func setting(_ key: String, _ value: Value) -> ObjectValue {
        ObjectValue(pairs + [(key, value)], isCaseSensitive: isCaseSensitive)
    }

    /// This object without a key.
    package func removing(_ key: String) -> ObjectValue {
        ObjectValue(
            pairs.filter { !Self.same($0.key, key, isCaseSensitive) },
            isCaseSensitive: isCaseSensitive
        )
    }

    private static let mostSearchedThrough = 8

    private static func same(_ left: String, _ right: String, _ isCaseSensitive: Bool) -> Bool {
        isCaseSensitive ? left.hasSameBytes(as: right) : equalIgnoringCase(left, right)
    }

    private static func unique(_ pairs: [Pair], isCaseSensitive: Bool) -> [Pair] {
        var kept: [Pair] = []
        kept.reserveCapacity(pairs.count)
        for pair in pairs {
            if let place = kept.firstIndex(where: { same($0.key, pair.key, isCaseSensitive) }) {
                kept[place].value = pair.value
            } else {
                kept.append(pair)
            }
        }
        return kept
    }

    private static func indexed(_ pairs: [Pair], isCaseSensitive: Bool) -> ([Pair], [Name: Int]) {
        var kept: [Pair] = []
        kept.reserveCapacity(pairs.count)
        var index = [Name: Int](minimumCapacity: pairs.count)
        for pair in pairs {
            let name = Name(text: pair.key, isCaseSensitive: isCaseSensitive)
            if let place = index[name] {
                kept[place].value = pair.value
            } else {
                index[name] = kept.count
                kept.append(pair)
            }
        }
        return (kept, index)
    }
}

/// A key as the object compares it.
///
/// Hashed with Swift's seeded hasher, so that a payload cannot choose collisions.
private struct Name: Hashable {
    var text: String
    var isCaseSensitive: Bool

    static func == (left: Self, right: Self) -> Bool {
        left.isCaseSensitive
            ? left.text.hasSameBytes(as: right.text) : equalIgnoringCase(left.text, right.text)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        if isCaseSensitive {
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            return
        }
        let isASCII = text.withUTF8 { bytes in
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return false }
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count) { upper in
                for (place, byte) in bytes.enumerated() { upper[place] = byte.uppercasedASCII }
                hasher.combine(bytes: UnsafeRawBufferPointer(upper))
            }
            return true
        }
        guard !isASCII else { return }
        folded(text).withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
