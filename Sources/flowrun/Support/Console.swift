import Foundation

/// The streams of the process and what is at their other end.
enum Console {
    /// Prints a line.
    ///
    /// Where the reader has gone the rest is dropped; any other fault ends the command, as its answer is lost.
    static func print(_ text: String) {
        print(bytes: text.utf8 + [UInt8(ascii: "\n")])
    }

    /// Prints bytes as they are, with the same end as `print` where they cannot be written.
    static func print(bytes: some Sequence<UInt8>) {
        guard let code = write(bytes, to: STDOUT_FILENO), code != EPIPE else { return }
        complain("error: \(lostOutput(code))")
        exit(ExitStatus.broken.rawValue)
    }

    /// Says something on standard error, if that takes it.
    static func complain(_ text: String) { _ = write((text + "\n").utf8, to: STDERR_FILENO) }

    /// What to say where standard output did not take what was written.
    static func lostOutput(_ code: Int32) -> String {
        "standard output cannot be written: \(String(cString: strerror(code)))"
    }

    /// The number of the error that kept something from being written.
    private static func write(_ bytes: some Sequence<UInt8>, to descriptor: Int32) -> Int32? {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, 1000)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }

    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    static var usesColour: Bool {
        let environment = Surroundings.environment
        return outputIsTerminal && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
    }

    /// Columns of the terminal, 80 where there is none.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Reads one line without showing it; nil at the end of the input.
    ///
    /// Ctrl-C ends the command, and not before the terminal shows again what is typed: it comes as a character here.
    static func readHidden(prompt: String) -> String? {
        var settings = termios()
        tcgetattr(STDIN_FILENO, &settings)
        var hidden = settings
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
        let interrupt: UInt8 = 3
        withUnsafeMutableBytes(of: &hidden.c_cc) { $0[Int(VEOL)] = interrupt }
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        // Not before: what is typed at the prompt would be flushed.
        _ = write(prompt.utf8, to: STDERR_FILENO)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        var count = 0
        repeat {
            count = read(STDIN_FILENO, &byte, 1)
            if count == 1 { line.append(byte) }
        } while (count == 1 && byte != interrupt && byte != UInt8(ascii: "\n"))
            || (count < 0 && errno == EINTR)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        _ = write("\n".utf8, to: STDERR_FILENO)
        if line.last == interrupt { exit(ExitStatus.interrupted.rawValue) }
        guard !line.isEmpty else { return nil }
        return String(decoding: line.last == UInt8(ascii: "\n") ? line.dropLast() : line[...], as: UTF8.self)
    }
}
