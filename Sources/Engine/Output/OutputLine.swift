/// A line of a step's output as it is shown, or a piece of one that is longer than a line may be in one piece.
package struct OutputLine: Sendable, Equatable {
    /// The bytes, masked, without the newline.
    package var bytes: [UInt8]
    /// Whether this goes on with the line of the piece before.
    package var isContinuation: Bool
    /// Whether the line ends here.
    ///
    /// At the end of a step that it does not end with a newline, it does.
    package var endsLine: Bool
    /// Whether a newline followed in the output; with it the pieces make up the output byte for byte.
    package var hadNewline: Bool

    package init(bytes: [UInt8], isContinuation: Bool = false, endsLine: Bool = true, hadNewline: Bool = true)
    {
        self.bytes = bytes
        self.isContinuation = isContinuation
        self.endsLine = endsLine
        self.hadNewline = hadNewline
    }

    /// The line as text, with U+FFFD for what is not UTF-8.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

private let newline = UInt8(ascii: "\n")

/// Cuts a stream of bytes into lines, in bounded memory: a longer line than `limit` comes in pieces.
struct LineSplitter {
    static let standardLimit = 1 << 16

    let limit: Int
    private var rest: [UInt8] = []
    private var isContinuation = false

    init(limit: Int = standardLimit) { self.limit = limit }

    mutating func split(_ bytes: UnsafeRawBufferPointer, _ take: (OutputLine) -> Void) {
        var start = 0
        while start < bytes.count {
            let window = bytes[start..<min(bytes.count, start + limit - rest.count)]
            if let end = window.firstIndex(of: newline) {
                emit(bytes[start..<end], endsLine: true, take)
                start = end + 1
            } else if rest.count + window.count == limit {
                emit(window[...], endsLine: false, take)
                start = window.endIndex
            } else {
                rest.append(contentsOf: window)
                start = window.endIndex
            }
        }
    }

    /// The same for bytes of which most lines are of no interest one by one: lines that are whole in `bytes` come together,
    /// newlines and all; what goes on with an earlier line, or is not ended here, comes through `others`.
    mutating func split(
        _ bytes: UnsafeRawBufferPointer,
        whole: (UnsafeRawBufferPointer) -> Void,
        others take: (OutputLine) -> Void
    ) {
        var bytes = bytes
        if !rest.isEmpty || isContinuation {
            let end = bytes.firstIndex(of: newline).map { $0 + 1 } ?? bytes.count
            split(UnsafeRawBufferPointer(rebasing: bytes[..<end]), take)
            bytes = UnsafeRawBufferPointer(rebasing: bytes[end...])
        }
        let end = bytes.lastIndex(of: newline).map { $0 + 1 } ?? 0
        if end > 0 { whole(UnsafeRawBufferPointer(rebasing: bytes[..<end])) }
        if end < bytes.count { split(UnsafeRawBufferPointer(rebasing: bytes[end...]), take) }
    }

    /// Gives what is left behind the last newline.
    mutating func finish(_ take: (OutputLine) -> Void) {
        guard !rest.isEmpty || isContinuation else { return }
        take(OutputLine(bytes: rest, isContinuation: isContinuation, endsLine: true, hadNewline: false))
        rest.removeAll()
        isContinuation = false
    }

    private mutating func emit(
        _ bytes: Slice<UnsafeRawBufferPointer>,
        endsLine: Bool,
        _ take: (OutputLine) -> Void
    ) {
        var line = rest
        line.append(contentsOf: bytes)
        rest.removeAll(keepingCapacity: true)
        take(
            OutputLine(bytes: line, isContinuation: isContinuation, endsLine: endsLine, hadNewline: endsLine)
        )
        isContinuation = !endsLine
    }
}
