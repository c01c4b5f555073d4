/// The values of declared parameters, read from a mapping.
public struct ParameterValues: Sendable {
    private var values: [String: any Sendable] = [:]
    private var given: [String: SourceMark] = [:]
    private var notes: [String: SourceNote] = [:]
    /// Whether every declared parameter has a value. Where not, the diagnostics say why, and the missing ones must not
    /// be read with the subscript.
    public private(set) var isComplete = true

    /// Reads every declared parameter from a mapping, and reports every problem: unknown keys, missing values, wrong
    /// units, values out of range.
    ///
    /// - Parameters:
    ///   - node: the mapping; nil for none, as if it were empty.
    ///   - ignored: keys that others read, such as `class`.
    ///   - path: where the mapping is, as in `gpu.sm`.
    public static func decode(
        _ node: Node?, declared: [any AnyParameter], ignoring ignored: Set<String> = [], path: String,
        diagnostics: Diagnostics
    ) -> ParameterValues {
        var result = ParameterValues()
        if let node, node.mapping == nil, !node.isNull {
            diagnostics.error("expected a mapping, found \(node.summary)", at: node.mark, path: path)
            result.isComplete = false
            return result
        }
        let names = declared.map(\.name)
        let known = names + ignored.sorted()
        result.isComplete = node?.hasOnly(known, path: path, diagnostics: diagnostics) ?? true
        for parameter in declared {
            result.read(parameter, from: node, path: path, diagnostics)
        }
        return result
    }

    private mutating func read(
        _ parameter: any AnyParameter, from mapping: Node?, path: String, _ diagnostics: Diagnostics
    ) {
        let ownPath = path.isEmpty ? parameter.name : "\(path).\(parameter.name)"
        guard let node = mapping?[parameter.name] else {
            if let value = parameter.anyDefault {
                values[parameter.name] = value
                return
            }
            isComplete = false
            diagnostics.error(
                "is missing: \(parameter.help)", at: mapping?.mark, path: ownPath,
                hint: "expected \(parameter.expectation)")
            return
        }
        given[parameter.name] = node.mark
        let (plain, note) = Self.unwrap(node, parameter, path: ownPath, diagnostics)
        notes[parameter.name] = note
        guard let plain, let value = parameter.decodeAny(plain, path: ownPath, diagnostics: diagnostics) else {
            isComplete = false
            return
        }
        values[parameter.name] = value
    }

    /// Parts `{value: …, source: …, status: …}`.
    private static func unwrap(
        _ node: Node, _ parameter: any AnyParameter, path: String, _ diagnostics: Diagnostics
    ) -> (Node?, SourceNote?) {
        guard node.mapping != nil else { return (node, nil) }
        let isNoted = node["value"] != nil && (node["source"] != nil || node["status"] != nil)
        guard isNoted || !parameter.takesMapping else { return (node, nil) }
        guard let value = node["value"] else {
            diagnostics.error(
                "expected \(parameter.expectation), found a mapping without 'value'", at: node.mark, path: path)
            return (nil, nil)
        }
        return (value, SourceNote(node, ignoring: ["value"], path: path, diagnostics: diagnostics))
    }

    /// The value of a declared parameter. Traps where the parameter was not among the declared ones, or has no value
    /// after an error: see ``isComplete``.
    public subscript<Value>(parameter: Parameter<Value>) -> Value {
        guard let value = self.value(of: parameter) else {
            preconditionFailure("parameter '\(parameter.name)' was not declared or not given")
        }
        return value
    }

    /// The value of a parameter, nil where an error kept it from being read.
    public func value<Value>(of parameter: Parameter<Value>) -> Value? {
        guard let stored = values[parameter.name] else { return nil }
        return stored as? Value
    }

    /// Where a file gives the parameter; nil where the default stands.
    public func mark(of parameter: some AnyParameter) -> SourceMark? { given[parameter.name] }

    /// Where the number comes from, if the file says so in place.
    public func source(of parameter: some AnyParameter) -> SourceNote? { notes[parameter.name] }

    /// All notes given in place, by parameter name.
    public var sources: [String: SourceNote] { notes }

    /// The names that the file gives, for the report of numbers without a source.
    public var givenNames: Set<String> { Set(given.keys) }

    /// The JSON Schema of a mapping of these parameters.
    ///
    /// - Parameter others: schemas of the keys that others read.
    public static func jsonSchema(
        of declared: [any AnyParameter], others: [JSONValue.Member] = []
    ) -> JSONValue {
        let own = declared.map { JSONValue.Member($0.name, $0.jsonSchema) }
        let required = declared.filter(\.isRequired).map { JSONValue.string($0.name) }
        return .object([
            .init("type", "object"), .init("properties", .object(others + own)),
            .init("required", .array(required)), .init("additionalProperties", false),
        ])
    }
}
