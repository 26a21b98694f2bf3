/// The invisible image by which CML finds its own comment again: `![](https://cml.dev/watermark.png#SHA "TITLE")`.
package struct Watermark: Sendable, Equatable {
    static let address = "https://cml.dev/watermark.png"

    package var sha: String
    /// What `--watermark-title` says, its placeholders filled.
    package var title: String

    /// `{workflow}` and `{run}` in the title stand for the workflow's name and the run's id.
    package init(sha: String, title: String = "", workflow: String = "", run: String = "") {
        self.sha = sha
        self.title = title.replacing("{workflow}", with: workflow).replacing("{run}", with: run)
    }

    package var markdown: String { "![](\(Self.address)#\(sha) \"\(label)\")" }

    /// Whether the text holds a watermark of this title, of whichever commit.
    package func isFound(in text: String) -> Bool {
        let opening = "![](\(Self.address)#"
        var rest = text[...]
        while let start = rest.firstRange(of: opening) {
            rest = rest[start.upperBound...]
            let sha = rest.prefix { $0.isHexDigit && $0.isASCII }
            if !sha.isEmpty, rest.dropFirst(sha.count).hasPrefix(" \"\(label)\")") { return true }
        }
        return false
    }

    static func isImage(_ target: String) -> Bool {
        target == address || target.hasPrefix(address + "#")
    }

    /// The text without watermarks, for readers that would show them.
    static func removed(from text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "![](\(address)#") {
            let line = rest[start.upperBound...].prefix { !$0.isNewline }
            guard let end = line.firstRange(of: "\")") ?? line.firstRange(of: ")") else { break }
            result += rest[..<start.lowerBound]
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    private var label: String {
        var escaped = ""
        for character in "CML watermark \(title)".trimmingSpaces {
            if character.isNewline || character == "\t" {
                escaped += " "
                continue
            }
            if "_*[<\"\\".contains(character) { escaped += "\\" }
            escaped.append(character)
        }
        return escaped
    }
}
