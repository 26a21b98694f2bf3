import Foundation
import Reports
import Store

/// `--format pretty`: a tree of what runs, drawn anew in place on a terminal; what is done stays above it.
///
/// A thread of its own draws, at most twenty times a second, so that no event waits for the terminal.
///
/// `@unchecked Sendable`: every stored variable is read and written only while `condition` is locked.
final class PrettyRenderer: RunRenderer, @unchecked Sendable {
    /// Microseconds between two pictures.
    private static let interval: UInt32 = 50_000
    /// Seconds until the spinner turns where nothing else happens.
    private static let spinnerInterval = 0.05

    private let terminal: Terminal
    private let output: BufferedOutput
    private let condition = NSCondition()
    private var tree: RunTree
    private var printed: [String] = []
    /// What was drawn last and can be drawn over.
    private var drawn: [String] = []
    private var isChanged = false
    private var isSuspended = false
    private var isFinished = false
    private var isCursorHidden = false
    private var hasThread = false

    init(_ terminal: Terminal) {
        self.terminal = terminal
        output = BufferedOutput(terminal.descriptor)
        tree = RunTree(wording: Wording(paint: Paint(isOn: terminal.colours)))
    }

    func observe(_ event: RunEvent) {
        condition.withLock {
            guard !isFinished else { return }
            switch event.what {
            case .jobCompleted, .runCompleted: printed += tree.apply(event, width: terminal.size.columns)
            default: printed += tree.apply(event, width: 0)
            }
            wake()
        }
    }

    func say(_ line: String) {
        condition.withLock {
            guard !isFinished else { return }
            printed += line.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            wake()
        }
    }

    func suspend() {
        condition.withLock {
            draw(live: false)
            showCursor()
            isSuspended = true
        }
    }

    func resume() {
        condition.withLock {
            isSuspended = false
            wake()
        }
    }

    func finish() {
        condition.withLock {
            guard !isFinished else { return }
            printed += tree.abandon()
            draw(live: false)
            showCursor()
            isFinished = true
            condition.broadcast()
        }
        output.close()
    }

    var fault: Int32? { output.fault }

    /// Makes the cursor visible, for an end at once.
    ///
    /// May be called from a signal handler: it does nothing but one `write`.
    static func restoreCursor(on descriptor: Int32 = STDOUT_FILENO) {
        // `ESC [ ? 2 5 h`
        var sequence: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0x1b, 0x5b, 0x3f, 0x32, 0x35, 0x68)
        _ = withUnsafeBytes(of: &sequence) { write(descriptor, $0.baseAddress, $0.count) }
    }

    private func wake() {
        guard !isChanged else { return }
        isChanged = true
        condition.signal()
        guard !hasThread else { return }
        hasThread = true
        let thread = Thread { [self] in
            condition.lock()
            while !isFinished {
                draw(live: true)
                isChanged = false
                // Not sooner again than this, whatever happens.
                condition.unlock()
                usleep(Self.interval)
                condition.lock()
                if isChanged || isFinished { continue }
                if tree.running.isEmpty {
                    condition.wait()
                } else {
                    _ = condition.wait(until: Date(timeIntervalSinceNow: Self.spinnerInterval))
                }
            }
            condition.unlock()
        }
        thread.name = "terminal"
        thread.start()
    }

    /// Puts new lines where the live part was, and the live part below them.
    ///
    /// The lock is held.
    private func draw(live: Bool) {
        guard !isSuspended else { return }
        let size = terminal.size
        let frame = live ? tree.frame(columns: size.columns, rows: size.rows - 1, now: Date()) : []
        guard !printed.isEmpty || frame != drawn else { return }
        var text = ""
        // A window that has become narrower shows a line of ours on several rows.
        let rows = drawn.reduce(0) { total, line in
            total + max(1, (DisplayWidth.of(line) + size.columns - 1) / size.columns)
        }
        if rows > 0 { text += "\u{1b}[\(rows)A\r" }
        if !frame.isEmpty, !isCursorHidden {
            text += "\u{1b}[?25l"
            isCursorHidden = true
        }
        for line in printed + frame { text += line + "\u{1b}[K\n" }
        text += "\u{1b}[J"
        output.append(text, now: true)
        printed = []
        drawn = frame
    }

    private func showCursor() {
        guard isCursorHidden else { return }
        output.append("\u{1b}[?25h", now: true)
        isCursorHidden = false
    }
}
