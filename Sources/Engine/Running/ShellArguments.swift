/// The arguments of a `shell`, as GitHub's runner hands them to .NET: a format string, cut into words.
struct ShellArguments {
    /// Each still a format: `{0}` stands for the script's path, a brace of the user's own stands twice.
    private(set) var words: [String] = []

    /// Nil where the format names no script, or has a brace that stands for nothing.
    init?(_ format: String) {
        guard format.contains("{0}"), Self.isSound(format) else { return nil }
        var rest = Substring(format)
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            if rest.isEmpty { return }
            words.append(Self.word(&rest))
        }
    }

    /// A word with the script's path in its place.
    static func filled(_ word: String, with script: String) -> String {
        guard word != "{0}" else { return script }
        var result = ""
        var rest = Substring(word)
        while let next = rest.first {
            if rest.hasPrefix("{0}") {
                result += script
                rest = rest.dropFirst(3)
            } else {
                result.append(next)
                rest = rest.dropFirst(next == "{" || next == "}" ? 2 : 1)
            }
        }
        return result
    }

    /// Whether each brace is one of `{0}`, or stands twice.
    private static func isSound(_ format: String) -> Bool {
        var rest = Substring(format)
        while let next = rest.first {
            if rest.hasPrefix("{0}") {
                rest = rest.dropFirst(3)
            } else if next == "{" || next == "}" {
                guard rest.dropFirst().first == next else { return false }
                rest = rest.dropFirst(2)
            } else {
                rest = rest.dropFirst()
            }
        }
        return true
    }

    /// Takes one word, up to a blank outside of double quotes.
    ///
    /// .NET's rules, which are those of Windows (`ProcessStartInfo.Arguments`): single quotes mean nothing, a backslash
    /// means something before a double quote alone, and two double quotes inside of quotes are one.
    private static func word(_ rest: inout Substring) -> String {
        var word = ""
        var isQuoted = false
        while let next = rest.first {
            let slashes = rest.prefix { $0 == "\\" }
            if !slashes.isEmpty {
                rest = rest.dropFirst(slashes.count)
                guard rest.first == "\"" else {
                    word += slashes
                    continue
                }
                word += slashes.prefix(slashes.count / 2)
                if slashes.count % 2 == 1 {
                    word.append("\"")
                    rest = rest.dropFirst()
                }
            } else if next == "\"" {
                rest = rest.dropFirst()
                if isQuoted, rest.first == "\"" {
                    word.append("\"")
                    rest = rest.dropFirst()
                } else {
                    isQuoted.toggle()
                }
            } else if !isQuoted, next == " " || next == "\t" {
                return word
            } else {
                word.append(next)
                rest = rest.dropFirst()
            }
        }
        return word
    }
}
