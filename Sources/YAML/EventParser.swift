import CLibYAML

/// One of libyaml's parsing events, as a Swift value.
struct ParserEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        case scalar(anchor: String?, tag: String?, text: String, style: Scalar.Style)
        case sequenceStart(anchor: String?)
        case sequenceEnd
        case mappingStart(anchor: String?)
        case mappingEnd
    }

    var kind: Kind
    var start: Mark
    var end: Mark
}

/// An event without the text of a scalar.
struct EventOutline {
    enum Kind {
        case scalar(anchor: String?, bytes: Int)
        /// A list or a mapping begins.
        case start(anchor: String?)
        /// The list or mapping that began last ends.
        case stop
        case alias(String)
        /// The document ends.
        case end
        case other
    }

    var kind: Kind
    var mark: Mark
}

/// A place as libyaml counts it: from zero, columns in Unicode scalars.
struct Mark {
    var line: Int
    var column: Int

    init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    init(_ mark: yaml_mark_t) {
        line = Int(mark.line)
        column = Int(mark.column)
    }
}

/// What libyaml has against a text.
struct SyntaxError: Error {
    var message: String
    var mark: Mark
}

/// libyaml's parser over one buffer, which must outlive it.
///
/// The parser keeps its own address, so it lives on the heap.
struct EventParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        parser = .allocate(capacity: 1)
        precondition(yaml_parser_initialize(parser) == 1, "libyaml cannot allocate its buffers")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    mutating func next() throws(SyntaxError) -> ParserEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        return ParserEvent(
            kind: Self.kind(of: event),
            start: Mark(event.start_mark),
            end: Mark(event.end_mark)
        )
    }

    /// The next event, its text left where it is.
    mutating func skim() throws(SyntaxError) -> EventOutline {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        return EventOutline(kind: Self.outline(of: event), mark: Mark(event.start_mark))
    }

    private static func outline(of event: yaml_event_t) -> EventOutline.Kind {
        switch event.type {
        case YAML_ALIAS_EVENT: .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            .scalar(anchor: text(event.data.scalar.anchor), bytes: event.data.scalar.length)
        case YAML_SEQUENCE_START_EVENT: .start(anchor: text(event.data.sequence_start.anchor))
        case YAML_MAPPING_START_EVENT: .start(anchor: text(event.data.mapping_start.anchor))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: .stop
        case YAML_DOCUMENT_END_EVENT, YAML_STREAM_END_EVENT, YAML_NO_EVENT: .end
        default: .other
        }
    }

    private func failure() -> SyntaxError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "the text cannot be read as YAML"
        let context = state.context.map { " " + String(cString: $0) } ?? ""
        // A reader's error (bad UTF-8, a control character) has an offset and no mark.
        let mark = state.error == YAML_READER_ERROR ? Mark(state.mark) : Mark(state.problem_mark)
        return SyntaxError(message: problem + context, mark: mark)
    }

    private static func kind(of event: yaml_event_t) -> ParserEvent.Kind {
        switch event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                anchor: text(scalar.anchor),
                tag: text(scalar.tag),
                text: String(decoding: bytes, as: UTF8.self),
                style: style(scalar.style)
            )
        case YAML_SEQUENCE_START_EVENT: return .sequenceStart(anchor: text(event.data.sequence_start.anchor))
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT: return .mappingStart(anchor: text(event.data.mapping_start.anchor))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: return .streamEnd
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private static func style(_ style: yaml_scalar_style_t) -> Scalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }
}
