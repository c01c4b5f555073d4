/// Values as a file gives them, whose bound may be left to what they index.
public struct DeclaredValues: Sendable {
    public var pattern: GeneratedValues.Pattern
    /// Nil where the file leaves it to the ranks that the values index.
    public var bound: Int?
    public var seed: Int
    public var mark: SourceMark
}

extension GeneratedValues {
    /// Names of the patterns that a file may give.
    public static let patternNames = ["uniform", "skewed", "zipf", "permutation", "sequential"]

    /// As a file gives it.
    public var text: String {
        switch pattern {
        case .uniform: "{pattern: uniform, below: \(bound), seed: \(seed)}"
        case .skewed: "{pattern: skewed, below: \(bound), seed: \(seed)}"
        case .zipf(let exponent): "{pattern: zipf, exponent: \(exponent), below: \(bound), seed: \(seed)}"
        case .permutation: "{pattern: permutation, below: \(bound), seed: \(seed)}"
        case .sequential(let first, let step):
            "{pattern: sequential, first: \(first), step: \(step), below: \(bound)}"
        case .given(let values):
            "{given: [\(values.map(String.init).joined(separator: ", "))], below: \(bound)}"
        }
    }

    /// The JSON Schema of `values:`, for editors.
    public static var jsonSchema: JSONValue {
        JSONSchema.described(
            "elements of an index tensor: drawn, in order, or one by one",
            JSONSchema.any(
                JSONSchema.list(JSONSchema.expression),
                JSONSchema.object([
                    "pattern": ["enum": .array(patternNames.map { .string($0) })],
                    "below": JSONSchema.described(
                        "all values are below this; what they index if absent", JSONSchema.expression),
                    "seed": JSONSchema.described("of splitmix64", JSONSchema.expression),
                    "exponent": JSONSchema.described("of zipf", JSONSchema.expression),
                    "first": JSONSchema.described("of sequential", JSONSchema.expression),
                    "step": JSONSchema.described("of sequential", JSONSchema.expression),
                    "given": JSONSchema.list(JSONSchema.expression),
                ])))
    }
}

extension DeclaredValues {
    /// Reads `{pattern: uniform, seed: 3}`, `{pattern: zipf, exponent: 0.9, below: 1Mi}` or `[3, 1, 2]`.
    ///
    /// - Parameter evaluate: the value of an expression; nil after reporting that it has none.
    /// - Returns: nil after reporting what is wrong.
    public init?(_ node: Node, diagnostics: Diagnostics, evaluate: (Node) -> Quantity?) {
        var failed = false
        func error(_ message: String, at node: Node, hint: String? = nil) {
            failed = true
            diagnostics.error(message, at: node.mark, path: "values", hint: hint)
        }
        func number(_ node: Node, in range: ClosedRange<Int>) -> Int? {
            guard let quantity = evaluate(node) else {
                failed = true
                return nil
            }
            guard quantity.dimension.isDimensionless, let value = quantity.value.integer, range.contains(value) else {
                error(
                    "expected a whole number, found \(quantity)", at: node,
                    hint: "from \(range.lowerBound) to \(range.upperBound)")
                return nil
            }
            return value
        }
        func list(_ items: [Node]) -> GeneratedValues.Pattern {
            if items.count > GeneratedValues.mostGiven {
                error("more than 2^20 values are given", at: node, hint: "let a pattern make them")
                return .given([])
            }
            return .given(items.compactMap { number($0, in: 0...GeneratedValues.largest) })
        }
        mark = node.mark
        (pattern, bound, seed) = (.uniform, nil, 1)
        if let items = node.sequence {
            pattern = list(items)
            if failed { return nil }
            return
        }
        guard node.mapping != nil else {
            error(
                "expected the values of the tensor, found \(node.summary)", at: node,
                hint: "for example {pattern: uniform, seed: 1}, or a list of numbers")
            return nil
        }
        var keys = ["below"]
        if let given = node["given"] {
            keys.append("given")
            pattern = list(given.sequence ?? [given])
        } else {
            let name = node["pattern"]?.string ?? ""
            keys += ["pattern", "seed"]
            switch name {
            case "uniform": pattern = .uniform
            case "skewed": pattern = .skewed
            case "permutation": pattern = .permutation
            case "zipf":
                keys.append("exponent")
                let exponent = node["exponent"].map { evaluate($0)?.doubleValue } ?? 1
                if exponent == nil { failed = true }
                pattern = .zipf(exponent: exponent ?? 1)
            case "sequential":
                keys = ["below", "pattern", "first", "step"]
                pattern = .sequential(
                    first: node["first"].flatMap { number($0, in: 0...GeneratedValues.largest) } ?? 0,
                    step: node["step"].flatMap { number($0, in: 0...GeneratedValues.largest) } ?? 1)
            default:
                let place = node["pattern"] ?? node
                error(
                    node["pattern"] == nil ? "values have a pattern" : "\(place.summary) is no pattern of values",
                    at: place, hint: suggestion(for: name, among: GeneratedValues.patternNames))
                return nil
            }
        }
        for entry in node.mapping ?? [] where !keys.contains(entry.key) {
            failed = true
            diagnostics.error(
                "unknown key '\(entry.key)'", at: entry.keyMark, path: "values",
                hint: suggestion(for: entry.key, among: keys))
        }
        if let below = node["below"] { bound = number(below, in: 1...GeneratedValues.largest) }
        if let node = node["seed"] { seed = number(node, in: 0...Int.max) ?? 1 }
        if failed { return nil }
    }
}
