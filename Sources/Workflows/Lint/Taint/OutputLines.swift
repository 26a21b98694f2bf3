/// The lines of a script that write outputs, by the names of these.
struct OutputLines {
    private var lines: [String: [Substring]] = [:]

    /// In `NAME=value` and in `::set-output name=NAME::value` the name is a word behind or before `=`.
    init(_ script: String) {
        for line in script[...].lines where line.has("=") {
            var names: Set<String> = []
            var rest = line
            while let equals = rest.firstIndex(of: "=") {
                let before = rest[..<equals].reversed().prefix(while: Self.isPartOfName)
                let after = rest[rest.index(after: equals)...]
                names.insert(String(before.reversed()).lowercased())
                names.insert(after.prefix(while: Self.isPartOfName).lowercased())
                rest = after
            }
            for name in names { lines[name, default: []].append(line) }
        }
    }

    /// The lines that may write the output, whose name is in lower case.
    func writing(_ name: String) -> [Substring] { lines[name] ?? [] }

    private static func isPartOfName(_ character: Character) -> Bool {
        character.isASCII
            && (character.isLetter || character.isNumber || character == "_" || character == "-")
    }
}
