import CLibYAML

/// One event of libyaml, copied out of its memory.
struct YAMLEvent {
    enum Kind {
        case streamEnd
        case documentStart
        case scalar(Scalar)
        case sequenceStart
        case mappingStart
        case collectionEnd
        case alias(String)
        /// Events that carry nothing for a reader.
        case other
    }

    var kind: Kind
    var mark: SourceMark
    var anchor: String?
    var tag: String?
}

/// libyaml's event parser over a text.
///
/// A C library takes and gives pointers; none of them leaves this file. The parser keeps pointers into itself, so that it lives
/// at a fixed heap address, and into the text, which ``read(_:file:_:)`` keeps where it is.
final class YAMLEventStream {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let file: String
    private let bytes: [UInt8]

    /// Lends the events of a text in UTF-8 to `body`, which must not keep the stream.
    static func read<Value>(
        _ bytes: [UInt8], file: String, _ body: (YAMLEventStream) throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> Value {
        try bytes.withUnsafeBufferPointer { buffer throws(Diagnostic) in
            try body(YAMLEventStream(buffer, of: bytes, file: file))
        }
    }

    private init(_ buffer: UnsafeBufferPointer<UInt8>, of bytes: [UInt8], file: String) throws(Diagnostic) {
        self.bytes = bytes
        self.file = file
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            throw Diagnostic(.error, "there is no memory to read the file", at: SourceMark(file: file))
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event; throws the syntax error at its place.
    func next() throws(Diagnostic) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        let mark = self.mark(event.start_mark)
        switch event.type {
        case YAML_STREAM_END_EVENT: return YAMLEvent(kind: .streamEnd, mark: mark)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, mark: mark)
        case YAML_SCALAR_EVENT: return scalarEvent(event)
        case YAML_SEQUENCE_START_EVENT:
            let data = event.data.sequence_start
            return YAMLEvent(kind: .sequenceStart, mark: mark, anchor: text(data.anchor), tag: text(data.tag))
        case YAML_MAPPING_START_EVENT:
            let data = event.data.mapping_start
            return YAMLEvent(kind: .mappingStart, mark: mark, anchor: text(data.anchor), tag: text(data.tag))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .collectionEnd, mark: mark)
        case YAML_ALIAS_EVENT: return YAMLEvent(kind: .alias(text(event.data.alias.anchor) ?? ""), mark: mark)
        default: return YAMLEvent(kind: .other, mark: mark)
        }
    }

    private func scalarEvent(_ event: yaml_event_t) -> YAMLEvent {
        let data = event.data.scalar
        let style: Scalar.Style
        switch data.style {
        case YAML_PLAIN_SCALAR_STYLE: style = .plain
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: style = .block
        default: style = .quoted
        }
        let value = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
        var mark = self.mark(event.start_mark)
        let (anchor, tag) = (text(data.anchor), text(data.tag))
        let spansLines = event.start_mark.line != event.end_mark.line
        let isDecorated = anchor != nil || tag != nil
        if isDecorated, !spansLines {
            // The event starts at its anchor or tag; what errors point at is the text.
            let quotes = style == .quoted ? 2 : 0
            let start = Int(event.end_mark.column) - value.unicodeScalars.count - quotes
            mark.column = max(mark.column, start + 1)
        }
        let scalar = Scalar(value, style: style, spansLines: spansLines)
        return YAMLEvent(kind: .scalar(scalar), mark: mark, anchor: anchor, tag: tag)
    }

    private func text(_ bytes: UnsafeMutablePointer<UInt8>?) -> String? {
        bytes.map { String(cString: $0) }
    }

    private func mark(_ mark: yaml_mark_t) -> SourceMark {
        SourceMark(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private func syntaxError() -> Diagnostic {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the file cannot be read"
        guard parser.pointee.error != YAML_READER_ERROR else {
            let offset = min(Int(parser.pointee.problem_offset), bytes.count)
            return Diagnostic(.error, problem, at: position(of: offset, in: bytes, file: file))
        }
        var hint: String?
        if let context = parser.pointee.context.map({ String(cString: $0) }) {
            let place = mark(parser.pointee.context_mark)
            hint = "\(context) that starts at \(place.line):\(place.column)"
        }
        return Diagnostic(.error, problem, at: mark(parser.pointee.problem_mark), hint: hint)
    }
}
