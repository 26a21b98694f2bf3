/// What is wrong, or doubtful, in a file that the user wrote.
package struct Diagnostic: Error, Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable, Codable {
        case error, warning, note
    }

    package var severity: Severity
    package var location: SourceLocation
    /// How many characters to mark, from the location on; at least one.
    package var length: Int
    /// A stable name of the kind of fault, such as `unknown-key`.
    package var code: String
    /// One sentence in lower case, without a full stop.
    package var message: String
    /// What would be right, or what was probably meant.
    package var hint: String?
    /// How to mend it, where that is certain.
    package var fix: Fix?

    package init(
        severity: Severity = .error,
        location: SourceLocation,
        length: Int = 1,
        code: String,
        message: String,
        hint: String? = nil,
        fix: Fix? = nil
    ) {
        self.severity = severity
        self.location = location
        self.length = max(1, length)
        self.code = code
        self.message = message
        self.hint = hint
        self.fix = fix
    }

    /// The diagnostic as one line: `file:line:column: error: message; hint [code]`.
    package var summary: String {
        let advice = hint.map { "; \($0)" } ?? ""
        return "\(location): \(severity.rawValue): \(message)\(advice) [\(code)]"
    }

    /// The diagnostic as people read it: the summary, then the line of the source with the place marked.
    ///
    /// Without the text of the file it is the summary alone.
    package func rendered(source: String?) -> String { rendered(in: source.map { SourceText($0) }) }

    /// Lines that are longer, by some, are shown in part.
    private static let widest = 160

    /// The same, for many diagnostics of one text.
    package func rendered(in source: SourceText?) -> String {
        guard let line = source?.line(location.line) else { return summary }
        let number = String(location.line)
        let margin = String(repeating: " ", count: max(0, 5 - number.count)) + number
        let column = location.column - 1
        // Of a very long line, what stands around the place.
        let start = column <= Self.widest ? 0 : column - Self.widest / 2
        let rest = line.dropFirst(start)
        var shown = rest.prefix(Self.widest * 2)
        if shown.endIndex < line.endIndex || start > 0 { shown = rest.prefix(Self.widest * 3 / 2) }
        let (left, right) = (start > 0 ? "…" : "", shown.endIndex < line.endIndex ? "…" : "")
        // Tabs stay tabs above and below each other, so that the mark stands where the fault is.
        let lead = (left + shown.prefix(column - start)).map { $0 == "\t" ? "\t" : " " as Character }
        let room = max(1, shown.count - (column - start))
        let mark = "^" + String(repeating: "~", count: max(0, min(length, room) - 1))
        let blank = String(repeating: " ", count: margin.count)
        return """
            \(summary)
            \(margin) | \(left)\(shown)\(right)
            \(blank) | \(String(lead))\(mark)
            """
    }
}

extension Diagnostic: CustomStringConvertible {
    package var description: String { summary }
}

/// The faults of one file, in the order of their places.
package struct Diagnostics: Error, Sendable, CustomStringConvertible {
    package var list: [Diagnostic]

    package init(_ list: [Diagnostic]) { self.list = list }

    package var description: String { list.map(\.summary).joined(separator: "\n") }
}
