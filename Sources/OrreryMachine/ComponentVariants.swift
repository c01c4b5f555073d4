import OrrerySimulation
import OrreryText

/// The components of a machine, one at a time, with the values of thousands of points: for their numbers and areas, at a fraction of
/// the cost of the machine.
///
/// Each is as ``Machine/alone(_:with:tables:)`` gives it. That reads a whole component; here only what a point changes is read, and
/// once for each value that it has: parameters don't depend on each other, and the area follows from those that its formulas name.
/// Groups, counted components and tables of areas that a point changes are read as a whole.
public struct ComponentVariants {
    private let machine: Machine
    private let tables = CostTables()
    private let resolver: OverrideResolver
    private var plain: [String: PlainComponent?] = [:]
    private var changes: [ChangeKey: Change?] = [:]
    private var clocks: [[Override]: ClockSet?] = [:]
    private var wholes: [ChangeKey: Machine?] = [:]
    private var areas: [ChangeKey: AreaFormula?] = [:]

    /// What decides a part of a component: what is laid over it.
    private struct ChangeKey: Hashable {
        var component: String
        var overrides: [Override]

        func hash(into hasher: inout Hasher) { for override in overrides { override.hashBriefly(into: &hasher) } }
    }

    public init(of machine: Machine) {
        self.machine = machine
        resolver = OverrideResolver(classes: machine.recipe.classes)
    }

    /// The component or group of this name with other values: its own, and those of the sections that all share.
    ///
    /// - Returns: nil where there is no such component, an override has no place, or the component has errors.
    public mutating func variant(_ name: String, with overrides: [Override]) -> ComponentVariant? {
        var own: [Override] = []
        var others: [Substring: [Override]] = [:]
        var isWhole = false
        for override in overrides {
            let owner = MachineTree.part(of: override.path)
            if owner == name || owner == "area" {
                own.append(override)
                isWhole = isWhole || owner == "area"
            } else {
                others[owner, default: []].append(override)
            }
        }
        // What it is besides does not depend on its clock.
        var clocks = machine.clocks
        for (section, overrides) in others {
            guard let set = self.clocks(with: overrides) else { return nil }
            if section == "clocks" { clocks = set }
        }
        if !isWhole, let plain = plain(name) {
            let keys = own.map { MachineTree.part(of: String($0.path.dropFirst(name.utf8.count + 1))) }
            if !keys.contains("count"), !keys.contains("clock") { return variant(of: plain, name, own, keys, clocks) }
        }
        return whole(name, with: own).map { ComponentVariant($0, clocks) }
    }

    private mutating func variant(
        of plain: PlainComponent, _ name: String, _ overrides: [Override], _ keys: [Substring], _ clocks: ClockSet
    ) -> ComponentVariant? {
        var changed: [Change] = []
        var madeOf: [Override] = []
        for (place, key) in keys.enumerated() where keys[..<place].allSatisfy({ $0 != key }) {
            let own = keys.count == 1 ? overrides : zip(keys, overrides).filter { $0.0 == key }.map(\.1)
            guard let change = change(String(key), of: plain, name, own) else { return nil }
            changed.append(change)
            if key == "made_of" { madeOf = own }
        }
        var variant = ComponentVariant(of: plain, changes: changed, clocks)
        if machine.resolvedNode["area"] != nil {
            guard let formula = area(of: plain, name, madeOf, changed),
                let area = formula.squareMetres({ variant.quantity($0) })
            else { return nil }
            variant.area = area
        }
        return variant
    }

    private mutating func whole(_ name: String, with overrides: [Override]) -> Machine? {
        let key = ChangeKey(component: name, overrides: overrides)
        if let known = wholes[key] { return known }
        let found = machine.alone(name, with: overrides, tables: tables)
        wholes[key] = .some(found)
        return found
    }

    private mutating func plain(_ name: String) -> PlainComponent? {
        if let known = plain[name] { return known }
        var found: PlainComponent?
        if let node = machine.resolvedNode["components"]?[name], node["count"] == nil, !node.isGroup,
            let alone = machine.alone(name, with: [], tables: tables), alone.components.count == 1
        {
            found = PlainComponent(machine: alone, part: alone.components[0], node: node)
        }
        plain[name] = .some(found)
        return found
    }

    /// The clocks with overrides of a section that components share; nil where one has no place or the clocks have errors.
    private mutating func clocks(with overrides: [Override]) -> ClockSet? {
        if let known = clocks[overrides] { return known }
        let diagnostics = Diagnostics()
        let root = overrides.reduce(machine.resolvedNode) { resolver.apply($1, to: $0, diagnostics) }
        let set = ClockReader.read(root["clocks"], at: root.mark, diagnostics)
        let found = diagnostics.hasErrors ? nil : set
        clocks[overrides] = .some(found)
        return found
    }

    /// A parameter with overrides, or what the component is made of; nil where one has no place or the value has errors.
    private mutating func change(
        _ key: String, of base: PlainComponent, _ name: String, _ overrides: [Override]
    ) -> Change? {
        let known = ChangeKey(component: name, overrides: overrides)
        if let change = changes[known] { return change }
        let diagnostics = Diagnostics()
        var entries = [base.node.entry("class"), base.node.entry(key)].compactMap { $0 }
        let mark = base.node.mark
        entries = [Entry(key: name, keyMark: mark, value: Node(.mapping(entries), at: mark))]
        entries = [Entry(key: "components", keyMark: mark, value: Node(.mapping(entries), at: mark))]
        let root = overrides.reduce(Node(.mapping(entries), at: mark)) { resolver.apply($1, to: $0, diagnostics) }
        var change: Change?
        if !diagnostics.hasErrors, let node = root["components"]?[name]?[key] {
            let path = "\(name).\(key)"
            if key == "made_of" {
                change = Change(key: key, madeOf: node)
            } else if let parameter = base.part.classInfo.parameters.first(where: { $0.name == key }) {
                let labels = machine.recipe.overrides.union(overrides.map(\.label))
                let value = PartFile.$overlay.withValue(.init(labels: labels, file: machine.recipe.path)) {
                    ParameterValues.decode(
                        Node(.mapping([Entry(key: key, keyMark: node.mark, value: node)]), at: node.mark),
                        declared: [parameter], path: name, diagnostics: diagnostics)
                }
                if value.isComplete, !diagnostics.hasErrors {
                    let scalars = node.scalars(key).compactMap { path, node in node.quantity.map { (path, $0) } }
                    change = Change(key: key, quantities: Dictionary(scalars) { $1 })
                }
            } else {
                preconditionFailure("an override of \(path) has a place and no parameter")
            }
        }
        changes[known] = .some(change)
        return change
    }

    /// How the area follows from the component's numbers; nil where the files are wrong about that.
    private mutating func area(
        of base: PlainComponent, _ name: String, _ madeOf: [Override], _ changed: [Change]
    ) -> AreaFormula? {
        let known = ChangeKey(component: name, overrides: madeOf)
        if let formula = areas[known] { return formula }
        let diagnostics = Diagnostics()
        var part = base.part
        part.madeOf = changed.lazy.compactMap(\.madeOf).first ?? part.madeOf
        let reader = CostReader(parts: [part], recipe: machine.recipe, tables: tables, diagnostics: diagnostics)
        let formula = machine.resolvedNode["area"].flatMap(reader.areaTable).flatMap {
            PartCosts(part: part, table: $0, own: [:], diagnostics: diagnostics).constituents().map(AreaFormula.init)
        }
        let found = diagnostics.hasErrors ? nil : formula
        areas[known] = .some(found)
        return found
    }
}

/// A component that is no group and has no count, with the file's values.
private final class PlainComponent {
    let machine: Machine
    let part: Machine.Part
    let node: Node

    init(machine: Machine, part: Machine.Part, node: Node) {
        (self.machine, self.part, self.node) = (machine, part, node)
    }
}

/// A component by itself, with the values of a point.
public struct ComponentVariant {
    /// Square metres; nil where the file names no table.
    public fileprivate(set) var area: Double?
    private let base: Base
    private let changes: [Change]
    private let clocks: ClockSet

    private enum Base {
        case whole(Machine)
        case plain(PlainComponent)
    }

    /// A component that was read as a whole.
    fileprivate init(_ machine: Machine, _ clocks: ClockSet) {
        (base, changes, self.clocks) = (.whole(machine), [], clocks)
        area = machine.area.map { $0.total(machine) }
    }

    fileprivate init(of plain: PlainComponent, changes: [Change], _ clocks: ClockSet) {
        (base, self.changes, self.clocks) = (.plain(plain), changes, clocks)
    }

    /// The number at a path of the machine that is about the component or a clock; see ``Machine/parameter(_:)``.
    public func parameter(_ path: String) -> Quantity? {
        var machine: Machine
        switch base {
        case .whole(let whole): machine = whole
        case .plain(let plain):
            let owner = "\(plain.part.path)."
            if path.hasPrefix(owner), path != "\(owner)clock" { return quantity(String(path.dropFirst(owner.count))) }
            machine = plain.machine
        }
        machine.clocks = clocks
        return machine.parameter(path)
    }

    /// By its path below the component.
    fileprivate func quantity(_ name: String) -> Quantity? {
        let key = MachineTree.part(of: name)
        for change in changes where change.key == key { return change.quantities[name] }
        guard case .plain(let plain) = base else { return nil }
        return plain.part.quantities[name]
    }
}

/// What a point says about one parameter of a component.
private final class Change {
    /// The parameter, or `made_of`.
    let key: String
    /// Its numbers by path below the component.
    let quantities: [String: Quantity]
    let madeOf: Node?

    init(key: String, quantities: [String: Quantity] = [:], madeOf: Node? = nil) {
        (self.key, self.quantities, self.madeOf) = (key, quantities, madeOf)
    }
}

/// The area of a component as a function of its numbers.
private struct AreaFormula {
    let constituents: [PartCosts.Constituent]

    /// Nil where the numbers give none.
    func squareMetres(_ quantity: (String) -> Quantity?) -> Double? {
        var sum = 0.0
        for constituent in constituents {
            // Numbers that are wrong are told when the point is run.
            guard let used = try? constituent.ingredient(quantity),
                let value = try? used.element.value("area", sizes: used.sizes)
            else { return nil }
            sum += value * Double(used.count)
        }
        return sum
    }
}
