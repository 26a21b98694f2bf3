import Expressions
import Synchronization

/// What is known of a published action: the names of what it takes and gives, in any of its versions.
struct KnownAction: Sendable {
    var inputs: Set<String> = []
    /// Those that every version asks for.
    var required: [String] = []
    /// `nil` for an action whose outputs depend on its inputs.
    var outputs: [String]? = []

    /// The action that a step uses, if it is a known one.
    static func named(_ reference: ActionReference) -> KnownAction? {
        guard case .repository(let owner, let name, let path, _) = reference.form else { return nil }
        let full = ([owner, name] + (path.isEmpty ? [] : [path])).joined(separator: "/").lowercased()[...]
        return read.withLock { read in
            if let known = read[full] { return known }
            guard let lines = index[full] else { return nil }
            let action = KnownAction(lines)
            read[full] = action
            return action
        }
    }

    /// Those that were asked for: files name the same few again and again.
    private static let read = Mutex<[Substring: KnownAction]>([:])

    /// The lines of each action; most are never looked at, so they are read when they are.
    private static let index: [Substring: [Substring]] = {
        var index: [Substring: [Substring]] = [:]
        for table in [tableOfGitHub, tableOfClouds, tableOfCommunity] {
            var name: Substring = ""
            var lines: [Substring] = []
            for line in table.split(separator: "\n") {
                if line.utf8.first == UInt8(ascii: " ") {
                    lines.append(line)
                } else {
                    index[name] = lines
                    (name, lines) = (line, [])
                }
            }
            index[name] = lines
        }
        return index
    }()

    /// Reads the lines of an action: its inputs (`!` behind those that it must have) and its outputs (`*` where these are
    /// not known).
    private init(_ lines: [Substring]) {
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            if words.first == "out" {
                outputs = words.contains("*") ? nil : (outputs ?? []) + words.dropFirst()
                continue
            }
            for word in words.dropFirst() {
                let input = word.hasSuffix("!") ? String(word.dropLast()) : word
                inputs.insert(input)
                if word != input { required.append(input) }
            }
        }
    }
}
