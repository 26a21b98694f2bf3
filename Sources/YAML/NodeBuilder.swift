/// Builds the tree of nodes from parsing events, repeating an anchor's node wherever an alias names it.
///
/// It counts no more than how deep it is: otherwise what it is given is within the limits (`Budget`).
struct NodeBuilder: ~Copyable {
    private enum Anchor {
        case open
        case closed(Node)
    }

    private var parser: EventParser
    private let source: SourceText
    private let file: String
    private let limits: Limits
    private var depth = 0
    private var anchors: [String: Anchor] = [:]
    private var cursor: Cursor
    var diagnostics: [Diagnostic] = []

    init(parser: consuming EventParser, source: SourceText, file: String, limits: Limits) {
        self.limits = limits
        self.parser = parser
        self.source = source
        self.file = file
        cursor = Cursor(line: -1, column: 0, characters: 0, index: "".startIndex)
    }

    /// The root of the only document; `nil` for a text that holds none.
    mutating func document() throws(Diagnostic) -> Node {
        _ = try next()
        let first = try next()
        guard case .documentStart = first.kind else {
            throw fault("the file is empty", code: "yaml-empty", at: Mark(line: 0, column: 0))
        }
        let root = try node(try next())
        _ = try next()
        let after = try next()
        if case .documentStart = after.kind {
            diagnostics.append(
                fault(
                    "a file holds one document; a second begins here",
                    code: "yaml-documents",
                    at: after.start
                )
            )
        }
        return root
    }

    private mutating func next() throws(Diagnostic) -> ParserEvent {
        do throws(SyntaxError) {
            return try parser.next()
        } catch {
            throw fault(error.message, code: "yaml-syntax", at: error.mark)
        }
    }

    private mutating func node(_ event: ParserEvent) throws(Diagnostic) -> Node {
        switch event.kind {
        case .alias(let name):
            return try alias(name, at: event)
        case .scalar(let anchor, let tag, let text, let style):
            let place = location(event.start)
            let scalar = scalar(text, style: style, tag: tag, at: place, event: event)
            return keep(Node(location: place, content: .scalar(scalar)), anchor)
        case .sequenceStart(let anchor):
            try descend(at: event)
            defer { depth -= 1 }
            return keep(try sequence(event, anchor: anchor), anchor)
        case .mappingStart(let anchor):
            try descend(at: event)
            defer { depth -= 1 }
            return keep(try mapping(event, anchor: anchor), anchor)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw fault("a value is missing", code: "yaml-syntax", at: event.start)
        }
    }

    private mutating func descend(at event: ParserEvent) throws(Diagnostic) {
        depth += 1
        guard depth <= limits.depth else { throw diagnostic(of: Budget.tooDeep(limits, at: event.start)) }
    }

    private mutating func sequence(_ event: ParserEvent, anchor: String?) throws(Diagnostic) -> Node {
        let place = location(event.start)
        if let anchor { anchors[anchor] = .open }
        var items: [Node] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind { break }
            items.append(try node(event))
        }
        return Node(location: place, content: .sequence(items))
    }

    private mutating func mapping(_ event: ParserEvent, anchor: String?) throws(Diagnostic) -> Node {
        let place = location(event.start)
        if let anchor { anchors[anchor] = .open }
        var entries: [Node.Entry] = []
        var known: Set<String> = []
        while true {
            let keyEvent = try next()
            if case .mappingEnd = keyEvent.kind { break }
            let key = try node(keyEvent)
            let value = try node(try next())
            if isNew(key, in: &known) { entries.append(Node.Entry(key: key, value: value)) }
        }
        return Node(location: place, content: .mapping(entries))
    }

    /// Checks a key and notes it; one that cannot stand is reported.
    private mutating func isNew(_ key: Node, in known: inout Set<String>) -> Bool {
        guard let scalar = key.scalar else {
            diagnostics.append(
                Diagnostic(
                    location: key.location,
                    code: "yaml-key",
                    message: "a key must be text; this one is \(key.kindDescription)"
                )
            )
            return false
        }
        // Keys that are expressions are told apart only once they are evaluated.
        if scalar.text.utf8.contains(UInt8(ascii: "$")), scalar.text.contains("${{") { return true }
        let isLower = scalar.text.utf8.allSatisfy { $0 < 0x80 && !(0x41...0x5A).contains($0) }
        guard known.insert(isLower ? scalar.text : scalar.text.lowercased()).inserted else {
            diagnostics.append(
                Diagnostic(
                    location: key.location,
                    length: scalar.markLength,
                    code: "duplicate-key",
                    message:
                        "'\(scalar.text)' is already defined in this mapping (keys are the same whatever their case)"
                )
            )
            return false
        }
        return true
    }

    private mutating func alias(_ name: String, at event: ParserEvent) throws(Diagnostic) -> Node {
        switch anchors[name] {
        case nil:
            throw fault(
                "unknown anchor '\(name)': an anchor must stand before the aliases that use it",
                code: "yaml-alias",
                at: event.start,
                length: name.count + 1
            )
        case .open:
            throw fault(
                "the alias '\(name)' stands inside its own anchor",
                code: "yaml-alias",
                at: event.start,
                length: name.count + 1
            )
        case .closed(let node): return node
        }
    }

    private mutating func keep(_ node: Node, _ anchor: String?) -> Node {
        if let anchor { anchors[anchor] = .closed(node) }
        return node
    }

    mutating func diagnostic(of excess: Budget.Excess) -> Diagnostic {
        fault(excess.message, code: "yaml-limit", at: excess.mark)
    }

    private mutating func scalar(
        _ text: String,
        style: Scalar.Style,
        tag: String?,
        at place: SourceLocation,
        event: ParserEvent
    ) -> Scalar {
        var value = style == .plain ? CoreValue(plain: text) : .string(text)
        if let tag {
            switch CoreValue.tagged(tag, text) {
            case .success(let typed): value = typed
            case .failure(let fault): diagnostics.append(fault.diagnostic(at: place))
            }
        }
        return Scalar(
            text: text,
            style: style,
            value: value,
            isTaggedAgainstStyle: style != .plain && tag != nil && tag != CoreValue.stringTag,
            source: slice(from: event.start, to: event.end)
        )
    }

    private mutating func fault(_ message: String, code: String, at mark: Mark, length: Int = 1) -> Diagnostic
    {
        Diagnostic(location: location(mark), length: length, code: code, message: message)
    }

    /// The place of a mark, its column in characters.
    private mutating func location(_ mark: Mark) -> SourceLocation {
        move(to: mark)
        return SourceLocation(file: file, line: mark.line + 1, column: cursor.characters + 1)
    }

    /// The source between two marks; that of a block ends where the next thing begins.
    private mutating func slice(from start: Mark, to end: Mark) -> Substring {
        let from = index(of: start)
        let to = index(of: end)
        return from <= to ? source.text[from..<to] : ""
    }

    private mutating func index(of mark: Mark) -> String.Index {
        move(to: mark)
        return cursor.index
    }

    /// Goes to a mark, from the one before where that stands on the same line: a file of one long line would else be
    /// counted through for each of its values.
    private mutating func move(to mark: Mark) {
        if source.isASCII {
            let (index, column) = source.place(line: mark.line, column: mark.column)
            cursor = Cursor(line: mark.line, column: mark.column, characters: column, index: index)
            return
        }
        // libyaml puts the end of the text on a line of its own.
        let line = source.line(mark.line + 1) ?? source.text[source.text.endIndex...]
        if cursor.line != mark.line || cursor.column > mark.column {
            cursor = Cursor(line: mark.line, column: 0, characters: 0, index: line.startIndex)
        }
        let scalars = line.unicodeScalars
        let steps = mark.column - cursor.column
        let index =
            scalars.index(cursor.index, offsetBy: steps, limitedBy: scalars.endIndex) ?? scalars.endIndex
        cursor.characters += line[cursor.index..<index].count
        cursor.column = mark.column
        cursor.index = index
    }
}

/// A place in the source, and how far it is along its line.
private struct Cursor {
    var line: Int
    /// In Unicode scalars, as libyaml counts.
    var column: Int
    var characters: Int
    var index: String.Index
}
