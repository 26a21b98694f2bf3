import Git

/// The refs that a push asks to move, read from the start of what git sends.
enum PushCommands {
    /// Refuses what is no push of branches, tags or notes.
    ///
    /// - Parameter bytes: The start of the request; what follows the commands is not looked at.
    static func check(_ bytes: [UInt8]) throws(ToolkitFault) {
        var rest = bytes[...]
        while let length = length(rest), length != 0 {
            guard length > 4, rest.count >= length else {
                throw ToolkitFault(.malformed, "The push has no end of its list of refs")
            }
            try check(line: String(decoding: rest.dropFirst(4).prefix(length - 4), as: UTF8.self))
            rest = rest.dropFirst(length)
        }
    }

    /// Of the next line with its own four digits; nil where no line starts.
    private static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.count < 4 ? nil : Int(String(decoding: bytes.prefix(4), as: UTF8.self), radix: 16)
    }

    /// `OLD NEW REF`, the first with a zero byte and what the client can do after it.
    private static func check(line: String) throws(ToolkitFault) {
        let text = line.prefix { $0 != "\0" && !$0.isNewline }
        if text.hasPrefix("shallow ") { return }
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, CommitID(words[0]) != nil, CommitID(words[1]) != nil else {
            throw ToolkitFault(.malformed, "The push has a line that is no ref's")
        }
        let ref = String(words[2])
        let isOpen = ["refs/heads/", "refs/tags/", "refs/notes/"].contains { ref.hasPrefix($0) }
        guard isOpen, RefName.isValidFull(ref) else {
            throw ToolkitFault(
                .unprocessable,
                "Branches, tags and notes are pushed here, under names that are safe"
            )
        }
    }
}
