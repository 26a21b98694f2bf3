/// A YAML value with its place.
///
/// Aliases are gone: a node that stood for another is that other.
package struct Node: Sendable {
    package enum Content: Sendable {
        case scalar(Scalar)
        case sequence([Node])
        case mapping([Entry])
    }

    package struct Entry: Sendable {
        package var key: Node
        package var value: Node
    }

    /// Where the value begins: in the file that says it, even where an alias brought it elsewhere.
    package var location: SourceLocation
    package var content: Content

    package var scalar: Scalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    package var items: [Node]? {
        if case .sequence(let items) = content { items } else { nil }
    }

    package var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The value of the entry with this key, where the node is a mapping that has one.
    package subscript(key: String) -> Node? {
        entries?.first { $0.key.scalar?.text == key }?.value
    }

    /// `a list`, `a mapping`, `a boolean` ...: what messages call this kind of value.
    package var kindDescription: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let scalar):
            switch scalar.value {
            case .null: "nothing"
            case .boolean: "a boolean"
            case .number: "a number"
            case .string: "text"
            }
        }
    }
}

extension Node {
    /// The place of a part of a scalar, given the UTF-8 range of that part in the scalar's text.
    ///
    /// It is the part's start, and how many characters to mark. A range that cannot be followed back through folding and escapes gives the scalar.
    package func location(of range: Range<Int>?) -> (location: SourceLocation, length: Int) {
        guard let scalar else { return (location, 1) }
        guard let range else { return (location, scalar.markLength) }
        guard let found = scalar.sourceIndex(ofOffset: range.lowerBound) else {
            return (location, scalar.markLength)
        }
        var place = location
        let before = scalar.source.utf8[..<found]
        let breaks = before.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        if breaks > 0, let last = before.lastIndex(of: UInt8(ascii: "\n")) {
            place.line += breaks
            place.column = 1 + scalar.source[scalar.source.utf8.index(after: last)..<found].count
        } else {
            place.column += scalar.source[..<found].count
        }
        let rest = scalar.source[found...].prefix { !$0.isLineBreak }.count
        let length = scalar.text.characterCount(of: range) ?? 1
        return (place, max(1, min(rest, length)))
    }
}

extension Scalar {
    /// How many characters of its first line the scalar takes.
    package var markLength: Int { max(1, source.prefix { !$0.isLineBreak }.count) }

    /// Where in the source the text's byte `offset` stands.
    fileprivate func sourceIndex(ofOffset offset: Int) -> Substring.Index? {
        guard let target = text.index(utf8Offset: offset) else { return nil }
        let body = body
        switch style {
        case .literal:
            if let found = indexInBlock(of: target) { return found }
        case .plain, .singleQuoted, .doubleQuoted:
            // Without escapes and folding, the text is the source.
            if body.utf8.count == text.utf8.count {
                return body.utf8.index(body.startIndex, offsetBy: offset)
            }
        case .folded: break
        }
        if target == text.endIndex { return body.endIndex }
        return lookup(target)
    }

    /// The same line of the block, as far from its end: what stands before it is the indentation.
    private func indexInBlock(of target: String.Index) -> Substring.Index? {
        let lines = text.utf8[..<target].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        let rest = text.utf8[target...].prefix { $0 != UInt8(ascii: "\n") }.count
        var start = source.startIndex
        for _ in 0...lines {
            guard let lineBreak = source.utf8[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            start = source.utf8.index(after: lineBreak)
        }
        var end = source.utf8[start...].firstIndex(of: UInt8(ascii: "\n")) ?? source.endIndex
        if end > start, source.utf8[source.utf8.index(before: end)] == UInt8(ascii: "\r") {
            end = source.utf8.index(before: end)
        }
        return source.utf8.index(end, offsetBy: -rest, limitedBy: start)
    }

    /// The text before the place is looked up in the source line by line: the n-th occurrence in the text of what
    /// stands there is the n-th in the source too.
    private func lookup(_ target: String.Index) -> Substring.Index? {
        let body = body
        // What an expression is looked up by: from the place on to the end of its line, shortened until it is found.
        let line = text[target...].prefix { !$0.isLineBreak }
        for length in [line.count, 12, 6, 3, 1] where length > 0 && length <= line.count {
            let probe = line.prefix(length)
            let nth = text[..<target].occurrences(of: probe, upTo: target, in: text)
            if let found = body.start(ofOccurrence: nth, of: probe) { return found }
        }
        return nil
    }

    /// The source without the quotes, or without the header of a block.
    private var body: Substring {
        switch style {
        case .plain: source
        case .singleQuoted, .doubleQuoted: source.dropFirst().dropLast()
        case .literal, .folded: source[(source.firstIndex(where: \.isLineBreak) ?? source.endIndex)...]
        }
    }
}

extension Character {
    fileprivate var isLineBreak: Bool { self == "\n" || self == "\r\n" || self == "\r" }
}

extension String {
    fileprivate func index(utf8Offset: Int) -> String.Index? {
        guard utf8Offset >= 0, utf8Offset <= utf8.count else { return nil }
        return utf8.index(startIndex, offsetBy: utf8Offset).samePosition(in: self)
    }

    fileprivate func characterCount(of range: Range<Int>) -> Int? {
        guard let start = index(utf8Offset: range.lowerBound), let end = index(utf8Offset: range.upperBound)
        else {
            return nil
        }
        return distance(from: start, to: end)
    }
}

extension Substring {
    /// How often `probe` begins in `whole` before `end`.
    fileprivate func occurrences(of probe: Substring, upTo end: String.Index, in whole: String) -> Int {
        var count = 0
        var place = startIndex
        while place < end {
            if whole[place...].hasPrefix(probe) { count += 1 }
            place = whole.index(after: place)
        }
        return count
    }

    fileprivate func start(ofOccurrence nth: Int, of probe: Substring) -> Index? {
        var left = nth
        var place = startIndex
        while place < endIndex {
            if self[place...].hasPrefix(probe) {
                if left == 0 { return place }
                left -= 1
            }
            place = index(after: place)
        }
        return nil
    }
}
