import OrreryText

/// Reads the keys of a workload that make up a cascade.
struct CascadeReader {
    let definition: WorkloadDefinition
    let scope: ParameterScope
    let diagnostics: Diagnostics

    /// The checked cascade; nil after reporting every problem of these keys.
    func read(name: String) -> Cascade? {
        var declaration = CascadeDeclaration(name: name)
        declaration.parameters = scope.constants(definition)
        declaration.ranks = ranks()
        declaration.tensors = tensors()
        declaration.operations = operations()
        declaration.statements = statements()
        declaration.initial = initial()
        guard !declaration.statements.isEmpty else { return nil }
        return Cascade(declaration, diagnostics: diagnostics)
    }

    private func entries(_ key: String, _ what: String) -> [Entry] {
        definition.node[key]?.entries(of: what, diagnostics: diagnostics) ?? []
    }

    private func ranks() -> [CascadeDeclaration.Rank] {
        entries("ranks", "ranks and their extents").compactMap { entry in
            guard entry.isName(of: "a rank", diagnostics: diagnostics) else { return nil }
            let extent = scope.integer(entry.value, "the extent of rank '\(entry.key)'")
            return .init(entry.key, extent: extent, mark: entry.value.mark)
        }
    }

    private func tensors() -> [CascadeDeclaration.Tensor] {
        entries("tensors", "tensors by name").compactMap { entry in
            guard entry.isName(of: "a tensor", diagnostics: diagnostics) else { return nil }
            guard let ranks = entry.value["ranks"]?.sequence else {
                let found = entry.value["ranks"] ?? entry.value
                diagnostics.error(
                    "expected the ranks of tensor '\(entry.key)', found \(found.summary)", at: found.mark,
                    hint: "for example {ranks: [m, k], type: fp16}")
                return nil
            }
            entry.value.allow(keys: ["ranks", "type", "density", "output", "values"], diagnostics: diagnostics)
            let names = ranks.map { rank in
                if rank.string == nil {
                    diagnostics.error("expected the name of a rank, found \(rank.summary)", at: rank.mark)
                }
                return (name: rank.string ?? "", mark: rank.mark)
            }
            var tensor = CascadeDeclaration.Tensor(entry.key, ranks: names, type: type(of: entry), mark: entry.keyMark)
            if let density = entry.value["density"] {
                tensor.density = scope.evaluate(density)?.doubleValue ?? 1
            }
            if let output = entry.value["output"] {
                if output.string != "true", output.string != "false" {
                    diagnostics.error("expected true or false, found \(output.summary)", at: output.mark)
                }
                tensor.isOutput = output.string == "true"
            }
            if let values = entry.value["values"] {
                tensor.values = DeclaredValues(values, diagnostics: diagnostics) { scope.evaluate($0) }
            }
            return tensor
        }
    }

    private func type(of entry: Entry) -> ElementType? {
        guard let node = entry.value["type"] else { return nil }
        if let type = node.string.flatMap(ElementType.init(named:)) { return type }
        diagnostics.error(
            "\(node.summary) is no element type", at: node.mark,
            hint: suggestion(for: node.string ?? "", among: ElementType.all.map(\.name)))
        // Any type does, so that its absence is not reported too.
        return .fp16
    }

    private func operations() -> [UserOperation] {
        var known: [UserOperation] = []
        for entry in entries("operations", "operations by name") {
            guard entry.isName(of: "an operation", diagnostics: diagnostics) else { continue }
            if Operation(builtIn: entry.key) != nil || ReductionOperator(rawValue: entry.key) != nil {
                diagnostics.error("'\(entry.key)' is a built-in operation", at: entry.keyMark)
                continue
            }
            entry.value.allow(keys: ["arguments", "expression", "cost"], diagnostics: diagnostics)
            guard let expression = entry.value["expression"], let text = expression.string else {
                diagnostics.error(
                    "operation '\(entry.key)' has no expression", at: entry.keyMark,
                    hint: "for example {arguments: [x], expression: x * sigmoid(x)}")
                continue
            }
            let arguments = entry.value["arguments"]?.sequence?.compactMap(\.string) ?? ["x"]
            let operation = UserOperation(
                name: entry.key, arguments: arguments, expression: text, cost: cost(entry.value["cost"]),
                earlier: known, mark: expression.firstCharacter, diagnostics: diagnostics)
            if let operation { known.append(operation) }
        }
        return known
    }

    private func cost(_ node: Node?) -> OperationCounts? {
        guard let node else { return nil }
        var counts = OperationCounts()
        for entry in node.entries(of: "operations and how many of each", diagnostics: diagnostics) {
            guard let operation = Operation(builtIn: entry.key) else {
                diagnostics.error(
                    "unknown operation '\(entry.key)'", at: entry.keyMark,
                    hint: suggestion(for: entry.key, among: Operation.builtIn.map(\.name)))
                continue
            }
            guard let count = scope.integer(entry.value, "the number of \(entry.key)") else { continue }
            guard (0...1 << 20).contains(count) else {
                diagnostics.error(
                    "the number of \(entry.key) is \(count)", at: entry.value.mark, hint: "expected 0 to 2^20")
                continue
            }
            counts[operation] += count
        }
        return counts
    }

    private func statements() -> [CascadeDeclaration.Statement] {
        guard let node = definition.node["cascade"] else { return [] }
        guard let items = node.sequence, !items.isEmpty else {
            let found = node.sequence == nil ? node.summary : "none"
            diagnostics.error("expected a sequence of statements, found \(found)", at: node.mark)
            return []
        }
        return items.compactMap { item in
            guard let text = item.string, !item.isNull else {
                diagnostics.error("expected a statement, found \(item.summary)", at: item.mark)
                return nil
            }
            return .init(text, mark: item.firstCharacter)
        }
    }

    private func initial() -> [CascadeDeclaration.Initial] {
        entries("initial", "initial values by tensor").compactMap { entry in
            let text = entry.value.string ?? ""
            let value =
                switch text {
                case "inf", "+inf": Double.infinity
                case "-inf": -Double.infinity
                default: scope.evaluate(entry.value)?.doubleValue
                }
            return value.map { .init(entry.key, value: $0, mark: entry.keyMark) }
        }
    }
}
