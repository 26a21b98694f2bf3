/// The lines of a text, found by number.
package struct SourceText: Sendable {
    /// Without their line breaks.
    let lines: [Substring]

    package init(_ text: String) {
        // What libyaml takes for a line break, so that its line numbers fit. A carriage return and line feed together
        // are one character in Swift.
        lines = text.split(omittingEmptySubsequences: false) { character in
            switch character {
            case "\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
            default: false
            }
        }
    }

    /// The line with this number, counted from one.
    func line(_ number: Int) -> Substring? {
        lines.indices.contains(number - 1) ? lines[number - 1] : nil
    }
}
