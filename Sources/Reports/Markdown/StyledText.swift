/// Words of one style, and how they are laid out on lines.
struct StyledText {
    struct Style: OptionSet {
        let rawValue: Int
        static let bold = Style(rawValue: 1)
        static let italic = Style(rawValue: 2)
        static let underlined = Style(rawValue: 4)
        static let struck = Style(rawValue: 8)
        static let dim = Style(rawValue: 16)
        static let code = Style(rawValue: 32)
        static let heading = Style(rawValue: 64)

        var sequence: String {
            let codes: [(Style, String)] = [
                (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underlined, "4"), (.struck, "9"), (.code, "36"),
                (.heading, "35"),
            ]
            let chosen = codes.filter { contains($0.0) }.map(\.1)
            return chosen.isEmpty ? "" : "\u{1b}[" + chosen.joined(separator: ";") + "m"
        }
    }

    struct Run {
        var text: String
        var style: Style
    }

    /// A run whose text is a newline breaks the line.
    var runs: [Run] = []

    mutating func append(_ text: String, _ style: Style) {
        runs.append(Run(text: SafeText.line(text), style: style))
    }

    mutating func breakLine() { runs.append(Run(text: "\n", style: [])) }

    /// The text on lines of at most so many columns; a longer word is divided.
    func wrapped(to columns: Int, colours: Bool) -> [String] {
        let width = max(columns, 8)
        var lines: [[Run]] = [[]]
        var used = 0
        for word in words {
            if word.isBreak {
                lines.append([])
                used = 0
                continue
            }
            if word.isSpace {
                if used > 0, used < width { lines[lines.count - 1] += word.runs }
                used += used > 0 ? 1 : 0
                continue
            }
            if used > 0, used + word.width > width {
                lines.append([])
                used = 0
            }
            guard word.width > width else {
                lines[lines.count - 1] += word.runs
                used += word.width
                continue
            }
            for run in word.runs {
                for character in run.text {
                    let columns = DisplayWidth.of(character)
                    if used + columns > width {
                        lines.append([])
                        used = 0
                    }
                    lines[lines.count - 1].append(Run(text: String(character), style: run.style))
                    used += columns
                }
            }
        }
        return lines.map { StyledText.painted($0, colours: colours) }
    }

    /// The width that it takes where nothing is wrapped.
    var width: Int { runs.reduce(0) { $0 + DisplayWidth.of($1.text) } }

    private struct Word {
        var runs: [Run] = []
        var isSpace = false
        var isBreak = false
        var width: Int { runs.reduce(0) { $0 + DisplayWidth.of($1.text) } }
    }

    private var words: [Word] {
        var words: [Word] = []
        var current = Word()
        func finish() {
            if !current.runs.isEmpty { words.append(current) }
            current = Word()
        }
        for run in runs {
            if run.text == "\n" {
                finish()
                words.append(Word(isBreak: true))
                continue
            }
            var piece = ""
            for character in run.text {
                if character == " " {
                    if !piece.isEmpty { current.runs.append(Run(text: piece, style: run.style)) }
                    piece = ""
                    finish()
                    words.append(Word(runs: [Run(text: " ", style: run.style)], isSpace: true))
                } else {
                    piece.append(character)
                }
            }
            if !piece.isEmpty { current.runs.append(Run(text: piece, style: run.style)) }
        }
        finish()
        return words
    }

    private static func painted(_ runs: [Run], colours: Bool) -> String {
        var line = ""
        var current = Style()
        var runs = runs[...]
        while runs.last?.text == " " { runs = runs.dropLast() }
        for run in runs {
            if colours, run.style != current {
                if !current.isEmpty { line += "\u{1b}[0m" }
                line += run.style.sequence
                current = run.style
            }
            line += run.text
        }
        return current.isEmpty ? line : line + "\u{1b}[0m"
    }
}
