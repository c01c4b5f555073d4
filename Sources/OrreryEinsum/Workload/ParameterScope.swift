import OrreryText

/// The parameters of a workload with their values: from the file, from a phase, from outside.
struct ParameterScope {
    /// In file order; those whose value could not be found are missing.
    private(set) var parameters: [Workload.Parameter] = []
    private(set) var sources: [String: SourceNote] = [:]
    private let names: [String]
    private let step: (index: String, value: Int)?
    private let diagnostics: Diagnostics
    private var values: [String: Quantity] = [:]

    /// - Parameters:
    ///   - definition: the file and what is given from outside, which prevails.
    ///   - phase: further values that prevail over the file's, as expressions in the phase's step.
    init(
        _ definition: WorkloadDefinition, phase: (entries: [Entry], index: String, step: Int)? = nil,
        diagnostics: Diagnostics
    ) {
        self.diagnostics = diagnostics
        step = phase.map { ($0.index, $0.step) }
        let entries = definition.node["parameters"]?.entries(of: "parameters", diagnostics: diagnostics) ?? []
        names = entries.map(\.key)
        var expressions: [String: Expression] = [:]
        for entry in entries {
            guard entry.isName(of: "a parameter", diagnostics: diagnostics) else { continue }
            let node = plain(entry)
            expressions[entry.key] = node.flatMap { Expression($0, diagnostics: diagnostics) }
        }
        for entry in phase?.entries ?? [] where names.contains(entry.key) {
            expressions[entry.key] = Expression(entry.value, diagnostics: diagnostics)
        }
        for override in definition.overrides where names.contains(override.name) {
            expressions[override.name] = nil
            values[override.name] = override.value
        }
        if let step { values[step.index] = Quantity(step.value) }
        evaluate(expressions)
        parameters = names.compactMap { name in values[name].map { .init(name: name, value: $0) } }
    }

    /// The value of an expression over the parameters; nil after reporting why there is none.
    func evaluate(_ node: Node) -> Quantity? {
        Expression(node, diagnostics: diagnostics).flatMap { evaluate($0) }
    }

    /// The whole number that an expression gives; nil after reporting that it gives none.
    func integer(_ node: Node, _ what: String) -> Int? {
        guard let expression = Expression(node, diagnostics: diagnostics), let quantity = evaluate(expression) else {
            return nil
        }
        guard quantity.dimension.isDimensionless else {
            diagnostics.error("\(what) is \(quantity), no plain number", at: node.mark)
            return nil
        }
        guard quantity.value.denominator != 1 || quantity.value.integer != nil else {
            diagnostics.error("\(what) is \(quantity), far too large", at: node.mark)
            return nil
        }
        guard let integer = quantity.value.integer else {
            let isQuotient = expression.text.contains("/")
            diagnostics.error(
                "\(what) is \(quantity), no whole number", at: node.mark,
                hint: isQuotient ? "ceil(\(expression.text)) leaves the last tile partial" : nil)
            return nil
        }
        return integer
    }

    /// What cascades compute with; reports parameters that are no plain numbers.
    func constants(_ definition: WorkloadDefinition) -> [String: CascadeDeclaration.Constant] {
        var constants: [String: CascadeDeclaration.Constant] = [:]
        for parameter in parameters {
            if !parameter.value.dimension.isDimensionless {
                diagnostics.error(
                    "parameter '\(parameter.name)' is \(parameter.value), but a cascade computes with plain numbers",
                    at: definition.node["parameters"]?.entry(parameter.name)?.value.mark)
            }
            constants[parameter.name] = .init(parameter.value.doubleValue, integer: parameter.value.value.integer)
        }
        return constants
    }

    /// The value without the `{value: …, source: …, status: …}` around it, if there is one.
    private mutating func plain(_ entry: Entry) -> Node? {
        guard entry.value.mapping != nil else { return entry.value }
        guard let value = entry.value["value"] else {
            diagnostics.error("expected a value, found a mapping without 'value'", at: entry.value.mark)
            return nil
        }
        sources[entry.key] = SourceNote(entry.value, ignoring: ["value"], path: entry.key, diagnostics: diagnostics)
        return value
    }

    private func evaluate(_ expression: Expression) -> Quantity? {
        // A name that is there but has no value has been reported already.
        guard !expression.names.contains(where: { names.contains($0) && values[$0] == nil }) else { return nil }
        do {
            return try expression.evaluate(known: Array(values.keys).sorted()) { values[$0] }
        } catch {
            diagnostics.report(error.diagnostic())
            return nil
        }
    }

    /// Evaluates each expression once all it refers to has a value, whatever the order in the file.
    private mutating func evaluate(_ expressions: [String: Expression]) {
        var waiting = names.filter { expressions[$0] != nil }
        var failed = Set(names.filter { expressions[$0] == nil && values[$0] == nil })
        while !waiting.isEmpty {
            var still: [String] = []
            for name in waiting {
                guard let expression = expressions[name] else { continue }
                if expression.names.contains(where: failed.contains) {
                    failed.insert(name)
                } else if expression.names.contains(where: { waiting.contains($0) && values[$0] == nil }) {
                    still.append(name)
                } else if let value = evaluate(expression) {
                    values[name] = value
                } else {
                    failed.insert(name)
                }
            }
            if still.count == waiting.count {
                let mark = still.first.flatMap { expressions[$0]?.mark }
                let list = still.joined(separator: ", ")
                diagnostics.error(
                    still.count == 1
                        ? "parameter \(list) depends on itself" : "parameters \(list) depend on each other",
                    at: mark)
                return
            }
            waiting = still
        }
    }
}
