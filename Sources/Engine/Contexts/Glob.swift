import Foundation

/// One line of a glob: an absolute path whose parts may hold `*`, `?`, `[]`, or be `**`.
struct GlobPattern {
    let isNegated: Bool
    private let parts: [[UInt8]]

    /// - Parameter home: What `~` stands for.
    init(_ line: String, workspace: String, home: String = GlobPattern.home) {
        var text = Substring(line)
        var negated = false
        while text.hasPrefix("!") {
            negated.toggle()
            text = text.dropFirst()
        }
        isNegated = negated
        if text == "~" || text.hasPrefix("~/") {
            text = home + text.dropFirst()
        } else if !text.hasPrefix("/") {
            text = Substring(workspace + "/" + text)
        }
        var parts: [[UInt8]] = []
        for part in text.split(separator: "/") where part != "." { parts.append(Array(part.utf8)) }
        self.parts = parts
    }

    /// The user's, as programs see it.
    static var home: String { ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory() }

    /// The folder that the search starts from: the parts before the first that is a pattern.
    var searchRoot: String {
        let literal = parts.prefix { !$0.contains { "*?[".utf8.contains($0) } }
        return "/" + literal.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }

    /// Whether a file's path matches, or a folder above it does (a folder stands for all that is in it).
    func matches(_ path: [Substring]) -> Bool {
        let path = path.map { Array($0.utf8) }
        return (0...path.count).contains { end in end > 0 && Self.matches(parts[...], path[..<end]) }
    }

    /// Whether a path itself matches.
    func matchesWhole(_ path: [Substring]) -> Bool {
        Self.matches(parts[...], path.map { Array($0.utf8) }[...])
    }

    /// Whether something below a folder may match.
    func leadsBelow(_ path: [Substring]) -> Bool {
        let path = path.map { Array($0.utf8) }
        if let any = parts.firstIndex(of: Array("**".utf8)), any <= path.count {
            return Self.matches(parts[..<any], path[..<any])
        }
        return path.count < parts.count && Self.matches(parts[..<path.count], path[...])
    }

    /// Matches part by part; `**` stands for any number of parts.
    ///
    /// Linear in the product of both lengths.
    private static func matches(_ pattern: ArraySlice<[UInt8]>, _ path: ArraySlice<[UInt8]>) -> Bool {
        var reachable = Set([path.startIndex])
        for part in pattern {
            var next: Set<Int> = []
            if part == Array("**".utf8) {
                if let first = reachable.min() { next = Set(first...path.endIndex) }
            } else {
                for place in reachable where place < path.endIndex && GlobPart.matches(part, path[place]) {
                    next.insert(place + 1)
                }
            }
            if next.isEmpty { return false }
            reachable = next
        }
        return reachable.contains(path.endIndex)
    }
}

/// One part of a path against one part of a pattern, without backtracking over more than the last `*`.
private enum GlobPart {
    static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        var p = 0
        var t = 0
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, t)
                p += 1
            } else if p < pattern.count, let width = matchOne(pattern[p...], text[t]) {
                p += width
                t += 1
            } else if let last = star {
                p = last.pattern + 1
                t = last.text + 1
                star = (last.pattern, t)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// The length of the pattern's first element if it stands for this character.
    private static func matchOne(_ pattern: ArraySlice<UInt8>, _ character: UInt8) -> Int? {
        guard let first = pattern.first else { return nil }
        if first == UInt8(ascii: "?") { return 1 }
        if first == UInt8(ascii: "\\"), let escaped = pattern.dropFirst().first {
            return escaped == character ? 2 : nil
        }
        if first == UInt8(ascii: "["), let end = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]")) {
            var members = pattern[(pattern.startIndex + 1)..<end]
            let isNegated = members.first == UInt8(ascii: "!") || members.first == UInt8(ascii: "^")
            if isNegated { members = members.dropFirst() }
            var found = false
            var place = members.startIndex
            while place < members.endIndex {
                if place + 2 < members.endIndex, members[place + 1] == UInt8(ascii: "-") {
                    found =
                        found
                        || (members[place]...max(members[place], members[place + 2])).contains(character)
                    place += 3
                } else {
                    found = found || members[place] == character
                    place += 1
                }
            }
            return found != isNegated ? end - pattern.startIndex + 1 : nil
        }
        return first == character ? 1 : nil
    }
}

/// Walks the search roots of the positive patterns, depth first over sorted folders.
struct GlobWalk {
    private let patterns: [GlobPattern]
    private let followsLinks: Bool
    private let skipsHidden: Bool

    /// - Parameter skipsHidden: Whether files and folders whose names begin with a dot are passed over.
    init(patterns: [GlobPattern], followsLinks: Bool, skipsHidden: Bool = false) {
        self.patterns = patterns
        self.followsLinks = followsLinks
        self.skipsHidden = skipsHidden
    }

    /// Where the search starts, none below another.
    var searchRoots: [String] {
        var roots: [String] = []
        for root in patterns.filter({ !$0.isNegated }).map(\.searchRoot) where !roots.contains(root) {
            roots.append(root)
        }
        return roots.filter { root in
            !roots.contains { $0 != root && (root + "/").hasPrefix($0 == "/" ? "/" : $0 + "/") }
        }
    }

    /// Files and folders that match by themselves; what is below such a folder does not count.
    func places() -> [String] {
        var found: [String] = []
        var visited: Set<String> = []
        for root in searchRoots { visit(root, into: &found, visited: &visited) }
        return found
    }

    private func visit(_ path: String, into found: inout [String], visited: inout Set<String>) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return }
        let parts = path.split(separator: "/")
        let isIncluded = patterns.reduce(false) { included, pattern in
            included == pattern.isNegated && pattern.matchesWhole(parts) ? !pattern.isNegated : included
        }
        if isIncluded { found.append(path) }
        guard facts.st_mode & S_IFMT == S_IFDIR,
            patterns.contains(where: { !$0.isNegated && $0.leadsBelow(parts) }),
            visited.insert("\(facts.st_dev):\(facts.st_ino)").inserted
        else { return }
        defer { visited.remove("\(facts.st_dev):\(facts.st_ino)") }
        let base = path == "/" ? "" : path
        for name in Self.names(in: path) { visit(base + "/" + name, into: &found, visited: &visited) }
    }

    /// Regular files only: folders, pipes and devices are passed over.
    ///
    /// A link to a file is one also where links are not followed, and so is one that leads nowhere.
    ///
    /// Ends early at the deadline.
    mutating func files(until deadline: ContinuousClock.Instant) -> [String] {
        var found: [String] = []
        var visited: Set<String> = []
        for root in searchRoots { visit(root, into: &found, visited: &visited, until: deadline) }
        return found
    }

    private func visit(
        _ path: String,
        into found: inout [String],
        visited: inout Set<String>,
        until deadline: ContinuousClock.Instant
    ) {
        guard ContinuousClock.now < deadline else { return }
        if skipsHidden, path.split(separator: "/").last?.hasPrefix(".") == true { return }
        var facts = stat()
        guard (followsLinks ? stat(path, &facts) : lstat(path, &facts)) == 0 else { return }
        switch facts.st_mode & S_IFMT {
        case S_IFDIR:
            // With links followed a folder may be met again on its own way down.
            guard visited.insert("\(facts.st_dev):\(facts.st_ino)").inserted else { return }
            defer { visited.remove("\(facts.st_dev):\(facts.st_ino)") }
            let parts = path.split(separator: "/")
            guard patterns.contains(where: { !$0.isNegated && ($0.leadsBelow(parts) || $0.matches(parts)) })
            else { return }
            let names = Self.names(in: path)
            let base = path == "/" ? "" : path
            for name in names { visit(base + "/" + name, into: &found, visited: &visited, until: deadline) }
        case S_IFREG:
            if includes(path) { found.append(path) }
        case S_IFLNK:
            let leadsToFile = stat(path, &facts) != 0 || facts.st_mode & S_IFMT == S_IFREG
            if leadsToFile, includes(path) { found.append(path) }
        default:
            return
        }
    }

    /// The last pattern that matches a file, or a folder above it, decides.
    private func includes(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        return patterns.reduce(false) { included, pattern in
            included == pattern.isNegated && pattern.matches(parts) ? !pattern.isNegated : included
        }
    }

    private static func names(in folder: String) -> [String] {
        (FolderNames.of(folder) ?? []).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
