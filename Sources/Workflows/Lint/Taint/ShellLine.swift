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
            let before = line[..<found.lowerBound].reversed().drop(while: { $0 == " " || $0 == "\t" })
            let isStart = before.first.map { "&;|({`!".contains($0) } ?? true
            let words = String(before.prefix { !$0.isWhitespace }.reversed())
            let isWrapped = ["sudo", "then", "do", "else", "time", "exec", "run", "-m"].contains(words)
            let next = line[found.upperBound...].first
            if isStart || isWrapped, next.map({ $0.isWhitespace || ";&|)".contains($0) }) ?? true {
                return true
            }
            rest = line[found.upperBound...]
        }
        return false
    }
}
