/// The places of many parts of one scalar: what `Node.location(of:)` gives, without going through the text for each.
package struct ScalarPlaces: Sendable {
    private let node: Node
    /// For a literal block, where each line of its text begins, and the same line of the source.
    private var lines: [(offset: Int, text: Substring, source: Substring)] = []

    package init(_ node: Node) {
        self.node = node
        guard let scalar = node.scalar, scalar.style == .literal else { return }
        let source = SourceText(String(scalar.source)).lines.dropFirst()
        let text = scalar.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard text.count <= source.count + 1 else { return }
        var offset = 0
        for (text, source) in zip(text, source) {
            lines.append((offset, text, source))
            offset += text.utf8.count + 1
        }
    }

    package func location(of range: Range<Int>?) -> (location: SourceLocation, length: Int) {
        guard let range, let index = line(at: range.lowerBound) else { return node.location(of: range) }
        let (offset, text, source) = lines[index]
        guard
            let start = text.utf8.index(
                text.startIndex,
                offsetBy: range.lowerBound - offset,
                limitedBy: text.endIndex
            )
        else { return node.location(of: range) }
        let rest = text[start...]
        let end = rest.utf8.index(start, offsetBy: range.count, limitedBy: rest.endIndex) ?? rest.endIndex
        var place = node.location
        place.line += index + 1
        place.column = source.count - rest.count + 1
        return (place, max(1, rest[..<end].count))
    }

    /// The last line that begins at the offset or before it.
    private func line(at offset: Int) -> Int? {
        var (low, high) = (0, lines.count)
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].offset <= offset { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }
}
