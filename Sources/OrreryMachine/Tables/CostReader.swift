import OrrerySimulation
import OrreryText

/// Tables that have been read, by path; nil for one that cannot be used.
final class CostTables {
    fileprivate var byPath: [String: CostTable?] = [:]
}

/// Reads the sections `energy:` and `area:` of a machine.
final class CostReader {
    private let parts: [Machine.Part]
    private let recipe: MachineRecipe
    private let diagnostics: Diagnostics
    private let tables: CostTables

    private static let table = Parameter.text("table", help: "file of energies and areas")
    private static let accounting = Parameter.choice(
        "accounting", of: EnergyModel.Accounting.self, default: .complete, help: "what is charged")

    /// - Parameter tables: where tables are that have been read.
    init(parts: [Machine.Part], recipe: MachineRecipe, tables: CostTables = CostTables(), diagnostics: Diagnostics) {
        self.parts = parts
        self.recipe = recipe
        self.tables = tables
        self.diagnostics = diagnostics
    }

    /// The file of a section's table: beside the file that names it.
    func tablePath(_ section: Node) -> String? {
        guard let node = section["table"], let text = node.string, !text.isEmpty else { return nil }
        let isFromFile = recipe.layers.contains(node.mark.file)
        return normalised(resolved(text, besideFile: isFromFile ? node.mark.file : recipe.path))
    }

    /// - Parameter key: of the section.
    private func load(_ section: Node, _ key: String, _ values: ParameterValues) -> CostTable? {
        guard values.value(of: Self.table) != nil, let path = tablePath(section) else { return nil }
        if let known = tables.byPath[path] { return known }
        if case .failure(let problem) = readFile(path) {
            diagnostics.error(
                "'\(path)': \(problem.message)", at: section["table"]?.mark, path: "\(key).table", hint: problem.hint)
            return nil
        }
        let table = CostTable.load(path: path, diagnostics: diagnostics)
        tables.byPath[path] = .some(table)
        return table
    }

    /// The section `energy: {table: …, accounting: …, actions: {array2d.exp: 6 * mac}}`.
    func energy(_ section: Node) -> EnergyModel? {
        let values = ParameterValues.decode(
            section, declared: [Self.table, Self.accounting], ignoring: ["actions"], path: "energy",
            diagnostics: diagnostics)
        let own = formulas(section["actions"])
        guard let table = load(section, "energy", values), let accounting = values.value(of: Self.accounting) else {
            return nil
        }
        var model = EnergyModel(accounting: accounting, table: table.name, parts: [:])
        each { part in
            PartCosts(part: part, table: table, own: own[part.family] ?? [:], diagnostics: diagnostics).energy(
                accounting)
        } store: {
            model.parts[$0] = $1
        }
        return model
    }

    /// The section `area: {table: …}`.
    func area(_ section: Node) -> AreaModel? {
        guard let table = areaTable(section) else { return nil }
        var model = AreaModel(table: table.name, parts: [:])
        each { part in
            PartCosts(part: part, table: table, own: [:], diagnostics: diagnostics).area()
        } store: {
            model.parts[$0] = $1
        }
        return model
    }

    /// The table of the section `area: {table: …}`.
    func areaTable(_ section: Node) -> CostTable? {
        let values = ParameterValues.decode(section, declared: [Self.table], path: "area", diagnostics: diagnostics)
        return load(section, "area", values)
    }

    /// What decides the costs of a part.
    private struct Key: Hashable {
        var family: String
        var quantities: [String: Quantity]
        var settings: [String: String]
        var madeOf: SourceMark?
    }

    /// Works something out for each part, once for parts of a family that have the same numbers.
    private func each<Result>(_ work: (Machine.Part) -> Result, store: (String, Result) -> Void) {
        var known: [Key: Result] = [:]
        for part in parts {
            let key = Key(
                family: part.family, quantities: part.quantities, settings: part.settings, madeOf: part.madeOf?.mark)
            let result = known[key] ?? work(part)
            known[key] = result
            store(part.path, result)
        }
    }

    /// The machine's own formulas by component and action; what names no component or action is reported.
    private func formulas(_ node: Node?) -> [String: [String: CostFormula]] {
        var result: [String: [String: CostFormula]] = [:]
        for entry in node?.mapping ?? [] {
            let path = "energy.actions.\(entry.key)"
            guard let part = parts.first(where: { entry.key.hasPrefix("\($0.family).") }) else {
                let owner = entry.key.split(separator: ".").dropLast().joined(separator: ".")
                diagnostics.error(
                    "there is no component '\(owner)'", at: entry.keyMark, path: path,
                    hint: suggestion(for: owner, among: parts.map(\.family)))
                continue
            }
            let action = String(entry.key.dropFirst(part.family.count + 1))
            guard part.classInfo.actions.contains(action) else {
                diagnostics.error(
                    "class \(part.classInfo.name) counts no action '\(action)'", at: entry.keyMark, path: path,
                    hint: suggestion(for: action, among: part.classInfo.actions))
                continue
            }
            result[part.family, default: [:]][action] = CostFormula(entry.value, path: path, diagnostics)
        }
        return result
    }
}
