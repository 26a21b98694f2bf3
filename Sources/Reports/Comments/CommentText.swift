/// The text of a comment: the report, its watermark, and the invisible key of its delivery.
package struct CommentText: Sendable {
    /// The most that forges take in one comment.
    package static let limit = 65_536

    package var markdown: String
    package var watermark: Watermark?
    /// By which a second try finds what the first one posted.
    package var deliveryKey: String?
    /// Where the whole report is, for a text that has to be cut.
    package var wholeReport: String?
    /// How many bytes are taken.
    var limit: Int

    package init(
        markdown: String,
        watermark: Watermark?,
        deliveryKey: String? = nil,
        wholeReport: String? = nil,
        limit: Int = CommentText.limit
    ) {
        self.markdown = markdown
        self.watermark = watermark
        self.deliveryKey = deliveryKey
        self.wholeReport = wholeReport
        self.limit = limit
    }

    static func marker(_ key: String) -> String {
        "<!-- flowrun \(key.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._:".contains($0)) }) -->"
    }

    package var text: String {
        var body = markdown
        while body.last?.isNewline == true { body.removeLast() }
        let marks = [watermark?.markdown, deliveryKey.map(Self.marker)].compactMap { $0 }
        let tail = marks.isEmpty ? "\n" : "\n\n" + marks.joined(separator: "\n") + "\n"
        if body.utf8.count + tail.utf8.count <= limit || deliveryKey == nil { return body + tail }
        let place =
            wholeReport.map { "; the whole report: \($0)" } ?? " in a comment; the run has the whole report"
        let note = "*Cut here: the report is longer than a forge takes\(place)*"
        // Room is left for the fence that closes a cut code block.
        return cut(body, to: limit - tail.utf8.count - note.utf8.count - 64, note: note) + tail
    }

    /// The text up to the last line that fits, then the note.
    ///
    /// A code block that the cut has opened is closed.
    private func cut(_ body: String, to size: Int, note: String) -> String {
        var kept = body.utf8.prefix(max(0, size))
        let lineEnd = kept.lastIndex(of: 0x0a)
        if let lineEnd { kept = kept[..<lineEnd] }
        let text = String(decoding: kept, as: UTF8.self)
        for fence in ["", "```", "~~~", "````", "~~~~", "`````"] {
            let closed = text + "\n" + fence + (fence.isEmpty ? "\n" : "\n\n") + note
            if case .paragraph = MarkdownDocument(closed).content.children.last?.kind { return closed }
        }
        return text + "\n\n" + note
    }
}
