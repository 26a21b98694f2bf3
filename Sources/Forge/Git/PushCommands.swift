import Git

/// What a push asks for, read from the start of what git sends.
struct PushCommands {
    /// The refs to be moved, by their full names.
    private(set) var refs: [String] = []
    /// The commits before which the client knows nothing.
    private(set) var shallow: [CommitID] = []
    private(set) var takesBands = false

    /// Refuses what is no push of branches, tags or notes.
    ///
    /// - Parameter bytes: The start of the request; what follows the commands is not looked at.
    init(_ bytes: [UInt8]) throws(ToolkitFault) {
        var rest = bytes[...]
        while let length = Self.length(rest), length != 0 {
            guard length > 4, rest.count >= length, refs.count < 1000 else {
                throw ToolkitFault(.malformed, "The push has no end of its list of refs")
            }
            try read(String(decoding: rest.dropFirst(4).prefix(length - 4), as: UTF8.self))
            rest = rest.dropFirst(length)
        }
    }

    /// Of the next line with its own four digits; nil where no line starts.
    private static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.count < 4 ? nil : Int(String(decoding: bytes.prefix(4), as: UTF8.self), radix: 16)
    }

    /// `OLD NEW REF`, the first with a zero byte and what the client can do after it; or `shallow COMMIT`.
    private mutating func read(_ line: String) throws(ToolkitFault) {
        let sides = line.split(separator: "\0", maxSplits: 1, omittingEmptySubsequences: false)
        if sides.count == 2, sides[1].contains("side-band-64k") { takesBands = true }
        let text = sides.first?.prefix { !$0.isNewline } ?? ""
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        if words.count == 2, words[0] == "shallow", let commit = CommitID(words[1]) {
            shallow.append(commit)
            return
        }
        guard words.count == 3, CommitID(words[0]) != nil, CommitID(words[1]) != nil else {
            throw ToolkitFault(.malformed, "The push has a line that is no ref's")
        }
        let ref = String(words[2])
        guard OpenRefs.hold(ref), RefName.isValidFull(ref) else {
            throw ToolkitFault(
                .unprocessable,
                "Branches, tags and notes are pushed here, under names that are safe"
            )
        }
        refs.append(ref)
    }
}
