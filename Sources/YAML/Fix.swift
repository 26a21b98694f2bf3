/// A change of the text that mends a fault, where there is no doubt how.
package struct Fix: Hashable, Sendable {
    /// Some characters of one line, and what is to stand there instead.
    package struct Edit: Hashable, Sendable {
        package var location: SourceLocation
        package var length: Int
        package var text: String

        package init(at location: SourceLocation, length: Int, text: String) {
            self.location = location
            self.length = length
            self.text = text
        }
    }

    package var edits: [Edit]

    package init(_ edits: [Edit]) { self.edits = edits }

    package init(at location: SourceLocation, length: Int, text: String) {
        self.init([Edit(at: location, length: length, text: text)])
    }
}

/// The text with as many of the fixes made as do not touch one another; the rest of it stays as it is, byte by byte.
package func applying(_ fixes: [Fix], to text: String) -> String {
    // Columns count from behind the mark that some editors put first.
    let mark = text.unicodeScalars.first == "\u{FEFF}" ? "\u{FEFF}" : ""
    var text = text
    if !mark.isEmpty { text.unicodeScalars.removeFirst() }
    let source = SourceText(text)
    var taken: [Range<String.Index>] = []
    var changes: [(range: Range<String.Index>, text: String)] = []
    for fix in fixes {
        let edits = fix.edits.compactMap { edit in
            source.range(of: edit).map { (range: $0, text: edit.text) }
        }
        let isFree = edits.allSatisfy { edit in
            !taken.contains { $0.overlaps(edit.range) || $0.lowerBound == edit.range.lowerBound }
        }
        guard isFree, edits.count == fix.edits.count else { continue }
        taken += edits.map(\.range)
        changes += edits
    }
    for change in changes.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
        text.replaceSubrange(change.range, with: change.text)
    }
    return mark + text
}

extension SourceText {
    fileprivate func range(of edit: Fix.Edit) -> Range<String.Index>? {
        guard let line = line(edit.location.line),
            let start = line.index(
                line.startIndex,
                offsetBy: edit.location.column - 1,
                limitedBy: line.endIndex
            ),
            let end = line.index(start, offsetBy: edit.length, limitedBy: line.endIndex)
        else { return nil }
        return start..<end
    }
}
