/// A command line while it is typed, as shells hand it over for a completion.
struct UnfinishedLine {
    /// All words but the one at hand, without quotes.
    private let words: [String]
    /// What is typed of the word at hand, without quotes.
    let typed: String

    /// Options that take no value, of the commands whose other words are asked for here.
    private static let flags: Set<String> = [
        "--worktree", "--no-cascade", "-n", "--dry-run", "--debug", "--shell-on-failure", "--json", "--yaml",
        "--all", "--log",
        "--log-failed", "--failed", "--fix", "--global", "-h", "--help",
    ]

    /// - Parameter index: The place of the word at hand, which may be one behind the last.
    init(_ words: [String], _ index: Int) {
        var plain = words.map { word in String(word.filter { $0 != "\\" && $0 != "'" && $0 != "\"" }) }
        typed = plain.indices.contains(index) ? plain.remove(at: index) : ""
        self.words = plain
    }

    /// The value of an option, the last where it is given more than once.
    func value(of names: String...) -> String? {
        var found: String?
        for (place, word) in words.enumerated() {
            if names.contains(word), words.indices.contains(place + 1) { found = words[place + 1] }
            for name in names where name.hasPrefix("--") && word.hasPrefix("\(name)=") {
                found = String(word.dropFirst(name.count + 1))
            }
        }
        return found
    }

    func has(_ flag: String) -> Bool { words.contains(flag) }

    /// The words that are neither the program or one of its commands, nor an option or the value of one.
    ///
    /// - Parameter depth: How many names of commands there are, such as 1 for `flowrun dispatch`.
    func arguments(afterCommands depth: Int) -> [String] {
        var found: [String] = []
        var isValue = false
        for word in words {
            if isValue {
                isValue = false
            } else if word.hasPrefix("-"), word != "-" {
                isValue = !Self.flags.contains(word) && !word.contains("=")
            } else {
                found.append(word)
            }
        }
        return Array(found.dropFirst(depth + 1))
    }
}
