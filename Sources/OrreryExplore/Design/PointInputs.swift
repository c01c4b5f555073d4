import OrreryEinsum
import OrreryMachine
import OrreryResults
import OrreryText

/// What a point's machine and workload say, for conditions on more than the study's own settings: the area of the machine
/// (`area < 600 mm2`), parameters of its components (`buffer.capacity >= 1 MiB`), parameters of the workload (`M >= P`).
///
/// Files are read once, and each component is read once for every set of values that it has in the study: thousands of points take no
/// longer than their distinct components. Whether the components of a point go together is told when it is run.
struct PointInputs {
    let study: Study
    /// Whether the last name had no value because the point cannot be run, which running it will tell.
    private(set) var isBroken = false
    private var bases: [String: Base?] = [:]
    private var parts: [PartKey: Part] = [:]
    private var workloads: [String: Workload?] = [:]
    private let tables = CostTables()

    /// A machine file without the study's values.
    private struct Base {
        var machine: Machine
        /// Names of its components and groups, in its order.
        var names: [String]
    }

    /// What decides a component's numbers.
    private struct PartKey: Hashable {
        var file: String
        var name: String
        var overrides: [Override]
    }

    /// An override with the component or section that it begins with.
    private struct Owned {
        var part: Substring
        var override: Override
    }

    /// A component or group with the values of a point.
    private struct Part {
        /// Nil where it cannot be had.
        var machine: Machine?
        /// Square metres; nil where the file names no table.
        var area: Rational?
    }

    init(study: Study) { self.study = study }

    /// The value that a name has at a point; nil where it has none.
    mutating func quantity(_ name: String, at point: Point) -> Quantity? {
        isBroken = false
        guard let request = try? study.request(point) else {
            isBroken = true
            return nil
        }
        let names = workload(request.workload)
        if !name.contains("."), name != "area" { return parameter(name, request, names) }
        guard let base = base(request.machine) else {
            isBroken = true
            return nil
        }
        let overrides = request.overrides.filter { $0.isOfMachine(names) }.map {
            Owned(part: MachineTree.part(of: $0.path), override: Override(path: $0.path, text: $0.value))
        }
        if name == "area" { return area(request.machine, base, overrides).map { Quantity($0, .squareMetres) } }
        // Every component knows the clocks.
        let owner = String(MachineTree.part(of: name))
        guard let any = base.names.contains(owner) ? owner : base.names.first else { return nil }
        let part = part(any, of: request.machine, base, overrides)
        isBroken = part.machine == nil
        return part.machine?.parameter(name)
    }

    private mutating func parameter(_ name: String, _ request: RunRequest, _ workload: Workload?) -> Quantity? {
        var overrides: [String: Quantity] = [:]
        for override in request.overrides where workload?[parameter: override.path] != nil {
            overrides[override.path] = Quantity(arithmetic: override.value)
        }
        if overrides.isEmpty { return workload?[parameter: name] }
        return Workload.load(request.workload, overrides: overrides, diagnostics: Diagnostics())?[parameter: name]
    }

    /// The sum over the components, each of which has an area by its own parameters.
    private mutating func area(_ path: String, _ base: Base, _ overrides: [Owned]) -> Rational? {
        var total = Rational.zero
        for name in base.names {
            let part = part(name, of: path, base, overrides)
            isBroken = isBroken || part.machine == nil
            guard let area = part.area, let sum = total.adding(area) else { return nil }
            total = sum
        }
        return total
    }

    /// The component with those overrides that concern it: its own, and those of what all components share.
    private mutating func part(
        _ name: String, of path: String, _ base: Base, _ overrides: [Owned]
    ) -> Part {
        let own = overrides.filter { $0.part == name || Self.shared.contains($0.part) }.map(\.override)
        let key = PartKey(file: path, name: name, overrides: own)
        if let known = parts[key] { return known }
        let machine = base.machine.alone(name, with: own, tables: tables)
        let area = machine.flatMap { machine in machine.area.map { $0.total(machine) } }
        let part = Part(machine: machine, area: area.flatMap { Rational("\($0)") })
        parts[key] = part
        return part
    }

    private static let shared: [Substring] = ["clocks", "energy", "area"]

    private mutating func workload(_ path: String) -> Workload? {
        if let known = workloads[path] { return known }
        let workload = Workload.load(path, diagnostics: Diagnostics())
        workloads[path] = .some(workload)
        return workload
    }

    private mutating func base(_ path: String) -> Base? {
        if let known = bases[path] { return known }
        let base = Machine.load(path: path, diagnostics: Diagnostics()).map { machine in
            var seen: Set<Substring> = []
            let names = machine.components.map { MachineTree.part(of: $0.path) }.filter { seen.insert($0).inserted }
            return Base(machine: machine, names: names.map(String.init))
        }
        bases[path] = .some(base)
        return base
    }
}
