/// Builds a node from events, without recursion: depth is bounded by a count, not by the stack.
struct YAMLComposer {
    let file: String
    let limits: YAML.Limits
    let diagnostics: Diagnostics

    private var frames: [Frame] = []
    private var root: Node?
    private var anchors: [String: Composed] = [:]
    private var valueCount = 0
    private var aliasedCount = 0

    init(file: String, limits: YAML.Limits, diagnostics: Diagnostics) {
        self.file = file
        self.limits = limits
        self.diagnostics = diagnostics
    }

    /// A finished value with what using it costs.
    struct Composed {
        var node: Node
        /// Values in it, itself included, aliases counted where they are used.
        var size = 1
        var height = 1
    }

    /// A collection that is being filled.
    private struct Frame {
        var mark: SourceMark
        var anchor: String?
        var isMapping: Bool
        var size = 1
        var height = 1
        var items: [Node] = []
        var mapping = MappingBuilder()
    }

    /// Throws what ends the reading: a syntax error or a bound. Other problems are reported and passed over.
    mutating func compose(_ stream: YAMLEventStream) throws(Diagnostic) -> Node? {
        var documents = 0
        while true {
            let event = try stream.next()
            switch event.kind {
            case .streamEnd:
                if documents == 0 {
                    diagnostics.error("the file holds nothing", at: SourceMark(file: file))
                }
                return root
            case .documentStart:
                documents += 1
                if documents > 1 {
                    throw Diagnostic(
                        .error, "a second document starts here", at: event.mark, hint: "one file, one document")
                }
            case .scalar(let scalar): try add(scalar, event)
            case .sequenceStart: try open(event, isMapping: false)
            case .mappingStart: try open(event, isMapping: true)
            case .collectionEnd: try close()
            case .alias(let name): try add(alias: name, at: event.mark)
            case .other: break
            }
        }
    }

    private mutating func add(_ scalar: Scalar, _ event: YAMLEvent) throws(Diagnostic) {
        guard scalar.text.utf8.count <= limits.scalarBytes else {
            throw Diagnostic(
                .error, "a scalar of \(scalar.text.utf8.count) bytes", at: event.mark,
                hint: "at most \(limits.scalarBytes) bytes can be read")
        }
        var scalar = scalar
        switch event.tag {
        case nil: break
        case "tag:yaml.org,2002:str", "!": if scalar.isPlain { scalar.style = .quoted }
        case .some(let tag): reject(tag, at: event.mark)
        }
        let composed = Composed(node: Node(.scalar(scalar), at: event.mark))
        if let anchor = event.anchor { anchors[anchor] = composed }
        try deliver(composed)
    }

    private mutating func add(alias name: String, at mark: SourceMark) throws(Diagnostic) {
        guard let target = anchors[name] else {
            let isOpen = frames.contains { $0.anchor == name }
            diagnostics.error(
                isOpen ? "alias '*\(name)' is inside the value it names" : "unknown alias '*\(name)'", at: mark,
                hint: isOpen ? nil : suggestion(for: name, among: anchors.keys.sorted()))
            try deliver(Composed(node: Node("", at: mark)))
            return
        }
        aliasedCount += target.size
        guard aliasedCount <= limits.aliasedValues else {
            throw Diagnostic(
                .error, "aliases expand to more than \(limits.aliasedValues) values", at: mark)
        }
        try deliver(target)
    }

    private mutating func open(_ event: YAMLEvent, isMapping: Bool) throws(Diagnostic) {
        guard frames.count < limits.depth else { throw tooDeep(event.mark) }
        switch event.tag {
        case nil, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq": break
        case .some(let tag): reject(tag, at: event.mark)
        }
        frames.append(Frame(mark: event.mark, anchor: event.anchor, isMapping: isMapping))
    }

    private mutating func close() throws(Diagnostic) {
        guard let frame = frames.popLast() else { return }
        let content: Node.Content =
            frame.isMapping ? .mapping(frame.mapping.entries) : .sequence(frame.items)
        let composed = Composed(
            node: Node(content, at: frame.mark), size: frame.size, height: frame.height)
        if let anchor = frame.anchor { anchors[anchor] = composed }
        try deliver(composed)
    }

    /// Puts a finished value where it belongs.
    private mutating func deliver(_ composed: Composed) throws(Diagnostic) {
        let mark = composed.node.mark
        valueCount += 1
        guard valueCount + aliasedCount <= limits.values else {
            throw Diagnostic(.error, "the file has more than \(limits.values) values", at: mark)
        }
        guard frames.count + composed.height <= limits.depth else { throw tooDeep(mark) }
        guard let last = frames.indices.last else {
            root = composed.node
            return
        }
        frames[last].size += composed.size
        frames[last].height = max(frames[last].height, composed.height + 1)
        if frames[last].isMapping {
            frames[last].mapping.add(composed.node, keyLength: limits.keyLength, diagnostics)
        } else {
            frames[last].items.append(composed.node)
        }
    }

    private func tooDeep(_ mark: SourceMark) -> Diagnostic {
        Diagnostic(.error, "values are nested more than \(limits.depth) deep", at: mark)
    }

    private func reject(_ tag: String, at mark: SourceMark) {
        diagnostics.error(
            "the tag \(quotedForMessage(tag)) has no meaning here", at: mark, hint: "write the value without a tag")
    }
}
