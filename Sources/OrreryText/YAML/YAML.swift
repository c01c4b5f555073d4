/// Reads YAML into nodes that know where they were written.
///
/// One document a file, in UTF-8, with string keys. Anchors, aliases and merge keys (`<<`) are resolved. Everything is
/// bounded, so that no input can exhaust memory or the stack.
public enum YAML {
    /// The bounds on an input. Each is an error that says which bound was met.
    public struct Limits: Sendable {
        /// Bytes of a whole file.
        public var documentBytes = 64 << 20
        /// Bytes of one scalar.
        public var scalarBytes = 1 << 20
        /// Code points of a key. (Escaped, it must stay below the 1024 that YAML allows on a line.)
        public var keyLength = 160
        /// Nesting, the document itself being 1, aliases counted where they are used.
        public var depth = Node.depthLimit
        /// Values in a document, aliases counted where they are used.
        public var values = 4_000_000
        /// Values that aliases and merge keys bring in.
        public var aliasedValues = 1_000_000

        public init() {}
    }

    /// The document in `text`, or nil where it cannot be read at all. Problems go to `diagnostics`; with some of them
    /// (a duplicate key) there is still a node, so that its other problems can be found too.
    public static func parse(
        _ text: String, file: String, limits: Limits = Limits(), diagnostics: Diagnostics
    ) -> Node? {
        if let scalar = plainWord(text, file: file, limits: limits) { return scalar }
        return parse(Array(text.utf8), file: file, limits: limits, diagnostics: diagnostics)
    }

    /// The scalar that a text is for sure: letters, digits and what stands between the numbers and units of a quantity, on one line and
    /// begun by a letter or digit. Values of overrides are nearly all so, and studies read very many; nil for any other text.
    private static func plainWord(_ text: String, file: String, limits: Limits) -> Node? {
        let bytes = text.utf8
        guard bytes.count <= min(limits.scalarBytes, limits.documentBytes), let first = bytes.first,
            isPlain(first), !marks.contains(first), let last = bytes.last, last != UInt8(ascii: " "),
            bytes.allSatisfy(isPlain)
        else { return nil }
        return Node(text, at: SourceMark(file: file))
    }

    private static let marks = Array(" ./*+()^%-_".utf8)

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte < 0x80 && isLetter(byte) || isDigit(byte) || marks.contains(byte)
    }

    /// The document in `bytes`, as from text.
    public static func parse(
        _ bytes: [UInt8], file: String, limits: Limits = Limits(), diagnostics: Diagnostics
    ) -> Node? {
        guard bytes.count <= limits.documentBytes else {
            diagnostics.error(
                "the file has \(bytes.count) bytes", at: SourceMark(file: file),
                hint: "at most \(limits.documentBytes) bytes can be read")
            return nil
        }
        let markLength = byteOrderMarkLength(bytes)
        let content = markLength == 0 ? bytes : Array(bytes.dropFirst(markLength))
        if let problem = firstUnreadableCharacter(content) ?? directiveTooMany(content) {
            let mark = position(of: problem.offset, in: content, file: file)
            diagnostics.error(problem.message, at: mark, hint: problem.hint)
            return nil
        }
        do {
            var composer = YAMLComposer(file: file, limits: limits, diagnostics: diagnostics)
            return try YAMLEventStream.read(content, file: file) { events throws(Diagnostic) in
                try composer.compose(events)
            }
        } catch {
            diagnostics.report(error)
            return nil
        }
    }

    /// The document in the file at `path`, which is also what its marks print.
    public static func load(
        path: String, limits: Limits = Limits(), diagnostics: Diagnostics
    ) -> Node? {
        switch readFile(path, limit: limits.documentBytes) {
        case .success(let bytes): return parse(bytes, file: path, limits: limits, diagnostics: diagnostics)
        case .failure(let problem):
            diagnostics.report(problem)
            return nil
        }
    }
}
