import Reports

/// A line of a step's log as a person reads it: what `##[...]` at its beginning means, and the last state of progress bars.
struct LogLine {
    enum Kind: Equatable { case text, group, endGroup, command, section, error, warning, notice, debug }

    var kind: Kind
    /// What stands behind the mark.
    var words: ArraySlice<UInt8>

    init(_ line: [UInt8]) {
        words = line[...]
        kind = .text
        if line.starts(with: Self.opening), let end = line.prefix(16).firstIndex(of: UInt8(ascii: "]")) {
            let name = String(decoding: line[Self.opening.count..<end], as: UTF8.self)
            if let known = Self.kinds[name] {
                kind = known
                words = line[(end + 1)...]
            }
        }
        if words.contains(0x0d) { words = SafeText.lastState(of: words) }
        words = LongLine.shown(words)
    }

    private static let opening = Array("##[".utf8)
    private static let kinds: [String: Kind] = [
        "group": .group, "endgroup": .endGroup, "command": .command, "section": .section, "error": .error,
        "warning": .warning, "notice": .notice, "debug": .debug,
    ]

    /// What is put before the words, and the colour of that.
    var label: (text: String, colour: Paint.Colour)? {
        switch kind {
        case .text, .endGroup: nil
        case .group, .section: ("▸ ", .bold)
        case .command: ("$ ", .blue)
        case .error: ("error: ", .red)
        case .warning: ("warning: ", .yellow)
        case .notice: ("notice: ", .cyan)
        case .debug: ("debug: ", .dim)
        }
    }
}
