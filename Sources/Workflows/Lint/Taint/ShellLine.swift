/// What can be told of a line of a shell script without running a shell.
enum ShellLine {
    /// The names of the variables that the line expands: `$NAME`, `${NAME...}` and PowerShell's `$env:NAME`.
    static func variables(of line: Substring) -> [String] {
        var names: [String] = []
        var rest = line[...]
        while let dollar = rest.firstIndex(of: "$") {
            rest = rest[rest.index(after: dollar)...]
            if rest.hasPrefix("{{") { continue }
            if rest.hasPrefix("{") { rest = rest.dropFirst() }
            if rest.prefix(4).lowercased() == "env:" { rest = rest.dropFirst(4) }
            let name = rest.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
            if let first = name.first, !first.isNumber { names.append(String(name)) }
        }
        return names
    }

    /// The line without a comment of its own; `nil` where it is nothing but one.
    static func code(of line: Substring) -> Substring? {
        let trimmed = line.drop(while: \.isWhitespace)
        return trimmed.isEmpty || trimmed.first == "#" ? nil : trimmed
    }

    /// Whether a command stands at the start of the line or behind `&&`, `;`, `|`, `(` and the like.
    static func runs(_ command: String, in line: Substring) -> Bool {
        var rest = line
        while let found = rest.range(ofBytes: command) {
            let before = line.utf8[..<found.lowerBound].droppingBlanks
            let isStart = before.last.map { "&;|({`!".utf8.contains($0) } ?? true
            let next = line.utf8[found.upperBound...].first
            if isStart || wrappers.contains(before.lastWord), next.map(endsWord) ?? true { return true }
            rest = line[found.upperBound...]
        }
        return false
    }

    /// Words that what follows is a command for.
    private static let wrappers = ["sudo", "then", "do", "else", "time", "exec", "run", "-m"]

    private static func endsWord(_ byte: UInt8) -> Bool { byte.isBlank || ";&|)".utf8.contains(byte) }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || (9...13).contains(self) }
}

extension Substring.UTF8View {
    /// Without the blanks at its end.
    fileprivate var droppingBlanks: Substring.UTF8View {
        var text = self
        while let last = text.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") {
            text.removeLast()
        }
        return text
    }

    fileprivate var lastWord: String {
        var start = endIndex
        while start > startIndex, !self[index(before: start)].isBlank { start = index(before: start) }
        return String(Substring(self[start...]))
    }
}
