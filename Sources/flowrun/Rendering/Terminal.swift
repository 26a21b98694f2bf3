import Foundation

/// Where output goes, and what can be done there.
struct Terminal: Sendable {
    let descriptor: Int32
    /// Whether lines can be drawn anew.
    let isInteractive: Bool
    let colours: Bool

    init(descriptor: Int32, isInteractive: Bool, colours: Bool) {
        self.descriptor = descriptor
        self.isInteractive = isInteractive
        self.colours = colours
    }

    /// Colours are on where a person looks, unless `NO_COLOR` or `TERM=dumb` says no; `FORCE_COLOR` says yes anywhere.
    init(descriptor: Int32 = STDOUT_FILENO, environment: [String: String]) {
        let isTerminal = isatty(descriptor) == 1
        let isDumb = environment["TERM"] == "dumb"
        let refuses = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        let forces = environment["FORCE_COLOR"].map { !["", "0", "false"].contains($0) } ?? false
        self.init(
            descriptor: descriptor,
            isInteractive: isTerminal && !isDumb,
            colours: !refuses && !isDumb && (isTerminal || forces)
        )
    }

    /// Columns and rows as they are now: a window may change at any time.
    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
        return (Int(size.ws_col), max(4, Int(size.ws_row)))
    }
}

/// Colours for text of our own.
struct Paint: Sendable {
    enum Colour: String {
        case red = "31", green = "32", yellow = "33", blue = "34", cyan = "36", dim = "2", bold = "1"
    }

    let isOn: Bool

    func callAsFunction(_ text: String, _ colour: Colour) -> String {
        isOn ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
    }
}
