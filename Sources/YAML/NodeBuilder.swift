/// Builds the tree of nodes from parsing events, repeating an anchor's node wherever an alias names it.
struct NodeBuilder: ~Copyable {
    /// A node, and what repeating it costs.
    private struct Built {
        var node: Node
        /// How many nodes it holds, itself among them.
        var count: Int
        /// How many levels of lists and mappings it has.
        var height: Int
        /// How many bytes the scalars in it have.
        var bytes: Int
    }

    private enum Anchor {
        case open
        case closed(Built)
    }

    private var parser: EventParser
    private let source: SourceText
    private let file: String
    private let limits: Limits
    private var anchors: [String: Anchor] = [:]
    private var count = 0
    private var bytes = 0
    private var cursor: Cursor
    var diagnostics: [Diagnostic] = []

    init(parser: consuming EventParser, source: SourceText, file: String, limits: Limits) {
        self.parser = parser
        self.source = source
        self.file = file
        self.limits = limits
        cursor = Cursor(line: -1, column: 0, characters: 0, index: "".startIndex)
    }

    /// The root of the only document; `nil` for a text that holds none.
    mutating func document() throws(Diagnostic) -> Node {
        _ = try next()
        let first = try next()
        guard case .documentStart = first.kind else {
            throw fault("the file is empty", code: "yaml-empty", at: Mark(line: 0, column: 0))
        }
        let root = try node(try next(), depth: 0)
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
        return root.node
    }

    private mutating func next() throws(Diagnostic) -> ParserEvent {
        do throws(SyntaxError) {
            return try parser.next()
        } catch {
            throw fault(error.message, code: "yaml-syntax", at: error.mark)
        }
    }

    private mutating func node(_ event: ParserEvent, depth: Int) throws(Diagnostic) -> Built {
        switch event.kind {
        case .alias(let name):
            return try alias(name, at: event, depth: depth)
        case .scalar(let anchor, let tag, let text, let style):
            try spend(1, at: event.start)
            let place = location(event.start)
            let scalar = scalar(text, style: style, tag: tag, at: place, event: event)
            let node = Node(location: place, content: .scalar(scalar))
            bytes += text.utf8.count
            return keep(Built(node: node, count: 1, height: 0, bytes: text.utf8.count), anchor)
        case .sequenceStart(let anchor):
            return keep(try sequence(event, anchor: anchor, depth: depth + 1), anchor)
        case .mappingStart(let anchor):
            return keep(try mapping(event, anchor: anchor, depth: depth + 1), anchor)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw fault("a value is missing", code: "yaml-syntax", at: event.start)
        }
    }

    private mutating func sequence(
        _ event: ParserEvent,
        anchor: String?,
        depth: Int
    ) throws(Diagnostic) -> Built {
        try descend(to: depth, at: event.start)
        try spend(1, at: event.start)
        let place = location(event.start)
        if let anchor { anchors[anchor] = .open }
        var items: [Node] = []
        var (count, height, bytes) = (1, 0, 0)
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind { break }
            let item = try node(event, depth: depth)
            items.append(item.node)
            count += item.count
            bytes += item.bytes
            height = max(height, item.height)
        }
        return Built(
            node: Node(location: place, content: .sequence(items)),
            count: count,
            height: height + 1,
            bytes: bytes
        )
    }

    private mutating func mapping(
        _ event: ParserEvent,
        anchor: String?,
        depth: Int
    ) throws(Diagnostic) -> Built {
        try descend(to: depth, at: event.start)
        try spend(1, at: event.start)
        let place = location(event.start)
        if let anchor { anchors[anchor] = .open }
        var entries: [Node.Entry] = []
        var known: Set<String> = []
        var (count, height, bytes) = (1, 0, 0)
        while true {
            let keyEvent = try next()
            if case .mappingEnd = keyEvent.kind { break }
            let key = try node(keyEvent, depth: depth)
            let value = try node(try next(), depth: depth)
            count += key.count + value.count
            bytes += key.bytes + value.bytes
            height = max(height, max(key.height, value.height))
            if isNew(key.node, in: &known) { entries.append(Node.Entry(key: key.node, value: value.node)) }
        }
        return Built(
            node: Node(location: place, content: .mapping(entries)),
            count: count,
            height: height + 1,
            bytes: bytes
        )
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
        if scalar.text.contains("${{") { return true }
        guard known.insert(scalar.text.lowercased()).inserted else {
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

    private mutating func alias(_ name: String, at event: ParserEvent, depth: Int) throws(Diagnostic) -> Built
    {
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
        case .closed(let built):
            try descend(to: depth + built.height, at: event.start)
            try spend(built.count, bytes: built.bytes, at: event.start)
            return built
        }
    }

    private mutating func keep(_ built: Built, _ anchor: String?) -> Built {
        if let anchor { anchors[anchor] = .closed(built) }
        return built
    }

    private mutating func spend(_ nodes: Int, bytes more: Int = 0, at mark: Mark) throws(Diagnostic) {
        count += nodes
        bytes += more
        guard bytes <= limits.bytes else {
            throw fault(
                "with all that aliases repeat, the file holds more than \(limits.bytes) bytes",
                code: "yaml-limit",
                at: mark
            )
        }
        guard count <= limits.nodes else {
            throw fault(
                "the file holds more than \(limits.nodes) values, those that aliases repeat among them",
                code: "yaml-limit",
                at: mark
            )
        }
    }

    private mutating func descend(to depth: Int, at mark: Mark) throws(Diagnostic) {
        guard depth <= limits.depth else {
            throw fault(
                "values are nested more than \(limits.depth) levels deep",
                code: "yaml-limit",
                at: mark
            )
        }
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
        guard let line = source.lines.first, from <= to else { return "" }
        return line.base[from..<to]
    }

    private mutating func index(of mark: Mark) -> String.Index {
        move(to: mark)
        return cursor.index
    }

    /// Goes to a mark, from the one before where that stands on the same line: a file of one long line would else be
    /// counted through for each of its values.
    private mutating func move(to mark: Mark) {
        // libyaml puts the end of the text on a line of its own.
        let line = source.line(mark.line + 1) ?? source.lines.last?.suffix(0) ?? ""
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
