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
                .map { Port("", $0.path) }
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
        for component in components {
            guard let part = machine.part(at: component.path) else { continue }
            for action in part.classInfo.actions {
                actions[component.path, default: [:]][action] =
                    model.energyPerAction(part: part, action: action)?.joules
            }
            if component.path == part.path { power[component.path] = model.staticPower(part).watts }
        }
        self.init(actions: actions, staticPower: power, accounting: model.accounting.rawValue)
    }
}

extension RunContext {
    /// What is known about a run of a plan.
    init(_ plan: RunPlan, components: [ComponentContext]) {
        var workload = WorkloadContext(
            name: plan.workload.name, operations: plan.operations, tokens: plan.tokens,
            minimumBytes: plan.parts.reduce(0) { $0 + $1.lowered.minimumTraffic * $1.count })
        var assumptions: [String] = []
        for part in plan.parts {
            for area in part.lowered.plan.areas where area.purpose == .whole {
                let tensor = part.cascade.tensor(named: area.tensor)
                let isOuter = tensor.map { $0.isInput || $0.isOutput } ?? false
                if isOuter, !workload.homes.contains(area.memory) { workload.homes.append(area.memory) }
            }
            for assumption in part.lowered.assumptions where !assumptions.contains(assumption) {
                assumptions.append(assumption)
            }
        }
        let areas = plan.machine.area.map { model in
            Dictionary(
                plan.machine.components.map { ($0.path, model.area($0)) }, uniquingKeysWith: { first, _ in first })
        }
        self.init(
            inputs: plan.inputs, components: components, costs: EnergyCosts(plan.machine, components), areas: areas,
            workload: workload, assumptions: assumptions)
    }
}
