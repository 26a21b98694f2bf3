/// A released version of a tool: three numbers.
struct ToolVersion: Comparable, Hashable, Sendable, CustomStringConvertible {
    var numbers: [Int]

    /// `20.1`, `v20.1.2`; nil for what is no version, or one before a release.
    init?(_ text: some StringProtocol) {
        let bare = text.first == "v" ? String(text.dropFirst()) : String(text)
        let parts = bare.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        let found = parts.compactMap { $0.utf8.allSatisfy { (48...57).contains($0) } ? Int($0) : nil }
        guard found.count == parts.count else { return nil }
        self.init(numbers: found)
    }

    /// Reads what `node --version` prints: `v20.11.1`, or `v23.0.0-nightly`, which counts as that release.
    init?(printedByNode text: some StringProtocol) {
        let text = text.drop(while: \.isWhitespace)
        guard text.first == "v" else { return nil }
        let words = text.dropFirst().prefix { $0.isNumber || $0 == "." }.split(separator: ".")
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == 3, numbers.count == words.count else { return nil }
        self.init(numbers: numbers)
    }

    init(numbers: [Int]) { self.numbers = Array((numbers + [0, 0]).prefix(3)) }

    var major: Int { numbers[0] }
    var description: String { numbers.map(String.init).joined(separator: ".") }

    static func < (one: Self, other: Self) -> Bool { one.numbers.lexicographicallyPrecedes(other.numbers) }
}

/// Versions as npm's semver ranges name them (`3.x`, `>=18 <21`, `^20.1`, `1.2 - 2.3`, `16 || 18`), and as Python's
/// specifiers do (`>=3.9,<3.13`, `~=3.9`, `==3.11.*`, `!=3.10.1`).
struct VersionRange: Sendable {
    private let alternatives: [[Term]]

    /// Nil for what is no range.
    init?(_ text: String) {
        var alternatives: [[Term]] = []
        for part in text.replacing("||", with: "|").split(separator: "|", omittingEmptySubsequences: false) {
            guard let terms = Self.terms(part) else { return nil }
            alternatives.append(terms)
        }
        self.alternatives = alternatives
    }

    func contains(_ version: ToolVersion) -> Bool {
        alternatives.contains { $0.allSatisfy { $0.contains(version) } }
    }

    private struct Term: Sendable {
        var from: ToolVersion?
        var upTo: ToolVersion?
        var isNegated = false

        func contains(_ version: ToolVersion) -> Bool {
            let isWithin = (from.map { $0 <= version } ?? true) && (upTo.map { version < $0 } ?? true)
            return isWithin != isNegated
        }
    }

    /// Terms that must all hold.
    private static func terms(_ text: Substring) -> [Term]? {
        var words = text.split { $0 == "," || $0.isWhitespace }.map(String.init)
        // An operator may stand apart from its version.
        for index in words.indices.dropLast().reversed()
        where words[index].allSatisfy({ "<>=~^!".contains($0) }) {
            words[index] += words.remove(at: index + 1)
        }
        if words.count == 3, words[1] == "-" {
            guard let low = Partial(words[0]), let high = Partial(words[2]) else { return nil }
            return [Term(from: low.floor, upTo: high.ceiling)]
        }
        var terms: [Term] = []
        for word in words {
            guard let term = term(word) else { return nil }
            terms.append(term)
        }
        return terms
    }

    private static func term(_ word: String) -> Term? {
        let sign = String(word.prefix { "<>=~^!".contains($0) })
        guard let partial = Partial(String(word.dropFirst(sign.count))) else { return nil }
        switch sign {
        case "", "=", "==", "===": return Term(from: partial.floor, upTo: partial.ceiling)
        case "!=": return Term(from: partial.floor, upTo: partial.ceiling, isNegated: true)
        case ">=": return Term(from: partial.floor)
        // Above everything there is nothing.
        case ">": return Term(from: partial.ceiling ?? ToolVersion(numbers: [.max]))
        case "<": return Term(upTo: partial.floor)
        case "<=": return Term(upTo: partial.ceiling)
        case "~", "~>":
            return Term(from: partial.floor, upTo: partial.bound(at: min(partial.numbers.count, 2)))
        case "~=":
            guard partial.numbers.count >= 2 else { return nil }
            return Term(from: partial.floor, upTo: partial.bound(at: partial.numbers.count - 1))
        case "^":
            // The first number that is not zero stays; where all are, the last that was given.
            let place = partial.numbers.firstIndex { $0 != 0 } ?? partial.numbers.count - 1
            return Term(from: partial.floor, upTo: partial.bound(at: place + 1))
        default: return nil
        }
    }
}

/// A version of which only the first numbers are given, maybe none.
private struct Partial {
    var numbers: [Int] = []

    /// `3`, `3.x`, `v3.11`, `3.11.*`, `*`; nil for anything else.
    init?(_ text: String) {
        let bare = text.first == "v" ? String(text.dropFirst()) : text
        let parts = bare.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        var isOpen = false
        for part in parts {
            if ["x", "X", "*"].contains(part) {
                isOpen = true
            } else {
                guard !isOpen, let version = ToolVersion(part) else { return nil }
                numbers.append(version.major)
            }
        }
    }

    var floor: ToolVersion { ToolVersion(numbers: numbers) }
    /// The first version above all that it stands for; nil where it stands for all.
    var ceiling: ToolVersion? { bound(at: numbers.count) }

    /// The first version that differs in the numbers up to there.
    func bound(at count: Int) -> ToolVersion? {
        guard count > 0, !numbers.isEmpty else { return nil }
        var kept = Array(numbers.prefix(count))
        kept[kept.count - 1] += 1
        return ToolVersion(numbers: kept)
    }
}
