import OrreryText

/// The names that a mapping's expressions may use: its own parameters first, then the workload's, then the machine's numbers.
struct ParameterScope {
    private var values: [String: Quantity] = [:]
    private let machineNames: [String]
    private let machine: (String) -> Quantity?
    /// What a name of the mapping means on the first device.
    private let aliases: [String: String]
    let diagnostics: Diagnostics

    init(
        workload: [String: Quantity], hardware: Hardware, aliases: [String: String] = [:], diagnostics: Diagnostics
    ) {
        values = workload
        machineNames = hardware.names
        machine = hardware.number
        self.aliases = aliases
        self.diagnostics = diagnostics
    }

    /// Evaluates the mapping's parameters, in whatever order they use each other.
    mutating func define(_ parameters: [Mapping.Named<Expression>]) {
        for parameter in parameters { values[parameter.name.text] = nil }
        var open = parameters
        while !open.isEmpty {
            let waiting = Set(open.map(\.name.text))
            let ready = open.filter { entry in
                !entry.value.names.contains { waiting.contains($0) && $0 != entry.name.text }
                    && !entry.value.names.contains(entry.name.text)
            }
            if ready.isEmpty {
                for entry in open {
                    diagnostics.error(
                        "'\(entry.name.text)' is defined in terms of itself", at: entry.name.mark,
                        path: "parameters.\(entry.name.text)")
                    values[entry.name.text] = Quantity(1)
                }
                return
            }
            for entry in ready {
                values[entry.name.text] = quantity(entry.value, "parameters.\(entry.name.text)") ?? Quantity(1)
            }
            let done = Set(ready.map(\.name.text))
            open.removeAll { done.contains($0.name.text) }
        }
    }

    var names: [String] { values.keys.sorted() + machineNames }

    private func lookup(_ name: String) -> Quantity? {
        if let value = values[name] ?? machine(name) { return value }
        guard let dot = name.firstIndex(of: "."), let meant = aliases[String(name[..<dot])] else { return nil }
        return machine(meant + name[dot...])
    }

    /// The value, or nil after reporting why there is none.
    func quantity(_ expression: Expression, _ path: String) -> Quantity? {
        do {
            return try expression.evaluate(known: names, lookup)
        } catch {
            diagnostics.report(error.diagnostic(path: path))
            return nil
        }
    }

    /// A whole number in a range, or nil after reporting. Bytes and cycles count as plain numbers.
    func integer(_ expression: Expression, _ path: String, in range: ClosedRange<Int> = 1...Int.max) -> Int? {
        guard let value = quantity(expression, path) else { return nil }
        guard let number = value.value.integer, range.contains(number) else {
            let bound =
                range.upperBound == Int.max
                ? "from \(range.lowerBound)" : "in \(range.lowerBound)...\(range.upperBound)"
            diagnostics.error(
                "expected a whole number \(bound), found \(value)", at: expression.mark, path: path)
            return nil
        }
        return number
    }

    /// A fraction in 0...1.
    func fraction(_ expression: Expression, _ path: String) -> Rational? {
        guard let value = quantity(expression, path) else { return nil }
        guard value.dimension.isDimensionless, !value.value.isNegative, value.value <= .one else {
            diagnostics.error("expected a fraction in 0...1, found \(value)", at: expression.mark, path: path)
            return nil
        }
        return value.value
    }

    func holds(_ expression: Expression, _ path: String) -> Bool {
        do {
            return try expression.holds(known: names, lookup)
        } catch {
            diagnostics.report(error.diagnostic(path: path))
            return false
        }
    }
}
