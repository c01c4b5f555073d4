import OrreryEinsum
import OrreryMachine
import OrreryResults
import OrreryText

/// What a point's machine and workload say, for conditions on more than the study's own settings: the area of the machine
/// (`area < 600 mm2`), parameters of its components (`buffer.capacity >= 1 MiB`), parameters of the workload (`M >= P`).
///
/// Files are read once, and of each component only what differs between points (``OrreryMachine/ComponentVariants``). Whether the
/// components of a point go together is told when it is run.
struct PointInputs {
    let study: Study
    /// Whether the last name had no value because the point cannot be run, which running it will tell.
    private(set) var isBroken = false
    private var point: Point?
    private var present: Present?
    private var bases: [String: Base?] = [:]
    private var parts: [PartKey: Part?] = [:]
    private var workloads: [String: Names] = [:]

    /// A machine file without the study's values.
    private struct Base {
        /// Names of its components and groups, in its order.
        var names: [String]
        var variants: ComponentVariants
    }

    /// The point that is asked about, once something beside its settings is.
    private final class Present {
        let request: RunRequest
        let workload: Workload?
        /// Of the machine, by the component or section that each begins with.
        let overrides: [(part: Substring, override: Override)]

        init(_ request: RunRequest, _ workload: Workload?, _ overrides: [(part: Substring, override: Override)]) {
            (self.request, self.workload, self.overrides) = (request, workload, overrides)
        }
    }

    /// A workload, and which paths name values of the machine beside it.
    private struct Names {
        var workload: Workload?
        var isOfMachine: [String: Bool] = [:]
    }

    /// What decides a component's numbers.
    private struct PartKey: Hashable {
        var file: String
        var name: String
        var overrides: [Override]

        func hash(into hasher: inout Hasher) {
            hasher.combine(name)
            for override in overrides { override.hashBriefly(into: &hasher) }
        }
    }

    /// A component or group with the values of a point.
    private final class Part {
        let variant: ComponentVariant
        /// Square metres; nil where the file names no table.
        let area: Rational?

        init(_ variant: ComponentVariant) {
            self.variant = variant
            area = variant.area.flatMap { Rational("\($0)") }
        }
    }

    init(study: Study) { self.study = study }

    /// Goes on to another point.
    mutating func begin(_ point: Point) {
        self.point = point
        present = nil
    }

    /// The value that a name has at the point; nil where it has none.
    mutating func quantity(_ name: String) -> Quantity? {
        isBroken = false
        guard let present = inputs() else {
            isBroken = true
            return nil
        }
        let isOfMachine = name == "area" || name.utf8.contains(UInt8(ascii: "."))
        if !isOfMachine { return parameter(name, present.request, present.workload) }
        guard let names = base(present.request.machine)?.names else {
            isBroken = true
            return nil
        }
        if name == "area" { return area(present, names).map { Quantity($0, .squareMetres) } }
        // Every component knows the clocks.
        let owner = String(MachineTree.part(of: name))
        guard let any = names.contains(owner) ? owner : names.first else { return nil }
        let part = part(any, present)
        isBroken = part == nil
        return part?.variant.parameter(name)
    }

    /// What the point runs; nil where it cannot be run.
    private mutating func inputs() -> Present? {
        if let present { return present }
        // Running the point says why: see `isBroken`.
        guard let request = point.flatMap({ try? study.request($0) }) else { return nil }
        let path = request.workload
        if workloads[path] == nil {
            workloads[path] = Names(workload: Workload.load(path, diagnostics: Diagnostics()))
        }
        let overrides = request.overrides.filter { isOfMachine($0, path) }.map {
            (part: MachineTree.part(of: $0.path), override: Override(path: $0.path, text: $0.value))
        }
        let found = Present(request, workloads[path]?.workload, overrides)
        present = found
        return found
    }

    private mutating func isOfMachine(_ override: RunInputs.Override, _ workload: String) -> Bool {
        if let known = workloads[workload]?.isOfMachine[override.path] { return known }
        let found = override.isOfMachine(workloads[workload]?.workload)
        workloads[workload]?.isOfMachine[override.path] = found
        return found
    }

    private func parameter(_ name: String, _ request: RunRequest, _ workload: Workload?) -> Quantity? {
        var overrides: [String: Quantity] = [:]
        for override in request.overrides where workload?[parameter: override.path] != nil {
            overrides[override.path] = Quantity(arithmetic: override.value)
        }
        if overrides.isEmpty { return workload?[parameter: name] }
        return Workload.load(request.workload, overrides: overrides, diagnostics: Diagnostics())?[parameter: name]
    }

    /// The sum over the components, each of which has an area by its own parameters.
    private mutating func area(_ present: Present, _ names: [String]) -> Rational? {
        var total = Rational.zero
        for name in names {
            let part = part(name, present)
            isBroken = isBroken || part == nil
            guard let area = part?.area, let sum = total.adding(area) else { return nil }
            total = sum
        }
        return total
    }

    /// The component with those overrides that concern it: its own, and those of what all components share.
    private mutating func part(_ name: String, _ present: Present) -> Part? {
        let file = present.request.machine
        let own = present.overrides.filter { $0.part == name || Self.shared.contains($0.part) }.map(\.override)
        let key = PartKey(file: file, name: name, overrides: own)
        if let known = parts[key] { return known }
        let part = bases[file]??.variants.variant(name, with: own).map(Part.init)
        parts[key] = .some(part)
        return part
    }

    private static let shared: [Substring] = ["clocks", "energy", "area"]

    private mutating func base(_ path: String) -> Base? {
        if let known = bases[path] { return known }
        let base = Machine.load(path: path, diagnostics: Diagnostics()).map { machine in
            var seen: Set<Substring> = []
            let names = machine.components.map { MachineTree.part(of: $0.path) }.filter { seen.insert($0).inserted }
            return Base(names: names.map(String.init), variants: ComponentVariants(of: machine))
        }
        bases[path] = .some(base)
        return base
    }
}
