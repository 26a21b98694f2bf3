/// A pattern of artifacts' names, as the artifact actions read it (minimatch): `*`, `?`, `[]` and `{a,b}`; one that begins with
/// `!` stands for all that it does not match.
package struct ArtifactPattern {
    private let isNegated: Bool
    private let alternatives: [GlobPattern]

    package init(_ pattern: String) {
        let marks = pattern.prefix { $0 == "!" }.count
        isNegated = marks % 2 == 1
        alternatives = Self.expanded(String(pattern.dropFirst(marks))).map {
            GlobPattern("/" + $0, workspace: "")
        }
    }

    package func matches(_ name: String) -> Bool {
        // As a shell has it, a name that begins with a dot is meant only where the pattern says so.
        alternatives.contains { $0.matchesWhole([Substring(name)]) } != isNegated
    }

    /// Every text that the braces of a pattern stand for.
    private static func expanded(_ pattern: String) -> [String] {
        var depth = 0
        var open: String.Index?
        var cuts: [String.Index] = []
        for index in pattern.indices {
            switch pattern[index] {
            case "{":
                if depth == 0 {
                    open = index
                    cuts = []
                }
                depth += 1
            case "," where depth == 1: cuts.append(index)
            case "}" where depth > 0:
                depth -= 1
                guard depth == 0, let start = open, !cuts.isEmpty else { continue }
                let head = pattern[..<start]
                let tail = pattern[pattern.index(after: index)...]
                let ends = cuts + [index]
                var from = pattern.index(after: start)
                var all: [String] = []
                for end in ends {
                    all += expanded(String(head) + pattern[from..<end] + tail)
                    from = pattern.index(after: end)
                }
                return all
            default: continue
            }
        }
        return [pattern]
    }
}
