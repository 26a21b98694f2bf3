import Foundation

/// Which files of a repository the patterns of `cml pr create` name.
///
/// As CML reads them: `*` and `?` stay within one part of the path, `**` stands for any number of parts, `{a,b}` for
/// either, and a folder for all that is in it. None of them stands for a name that begins with a dot. What a
/// pattern with a `!` names is left out.
package struct PathPatterns: Sendable, Equatable {
    private var wanted: [[String]] = []
    private var unwanted: [[String]] = []

    /// - Parameter folder: Where patterns start from, as a path in the repository; empty for the repository's own.
    package init(_ patterns: [String], folder: String = "") {
        for pattern in patterns {
            let isUnwanted = pattern.hasPrefix("!")
            for text in Self.alternatives(of: isUnwanted ? String(pattern.dropFirst()) : pattern) {
                guard let parts = Self.parts(of: text, in: folder) else { continue }
                if isUnwanted { unwanted.append(parts) } else { wanted.append(parts) }
            }
        }
    }

    /// - Parameter path: A file's path in the repository.
    package func names(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map(String.init)[...]
        return wanted.contains { Self.matches($0[...], parts) }
            && !unwanted.contains { Self.matches($0[...], parts) }
    }

    private static func matches(_ pattern: ArraySlice<String>, _ path: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return path.allSatisfy { !$0.hasPrefix(".") } }
        guard let part = path.first else { return false }
        if first == "**" {
            if matches(pattern.dropFirst(), path) { return true }
            return !part.hasPrefix(".") && matches(pattern, path.dropFirst())
        }
        return fnmatch(first, part, FNM_PERIOD) == 0 && matches(pattern.dropFirst(), path.dropFirst())
    }

    /// The parts of a pattern from the repository's folder on; nil where it leads out of that.
    private static func parts(of pattern: String, in folder: String) -> [String]? {
        var parts: [String] = []
        for part in "\(folder)/\(pattern)".split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(String(part))
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return parts
    }

    /// The patterns that one with `{a,b}` stands for.
    private static func alternatives(of pattern: String) -> [String] {
        guard let open = pattern.firstIndex(of: "{") else { return [pattern] }
        var depth = 0
        var starts = [pattern.index(after: open)]
        for index in pattern[open...].indices {
            switch pattern[index] {
            case "{": depth += 1
            case "}": depth -= 1
            case "," where depth == 1: starts.append(pattern.index(after: index))
            default: break
            }
            guard depth == 0 else { continue }
            let ends = starts.dropFirst().map { pattern.index(before: $0) } + [index]
            return zip(starts, ends).flatMap { start, end in
                alternatives(of: "\(pattern[..<open])\(pattern[start..<end])\(pattern[index...].dropFirst())")
            }
        }
        return [pattern]
    }

}
