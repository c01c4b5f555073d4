/// The text of a YAML scalar and how it was written. YAML's own type guessing is not applied: the reader of the value
/// decides, so that `no`, `on`, `1:30` and `010` mean what they say.
public struct Scalar: Hashable, Sendable {
    public enum Style: Hashable, Sendable {
        case plain
        /// Between single or double quotes.
        case quoted
        /// A block introduced by `|` or `>`.
        case block
    }

    public var text: String
    public var style: Style
    /// Written over several lines, so that a place in the text is no place in the file.
    public var spansLines: Bool

    public init(_ text: String, style: Style = .plain, spansLines: Bool = false) {
        self.text = text
        self.style = style
        self.spansLines = spansLines
    }

    /// Written without quotes: only then can it be `true`, `false` or null.
    public var isPlain: Bool { style == .plain }
}

/// One `key: value` of a mapping.
public struct Entry: Sendable {
    public var key: String
    public var keyMark: SourceMark
    public var value: Node

    public init(key: String, keyMark: SourceMark, value: Node) {
        self.key = key
        self.keyMark = keyMark
        self.value = value
    }
}

/// A YAML value with the place where it was written. Aliases and merge keys are already resolved: what they bring in
/// keeps the mark of the place where it stands.
public struct Node: Sendable {
    public enum Content: Sendable {
        case scalar(Scalar)
        case sequence([Node])
        /// Entries in file order; no key occurs twice.
        case mapping([Entry])
    }

    public let mark: SourceMark
    public let content: Content

    public init(_ content: Content, at mark: SourceMark) {
        self.mark = mark
        self.content = content
    }

    /// A scalar as if it had been written plainly at `mark`.
    public init(_ text: String, at mark: SourceMark) {
        self.init(.scalar(Scalar(text)), at: mark)
    }
}

extension Node {
    public var scalar: Scalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    /// The text of a scalar, whatever its style.
    public var string: String? { scalar?.text }

    public var sequence: [Node]? {
        guard case .sequence(let items) = content else { return nil }
        return items
    }

    public var mapping: [Entry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// Nothing after the key, `~` or `null`.
    public var isNull: Bool {
        guard let scalar, scalar.isPlain else { return false }
        return scalar.text.isEmpty || scalar.text == "~" || scalar.text == "null"
    }

    /// The keys of a mapping in file order; none for other values.
    public var keys: [String] { mapping?.map(\.key) ?? [] }

    /// The value under `key`, if this is a mapping that has it.
    public subscript(key: String) -> Node? { entry(key)?.value }

    /// The entry of `key`, for the mark of the key itself.
    public func entry(_ key: String) -> Entry? { mapping?.first { $0.key == key } }

    /// The value at a path of keys. In a sequence a number is an index from 0.
    public func node(at path: some Sequence<String>) -> Node? {
        var current = self
        for step in path {
            switch current.content {
            case .mapping:
                guard let next = current[step] else { return nil }
                current = next
            case .sequence(let items):
                guard let index = Int(step), items.indices.contains(index) else { return nil }
                current = items[index]
            case .scalar: return nil
            }
        }
        return current
    }

    /// What this is, for messages: "a mapping", "a sequence", "nothing", "'text'".
    public var summary: String {
        switch content {
        case .mapping: "a mapping"
        case .sequence: "a sequence"
        case .scalar(let scalar): isNull ? "nothing" : quotedForMessage(scalar.text)
        }
    }
}

extension Node: Equatable {
    /// Equal content; marks and scalar styles other than plain or not are no part of it.
    public static func == (a: Node, b: Node) -> Bool {
        switch (a.content, b.content) {
        case (.scalar(let x), .scalar(let y)): x.text == y.text && x.isPlain == y.isPlain
        case (.sequence(let x), .sequence(let y)): x == y
        case (.mapping(let x), .mapping(let y)):
            x.count == y.count && zip(x, y).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        default: false
        }
    }
}

/// Text from an input between quotes: control characters escaped, long text cut.
func quotedForMessage(_ text: some StringProtocol) -> String {
    let longest = 80
    var result = "'"
    for (count, scalar) in text.unicodeScalars.enumerated() {
        if count == longest {
            result += "…"
            break
        }
        result += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return result + "'"
}
