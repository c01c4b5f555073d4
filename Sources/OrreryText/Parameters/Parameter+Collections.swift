extension Parameter {
    /// A sequence of values, each declared by `element`, whose name is not used.
    public static func list<Element: Sendable>(
        _ name: String, of element: Parameter<Element>, _ count: ClosedRange<Int> = 0...Int.max,
        default: [Element]? = nil, help: String
    ) -> Parameter<[Element]> where Value == [Element] {
        let isBounded = count.lowerBound > 0 || count.upperBound < Int.max
        let most = count.upperBound == .max ? "more" : "\(count.upperBound)"
        let range = count.lowerBound == count.upperBound ? "\(count.lowerBound)" : "\(count.lowerBound) to \(most)"
        return Parameter<[Element]>(
            name: name, help: help, type: "a sequence, each of it \(element.typeDescription)", unit: element.unit,
            range: isBounded ? "\(range) values" : element.rangeDescription, default: `default`,
            defaultDescription: `default`.map { $0.isEmpty ? "[]" : "\($0)" },
            schema: ["type": "array", "items": element.valueSchema]
        ) { node, reading in
            guard let items = node.sequence else {
                reading.expected(found: node)
                return nil
            }
            guard count.contains(items.count) else {
                reading.error("has \(items.count) values", at: node.mark, hint: "expected \(range)")
                return nil
            }
            let values = items.enumerated().map { index, item in
                element.decode(item, path: "\(reading.path)[\(index)]", diagnostics: reading.diagnostics)
            }
            let complete = values.compactMap { $0 }
            return complete.count == items.count ? complete : nil
        }
    }

    /// A mapping from any keys to values, each declared by `values`, whose name is not used; in file order.
    public static func map<Element: Sendable>(
        _ name: String, values: Parameter<Element>, default: [(key: String, value: Element)]? = nil, help: String
    ) -> Parameter<[(key: String, value: Element)]> where Value == [(key: String, value: Element)] {
        Parameter<[(key: String, value: Element)]>(
            name: name, help: help, type: "a mapping, each value \(values.typeDescription)", unit: values.unit,
            range: values.rangeDescription, default: `default`, defaultDescription: `default`.map { "\($0)" },
            takesMapping: true, schema: ["type": "object", "additionalProperties": values.valueSchema]
        ) { node, reading in
            guard let entries = node.mapping else {
                reading.expected(found: node)
                return nil
            }
            var result: [(key: String, value: Element)] = []
            for entry in entries {
                let path = "\(reading.path).\(entry.key)"
                if let value = values.decode(entry.value, path: path, diagnostics: reading.diagnostics) {
                    result.append((entry.key, value))
                }
            }
            return result.count == entries.count ? result : nil
        }
    }

    /// A mapping with parameters of its own, as a table of timings.
    public static func group(
        _ name: String, _ members: [any AnyParameter], default: ParameterValues? = nil, help: String
    ) -> Parameter<ParameterValues> where Value == ParameterValues {
        Parameter<ParameterValues>(
            name: name, help: help, type: "a mapping of \(members.map(\.name).joined(separator: ", "))",
            default: `default`, defaultDescription: nil, takesMapping: true,
            schema: ParameterValues.jsonSchema(of: members)
        ) { node, reading in
            let values = ParameterValues.decode(
                node, declared: members, path: reading.path, diagnostics: reading.diagnostics)
            return values.isComplete ? values : nil
        }
    }
}
