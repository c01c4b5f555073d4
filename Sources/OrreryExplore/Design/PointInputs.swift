import OrreryEinsum
import OrreryMachine
import OrreryResults
import OrreryText

/// What a point's machine and workload say, for conditions on more than the study's own settings: the area of the machine
/// (`area < 600 mm2`), parameters of its components (`buffer.capacity >= 1 MiB`), parameters of the workload (`M >= P`).
///
/// Files are read once, and the machine is built once for every set of values that one of its components has in the study: thousands
/// of points take no longer than their distinct components.
struct PointInputs {
    let study: Study
    /// Whether the last name had no value because the point cannot be run, which running it will tell.
    private(set) var isBroken = false
    private var bases: [String: Machine?] = [:]
    private var machines: [String: Machine?] = [:]
    private var areas: [String: Rational?] = [:]
    private var workloads: [String: Workload?] = [:]

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
        let overrides = request.overrides.filter { $0.isOfMachine(names) }
        if name != "area" {
            let component = String(MachineTree.part(of: name))
            guard let machine = machine(request.machine, overrides, of: component) else {
                isBroken = true
                return nil
            }
            return machine.parameter(name)
        }
        return area(request.machine, overrides).map { Quantity($0, .squareMetres) }
    }

    private mutating func parameter(_ name: String, _ request: RunRequest, _ workload: Workload?) -> Quantity? {
        var overrides: [String: Quantity] = [:]
        for override in request.overrides where workload?[parameter: override.path] != nil {
            overrides[override.path] =
                (try? Expression(parsing: override.value)).flatMap { try? $0.evaluate { _ in nil } }
        }
        if overrides.isEmpty { return workload?[parameter: name] }
        return Workload.load(request.workload, overrides: overrides, diagnostics: Diagnostics())?[parameter: name]
    }

    /// The sum over the components, each of which has an area by its own parameters.
    private mutating func area(_ path: String, _ overrides: [RunInputs.Override]) -> Rational? {
        guard let base = base(path) else {
            isBroken = true
            return nil
        }
        var total = Rational.zero
        for component in base.topLevel {
            let key = Self.key(path, Self.overrides(overrides, of: component), component)
            if areas[key] == nil {
                let machine = machine(path, overrides, of: component)
                let area = machine.flatMap { machine in
                    machine.area.map { model in
                        machine.components.filter { MachineTree.part(of: $0.path) == component }
                            .reduce(0) { $0 + model.area($1) }
                    }
                }
                areas[key] = .some(area.flatMap { Rational("\($0)") })
                isBroken = isBroken || machine == nil
            }
            guard let area = areas[key] ?? nil, let sum = total.adding(area) else { return nil }
            total = sum
        }
        return total
    }

    private mutating func workload(_ path: String) -> Workload? {
        if let known = workloads[path] { return known }
        let workload = Workload.load(path, diagnostics: Diagnostics())
        workloads[path] = .some(workload)
        return workload
    }

    private mutating func base(_ path: String) -> Machine? {
        if let known = bases[path] { return known }
        let machine = Machine.load(path: path, diagnostics: Diagnostics())
        bases[path] = .some(machine)
        return machine
    }

    /// The machine with those overrides that concern a component: its own, and those of what all components share.
    private mutating func machine(_ path: String, _ overrides: [RunInputs.Override], of component: String) -> Machine? {
        let own = Self.overrides(overrides, of: component)
        let key = Self.key(path, own, "")
        if let known = machines[key] { return known }
        let changes = own.map { Override(path: $0.path, text: $0.value) }
        let machine = changes.isEmpty ? base(path) : base(path)?.with(changes, diagnostics: Diagnostics())
        machines[key] = .some(machine)
        return machine
    }

    private static func overrides(_ all: [RunInputs.Override], of component: String) -> [RunInputs.Override] {
        all.filter { override in
            let part = MachineTree.part(of: override.path)
            return part == component || ["clocks", "energy", "area"].contains(part)
        }
    }

    private static func key(_ path: String, _ overrides: [RunInputs.Override], _ component: String) -> String {
        ([path, component] + overrides.map { "\($0.path)=\($0.value)" }).joined(separator: "\n")
    }
}

extension Machine {
    /// Names of the components and groups of the file, in its order.
    fileprivate var topLevel: [String] {
        var seen: Set<Substring> = []
        return components.map { MachineTree.part(of: $0.path) }.filter { seen.insert($0).inserted }.map(String.init)
    }
}
