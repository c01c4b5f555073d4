import OrreryLowering
import OrreryMachine
import OrrerySimulation

extension ComponentContext {
    /// The components of a run as results list them: in the order of the machine file, units that work by a queue behind
    /// the component that they belong to.
    static func list(_ machine: Machine, _ assembly: Assembly, queues: Set<String>) -> [ComponentContext] {
        var units: [String: [Component]] = [:]
        for component in assembly.components {
            if let part = machine.part(at: component.path) { units[part.path, default: []].append(component) }
        }
        return machine.components.flatMap { part in
            let own = units[part.path] ?? []
            return own.compactMap { unit -> ComponentContext? in
                guard unit.path == part.path || queues.contains(unit.path) else { return nil }
                return ComponentContext(part, unit, units: own)
            }
        }
    }

    private init(_ part: Machine.Part, _ component: Component, units: [Component]) {
        let suffix = component.path.dropFirst(part.path.count)
        self.init(
            path: component.path, family: part.family + suffix, className: part.classInfo.name,
            role: part.classInfo.role, clock: component.clock)
        if let server = component as? any Metered {
            peakBytesPerCycle = Double(server.peak.bytes) / Double(server.peak.cycles)
        }
        if let engine = component as? Engine {
            let named = engine.stallCauses.filter { $0.hasPrefix("port ") }.map { String($0.dropFirst("port ".count)) }
            ports = engine.ports.enumerated().map { index, server in
                Port(named.count == engine.ports.count ? named[index] : String(index), server.path)
            }
        } else {
            // Both ends of a link count their traffic as one.
            let paths = Set(units.map(\.path))
            ports = units.compactMap { $0 as? Server }.flatMap(\.behind).filter { !paths.contains($0.path) }
                .map { server in Port(part.connections.first { $0.server == server.path }?.port ?? "", server.path) }
        }
    }
}

extension Assembly {
    /// Names of the actions that each component counts, by path.
    func actions(of machine: Machine) -> [String: Set<String>] {
        Dictionary(
            components.map { component in
                let declared = machine.part(at: component.path)?.classInfo.actions ?? []
                return (component.path, Set(declared + ((component as? Engine)?.actionNames ?? [])))
            }, uniquingKeysWith: { first, _ in first })
    }
}

extension EnergyCosts {
    /// What the machine's table says; units cost what their component does, and draw static power with it.
    init?(_ machine: Machine, _ components: [ComponentContext]) {
        guard let model = machine.energy else { return nil }
        var actions: [String: [String: Double]] = [:]
        var power: [String: Double] = [:]
        var states: [String: [String: Double]] = [:]
        for component in components {
            guard let part = machine.part(at: component.path) else { continue }
            for action in part.classInfo.actions {
                actions[component.path, default: [:]][action] =
                    model.energyPerAction(part: part, action: action)?.joules
            }
            if component.path == part.path {
                power[component.path] = model.staticPower(part).watts
                states[component.path] = model.statePower(part).mapValues(\.watts)
            }
        }
        self.init(actions: actions, staticPower: power, statePower: states, accounting: model.accounting.rawValue)
    }
}

extension RunContext {
    /// What is known about a run of a program on a machine.
    init(_ run: ProgramRun, components: [ComponentContext]) {
        let program = run.program
        var workload = WorkloadContext(
            name: program.workload, operations: program.operations, tokens: program.tokens,
            minimumBytes: program.parts.reduce(0) { $0 + $1.minimumBytes * $1.count })
        var assumptions: [String] = []
        for part in program.parts {
            for home in part.homes where !workload.homes.contains(home) { workload.homes.append(home) }
            for assumption in part.assumptions where !assumptions.contains(assumption) {
                assumptions.append(assumption)
            }
        }
        let areas = run.machine.area.map { model in
            Dictionary(
                run.machine.components.map { ($0.path, model.area($0)) }, uniquingKeysWith: { first, _ in first })
        }
        self.init(
            inputs: run.inputs, components: components, costs: EnergyCosts(run.machine, components), areas: areas,
            workload: workload, assumptions: assumptions)
    }
}

extension SavedProgram {
    /// Elementary operations of all parts by kind, in the order of first mention in the fixed order of kinds.
    fileprivate var operations: [Measurements.Counter] {
        var result: [Measurements.Counter] = []
        for part in parts {
            for entry in part.operations {
                if let place = result.firstIndex(where: { $0.name == entry.name }) {
                    result[place].value += entry.value * part.count
                } else {
                    result.append(Measurements.Counter(entry.name, entry.value * part.count))
                }
            }
        }
        return result
    }
}

extension SavedProgram.Part {
    /// What engines must count for each operator.
    var expectedActions: [String: [Measurements.Counter]] {
        Dictionary(
            actions.map { ($0.operation, $0.counts.map { Measurements.Counter($0.name, $0.value) }) },
            uniquingKeysWith: { first, _ in first })
    }
}
