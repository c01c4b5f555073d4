import OrrerySimulation
import OrreryText

/// Works out what one component costs, from a table.
struct PartCosts {
    let part: Machine.Part
    let table: CostTable
    /// Formulas that the machine file gives for this component, by action.
    let own: [String: CostFormula]
    let diagnostics: Diagnostics

    /// An element that the component is made of.
    struct Ingredient {
        var element: CostElement
        var count: Int
        var sizes: [String: Quantity]
    }

    /// An element that the component is made of, as the files say it: over the component's parameters.
    struct Constituent {
        var element: CostElement
        /// Where the files say it.
        var path: String
        var count: Expression
        var countMark: SourceMark
        /// The sizes that the files give; others are the component's parameters of that name.
        var sizes: [(name: String, value: Expression)]

        /// - Parameters:
        ///   - known: the component's parameters, for hints.
        ///   - quantity: gives their values.
        func ingredient(
            known: @autoclosure () -> [String] = [], _ quantity: (String) -> Quantity?
        ) throws(Diagnostic) -> Ingredient {
            var values: [String: Quantity] = [:]
            for parameter in element.parameters { values[parameter] = quantity(parameter) }
            for size in sizes {
                do {
                    values[size.name] = try size.value.evaluate(known: known(), quantity)
                } catch {
                    throw error.diagnostic(path: "\(path).\(size.name)")
                }
            }
            let number: Quantity
            do {
                number = try count.evaluate(known: known(), quantity)
            } catch {
                throw error.diagnostic(path: path)
            }
            guard number.dimension.isDimensionless, let whole = number.value.integer, whole >= 0 else {
                throw Diagnostic(.error, "\(number) is no count", at: countMark, path: path)
            }
            return Ingredient(element: element, count: whole, sizes: values)
        }
    }

    private var classCosts: CostTable.ClassCosts? { table.classes[part.classInfo.name] }

    /// What the component is made of: the class's default in the table, with what the machine file says laid over it.
    func ingredients() -> [Ingredient] {
        guard let merged = madeOf() else {
            diagnostics.error(
                "nothing says what class \(part.classInfo.name) is made of", at: part.mark, path: part.family,
                hint: "add it to the classes of table '\(table.name)' (\(table.path)), or give made_of: {…}")
            return []
        }
        return (merged.mapping ?? []).compactMap { entry in
            guard let constituent = constituent(entry) else { return nil }
            do throws(Diagnostic) {
                return try constituent.ingredient(known: part.quantities.keys.sorted()) { part.quantities[$0] }
            } catch {
                diagnostics.report(error)
                return nil
            }
        }
    }

    /// What the component is made of, as the files say it; nil after reporting what is wrong with that.
    func constituents() -> [Constituent]? {
        guard let entries = madeOf()?.mapping else { return nil }
        let read = entries.compactMap(constituent)
        return read.count == entries.count ? read : nil
    }

    private func madeOf() -> Node? {
        guard let base = classCosts?.madeOf else { return part.madeOf }
        guard let own = part.madeOf else { return base }
        return MachineFile.merge(base, own)
    }

    private func constituent(_ entry: Entry) -> Constituent? {
        let path = "\(part.family).made_of.\(entry.key)"
        guard let element = table.elements[entry.key] else {
            diagnostics.error(
                "table '\(table.name)' has no element '\(entry.key)'", at: entry.keyMark, path: path,
                hint: suggestion(for: entry.key, among: table.elements.keys.sorted()))
            return nil
        }
        var sizes: [(name: String, value: Expression)] = []
        var count = entry.value
        if let members = entry.value.mapping, !entry.value.isNoted {
            guard let given = entry.value["count"] else {
                diagnostics.error("has no count", at: entry.value.mark, path: path)
                return nil
            }
            count = given
            for member in members where member.key != "count" {
                guard element.parameters.contains(member.key) else {
                    diagnostics.error(
                        "'\(entry.key)' has no size '\(member.key)'", at: member.keyMark, path: path,
                        hint: suggestion(for: member.key, among: ["count"] + element.parameters))
                    continue
                }
                let read = Expression(
                    member.value.unnoted, path: "\(path).\(member.key)", diagnostics: diagnostics)
                guard let read else { return nil }
                sizes.append((member.key, read))
            }
        }
        return Expression(count.unnoted, path: path, diagnostics: diagnostics).map {
            Constituent(element: element, path: path, count: $0, countMark: count.mark, sizes: sizes)
        }
    }

    /// The energies of all actions that the component can count; what is missing is reported.
    func energy(_ accounting: EnergyModel.Accounting) -> EnergyModel.PartEnergy {
        // Values with an error have been reported; nothing can be computed from them.
        if !part.values.isComplete { return EnergyModel.PartEnergy() }
        let component = part.classInfo.energy(part.values)
        // What its own parameters price needs no table.
        let ingredients = component != nil && madeOf() == nil ? [] : ingredients()
        var result = EnergyModel.PartEnergy()
        for action in part.countableActions {
            if own[action] == nil, let cost = component?.actions[action] {
                result.actions[action] = EnergyEntry(
                    joules: cost.value, instances: 1, formula: cost.formula, sources: cost.sources, status: cost.status)
                checkSources(cost, of: "the energy of '\(action)'")
                continue
            }
            if own[action] == nil, classCosts?.free.contains(action) == true {
                result.actions[action] = EnergyEntry(
                    joules: 0, instances: 1, formula: "free", sources: ["table '\(table.name)' (free)"],
                    status: .derived)
                continue
            }
            guard let formula = own[action] ?? classCosts?.actions[action] else {
                diagnostics.error(
                    "action '\(action)' of class \(part.classInfo.name) has no energy in table "
                        + "'\(table.name)' (\(table.path))",
                    at: part.mark, path: part.family,
                    hint: "add it to the table, or give energy: {actions: {\(part.family).\(action): …}}")
                continue
            }
            let evaluator = FormulaEvaluator(part: part, table: table, ingredients: ingredients, accounting: accounting)
            do {
                result.actions[action] = try evaluator.entry(formula)
            } catch {
                diagnostics.error(
                    "the energy of '\(action)' in table '\(table.name)' cannot be had: \(error.message)", at: part.mark,
                    path: part.family, hint: error.hint)
            }
        }
        if accounting == .complete {
            result.statics = statics(ingredients)
            for (name, cost) in component?.states ?? [:] {
                result.states[name] = StaticPower(watts: cost.value, sources: cost.sources, status: cost.status)
                checkSources(cost, of: "the power of '\(name)'")
            }
        }
        return result
    }

    private func checkSources(_ cost: ComponentEnergy.Cost, of what: String) {
        if !cost.sources.isEmpty { return }
        diagnostics.error(
            "\(what) names no source", at: part.mark, path: part.family,
            hint: "give the numbers that it follows from a source")
    }

    private func statics(_ ingredients: [Ingredient]) -> StaticPower {
        sum("static", ingredients).reduce(into: StaticPower(watts: 0, sources: [], status: .sourced)) { sum, entry in
            sum.watts += entry.cost.value * Double(entry.count)
            sum.status = sum.status.worse(entry.cost.status)
            sum.sources += entry.cost.sources.filter { !sum.sources.contains($0) }
        }
    }

    /// The areas of what the component is made of.
    func area() -> [AreaEntry] {
        sum("area", ingredients()).map { element, count, cost in
            AreaEntry(
                element: element, count: count, squareMetres: cost.value * Double(count), sources: cost.sources,
                status: cost.status)
        }
    }

    private func sum(
        _ column: String, _ ingredients: [Ingredient]
    ) -> [(element: String, count: Int, cost: CostElement.Cost)] {
        ingredients.compactMap { ingredient in
            do throws(CostError) {
                let cost = try ingredient.element.cost(column, sizes: ingredient.sizes)
                return (ingredient.element.name, ingredient.count, cost)
            } catch {
                diagnostics.error(
                    "no \(column == "area" ? "area" : "static power") in table '\(table.name)': \(error.message)",
                    at: part.mark, path: part.family, hint: error.hint)
                return nil
            }
        }
    }
}

extension Machine.Part {
    /// The actions of its class that this component can count.
    ///
    /// Where the class has a parameter `operations` (name to `{…, as: …}`), the elementary operations among its actions
    /// are only those that are listed there, under their own name or as what they are counted as.
    var countableActions: [String] {
        guard classInfo.parameters.contains(where: { $0.name == "operations" }) else { return classInfo.actions }
        var counted: Set<String> = []
        for key in settings.keys where key.hasPrefix("operations.") {
            let name = key.split(separator: ".")[1]
            counted.insert(settings["operations.\(name).as"] ?? (name == "subtract" ? "add" : String(name)))
        }
        return classInfo.actions.filter { counted.contains($0) || !Self.elementary.contains($0) }
    }

    private static let elementary: Set<String> = Set(
        [
            OperationKind.multiplyAccumulate, .multiply, .add, .subtract, .max, .min, .exp, .divide, .squareRoot,
            .sigmoid,
            .copy,
        ].map(\.description))
}
