import OrreryText

/// As much of JSON Schema as the schemas of files use: type, properties, required, additionalProperties, items, enum, const, anyOf,
/// not, $ref into $defs, minItems and maxItems. Another keyword is an error, so that none is silently ignored.
struct SchemaValidator {
    let schema: JSONValue

    /// What is wrong with a value, as paths with a message; empty where nothing is.
    func problems(_ value: JSONValue) -> [String] { problems(value, schema, "") }

    private static let known: Set = [
        "$schema", "$defs", "$ref", "title", "description", "default", "type", "properties", "required",
        "additionalProperties", "items", "enum", "const", "anyOf", "not", "minItems", "maxItems", "minimum", "maximum",
        "pattern",
    ]

    private func problems(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
        if case .bool(let isAllowed) = schema { return isAllowed ? [] : ["\(path): is not allowed"] }
        var found = (schema.object ?? []).filter { !Self.known.contains($0.key) }.map { "\(path): keyword \($0.key)" }
        if let name = schema["$ref"]?.string?.split(separator: "/").last {
            return problems(value, self.schema["$defs"]?[String(name)] ?? false, path)
        }
        if let type = schema["type"] {
            let allowed = type.array?.compactMap(\.string) ?? [type.string ?? ""]
            if !allowed.contains(where: { Self.isOf($0, value) }) { found.append("\(path): is no \(allowed)") }
        }
        if let choices = schema["enum"]?.array, !choices.contains(value) {
            found.append("\(path): is none of the choices")
        }
        if let only = schema["const"], only != value { found.append("\(path): is not \(only)") }
        if let choices = schema["anyOf"]?.array {
            let all = choices.map { problems(value, $0, path) }
            if !all.contains(where: \.isEmpty) { found += all.min { $0.count < $1.count } ?? [] }
        }
        if let other = schema["not"], problems(value, other, path).isEmpty { found.append("\(path): is excluded") }
        if let members = value.object {
            let properties = schema["properties"]
            for member in members {
                if let own = properties?[member.key] {
                    found += problems(member.value, own, "\(path).\(member.key)")
                } else if let rest = schema["additionalProperties"] {
                    found += problems(member.value, rest, "\(path).\(member.key)")
                }
            }
            for name in schema["required"]?.array ?? [] where value[name.string ?? ""] == nil {
                found.append("\(path): \(name) is missing")
            }
        }
        if let items = value.array {
            for (index, item) in items.enumerated() {
                if let own = schema["items"] { found += problems(item, own, "\(path)[\(index)]") }
            }
            if let least = schema["minItems"]?.integer, items.count < least { found.append("\(path): too few") }
            if let most = schema["maxItems"]?.integer, items.count > most { found.append("\(path): too many") }
        }
        return found
    }

    private static func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
            ("integer", .integer), ("number", .integer), ("number", .number):
            true
        default: false
        }
    }
}

extension Node {
    /// The value as YAML's core schema reads it, which is what an editor sees.
    var json: JSONValue {
        switch content {
        case .mapping(let entries): .object(entries.map { .init($0.key, $0.value.json) })
        case .sequence(let items): .array(items.map(\.json))
        case .scalar(let scalar):
            if !scalar.isPlain {
                .string(scalar.text)
            } else if isNull {
                .null
            } else if let whole = Int(scalar.text) {
                .integer(whole)
            } else if let number = Double(scalar.text), scalar.text.first?.isLetter == false {
                .number(number)
            } else {
                scalar.text == "true" ? true : scalar.text == "false" ? false : .string(scalar.text)
            }
        }
    }
}
