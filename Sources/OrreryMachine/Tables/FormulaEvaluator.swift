import OrreryText

/// Evaluates the energy formula of an action: `mac`, `6 * mac`, `sram.read`, `dram.transfer * granule / 8 B`.
///
/// `element` is short for `element.energy`; other names are parameters of the component. A table's numbers are looked
/// up at the sizes of the component.
struct FormulaEvaluator {
    let part: Machine.Part
    let table: CostTable
    let ingredients: [PartCosts.Ingredient]
    let accounting: EnergyModel.Accounting

    func entry(_ formula: CostFormula) throws(CostError) -> EnergyEntry {
        var entry = EnergyEntry(
            joules: 0, instances: 1, formula: formula.expression.text, sources: [], status: .sourced)
        if let note = formula.note {
            entry.sources.append(note.source)
            entry.status = note.status
        }
        var values: [String: Quantity] = [:]
        for name in formula.expression.names {
            guard let (element, column) = element(name) else {
                values[name] = part.quantities[name]
                continue
            }
            let cost = try element.cost(column, sizes: sizes(of: element))
            guard let value = Rational(nearest: cost.value) else {
                throw CostError("'\(name)' is too large or too fine")
            }
            values[name] = Quantity(value, cost.dimension)
            entry.status = entry.status.worse(cost.status)
            entry.sources += cost.sources.filter { !entry.sources.contains($0) }
            if accounting == .artifact, table.oneInstance.contains(element.name) {
                entry.instances = try instances(of: element)
            }
        }
        let result: Quantity
        do {
            result = try formula.expression.evaluate(
                known: table.elements.keys.sorted() + part.quantities.keys.sorted()
            ) { values[$0] }
        } catch {
            throw CostError("\(error.message) (\(formula.mark))", error.hint)
        }
        guard result.dimension == .joules else {
            throw CostError(
                "'\(formula.expression.text)' is \(result.dimension.name) (\(formula.mark))", "expected an energy")
        }
        if entry.sources.isEmpty {
            throw CostError(
                "'\(formula.expression.text)' names no source (\(formula.mark))",
                "expected {value: …, source: …, status: …}")
        }
        entry.joules = result.doubleValue / Double(entry.instances)
        return entry
    }

    private func element(_ name: String) -> (CostElement, String)? {
        if let element = table.elements[name] { return (element, "energy") }
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, let element = table.elements[parts[0]] else { return nil }
        return (element, parts[1])
    }

    private func sizes(of element: CostElement) -> [String: Quantity] {
        if let used = ingredients.first(where: { $0.element.name == element.name }) { return used.sizes }
        return part.quantities.filter { element.parameters.contains($0.key) }
    }

    private func instances(of element: CostElement) throws(CostError) -> Int {
        guard let used = ingredients.first(where: { $0.element.name == element.name }), used.count > 0 else {
            throw CostError(
                "artifact accounting charges one '\(element.name)' of several, and nothing says how many there are",
                "give made_of: {\(element.name): …}")
        }
        return used.count
    }
}

extension Rational {
    /// A fraction within one unit in the 15th place of a positive or negative number; nil for what is not finite or far
    /// out.
    init?(nearest value: Double) {
        guard value.isFinite else { return nil }
        self.init(value.description)
    }
}
