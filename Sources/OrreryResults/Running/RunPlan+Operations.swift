import OrreryEinsum
import OrreryLowering
import OrreryMachine
import OrrerySimulation
import OrreryText

extension RunPlan {
    /// Tokens that the run makes: the workload's parameter `tokens`, where it has one.
    var tokens: Int? {
        guard let value = workload[parameter: "tokens"], value.dimension.isDimensionless else { return nil }
        return value.value.integer
    }

    /// The name that an operation has in machine files and among actions.
    static func name(_ operation: OrreryEinsum.Operation) -> String {
        switch operation {
        case .multiplyAccumulate: OperationKind.multiplyAccumulate.description
        case .sqrt: OperationKind.squareRoot.description
        default: operation.name
        }
    }
}

extension RunPlan.Part {
    /// What the engines of a machine must count for each operator: every operation of its Einsum once, as the action that the
    /// engine says it is (`exp: {slots: 6, as: multiply-accumulate}` is six of those).
    func expectedActions(on machine: Machine) -> [String: [Measurements.Counter]] {
        guard let cascade else { return [:] }
        var result: [String: [Measurements.Counter]] = [:]
        for einsum in cascade.einsums {
            guard let node = lowered.graph.nodes.first(where: { $0.name == einsum.name }),
                let engine = machine.part(at: node.engine)
            else { continue }
            var counts: [String: Int] = [:]
            var operations = cascade.operations(of: einsum)
            // A core runs what an operation of the workload's own costs.
            if engine.classInfo.streams != nil { operations = operations.expanded(cascade.operations) }
            for (operation, count) in operations.byKind {
                let (action, times) = engine.action(of: RunPlan.name(operation))
                counts[action, default: 0] += count * times
            }
            result[einsum.name] = counts.sorted { $0.key < $1.key }.map { Measurements.Counter($0.key, $0.value) }
        }
        return result
    }
}

extension Machine.Part {
    /// The action that an operation is counted as, and how many of it.
    fileprivate func action(of operation: String) -> (String, Int) {
        if let chain = settings["operations.\(operation).as"] {
            return (chain, quantities["operations.\(operation).slots"]?.value.integer ?? 1)
        }
        return (operation == "subtract" ? "add" : operation, 1)
    }
}
