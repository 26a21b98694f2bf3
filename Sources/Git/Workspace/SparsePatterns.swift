import Foundation

/// Files by patterns such as those of `.gitignore`, as `git sparse-checkout --no-cone` has them: what a pattern fits is
/// written, the last pattern that fits decides, and what no pattern says of a path its folder decides.
struct SparsePatterns: SparseSelection {
    static let isCone = false
    private let lines: [String]
    private let rules: [Rule]

    init(_ lines: [String]) {
        self.lines = lines
        rules = lines.compactMap(Rule.init)
    }

    var patterns: String { lines.map { $0 + "\n" }.joined() }

    func contains(_ path: String) -> Bool {
        if let decided = decision(on: path, isFolder: false) { return decided }
        for folder in Folders.above(path) {
            if let decided = decision(on: folder, isFolder: true) { return decided }
        }
        return false
    }

    private func decision(on path: String, isFolder: Bool) -> Bool? {
        let parts = path.split(separator: "/").map(String.init)
        let last = rules.last { ($0.isForFolders ? isFolder : true) && $0.fits(parts[...]) }
        return last.map { !$0.isNegated }
    }
}

/// One line of patterns.
private struct Rule {
    let isNegated: Bool
    let isForFolders: Bool
    /// The parts between slashes; `**` stands for any number of them.
    private let parts: [String]

    /// Nil for an empty line or a comment.
    init?(_ line: String) {
        var text = line[...]
        guard !text.isEmpty, !text.hasPrefix("#") else { return nil }
        isNegated = text.hasPrefix("!")
        if isNegated || text.hasPrefix("\\!") || text.hasPrefix("\\#") { text = text.dropFirst() }
        isForFolders = text.hasSuffix("/")
        if isForFolders { text = text.dropLast() }
        let found = text.split(separator: "/").map(String.init)
        guard !found.isEmpty else { return nil }
        // A name without a slash fits at any depth.
        parts = text.contains("/") ? found : ["**"] + found
    }

    func fits(_ path: ArraySlice<String>) -> Bool { Self.fits(parts[...], path) }

    private static func fits(_ pattern: ArraySlice<String>, _ path: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first == "**" {
            let rest = pattern.dropFirst()
            // At the end it stands for what is below, at least one name.
            if rest.isEmpty { return !path.isEmpty }
            return (path.startIndex...path.endIndex).contains { fits(rest, path[$0...]) }
        }
        guard let name = path.first, fnmatch(first, name, 0) == 0 else { return false }
        return fits(pattern.dropFirst(), path.dropFirst())
    }
}
