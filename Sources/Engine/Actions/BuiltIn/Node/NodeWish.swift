/// Which node is asked for: a range, or a name for one.
enum NodeWish {
    case range(VersionRange)
    case newest
    /// The newest of the long-term lines; `before` counts lines back from it.
    case longTerm(before: Int)

    private static let lines = [
        "argon": 4, "boron": 6, "carbon": 8, "dubnium": 10, "erbium": 12, "fermium": 14, "gallium": 16,
        "hydrogen": 18, "iron": 20, "jod": 22, "krypton": 24,
    ]

    /// Nil for what names no version.
    init?(_ text: String) {
        let name = text.lowercased()
        if ["latest", "current", "node"].contains(name) {
            self = .newest
        } else if name == "lts/*" || name == "lts" {
            self = .longTerm(before: 0)
        } else if name.hasPrefix("lts/-"), let count = Int(name.dropFirst(5)), count >= 0 {
            self = .longTerm(before: count)
        } else if name.hasPrefix("lts/") {
            guard let line = Self.lines[String(name.dropFirst(4))], let range = VersionRange("\(line)") else {
                return nil
            }
            self = .range(range)
        } else {
            guard let range = VersionRange(text) else { return nil }
            self = .range(range)
        }
    }

    /// The newest that fits, of those that are there.
    func choose(_ found: [FoundNode]) -> FoundNode? {
        let fitting: [FoundNode]
        switch self {
        case .range(let range): fitting = found.filter { range.contains($0.version) }
        case .newest: fitting = found
        case .longTerm(let before):
            // From 4 on each even major became a long-term line.
            let longTerm = found.filter { $0.version.major >= 4 && $0.version.major.isMultiple(of: 2) }
            guard let newest = longTerm.map(\.version.major).max() else { return nil }
            fitting = longTerm.filter { $0.version.major == newest - 2 * before }
        }
        return fitting.max { $0.version < $1.version }
    }
}
