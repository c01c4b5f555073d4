import OrreryEinsum
import OrreryMachine
import OrrerySimulation
import OrreryText

/// A workload made ready to run on a machine.
public struct Lowered: Sendable {
    public var program: Program
    public var plan: MemoryPlan
    public var graph: OperatorGraph
    /// What the mapping assumes, for the result.
    public var assumptions: [String]
    /// Elementary operations of the workload by kind.
    public var operations: OperationCounts
    /// Bytes that any schedule moves at least.
    public var minimumTraffic: Int
}

/// Workload, mapping and machine to operator graph, memory plan and program.
public enum Lowering {
    /// Lowers a cascade.
    ///
    /// - Parameters:
    ///   - parameters: the workload's, by name; mappings use them in expressions.
    ///   - diagnostics: receives every problem with its place.
    /// - Throws: `InputErrors` where the mapping does not fit the cascade or the machine, `CapacityErrors` where a memory is
    ///   too small for it.
    public static func lower(
        _ cascade: Cascade, parameters: [String: Quantity], mapping: Mapping, hardware: Hardware,
        diagnostics: Diagnostics
    ) throws -> Lowered {
        var lowerer = Lowerer(
            cascade: cascade, parameters: parameters, mapping: mapping, hardware: hardware, diagnostics: diagnostics)
        return try lowerer.lower()
    }

    /// Lowers a workload that is one cascade.
    public static func lower(
        workload: Workload, mapping: Mapping, machine: Machine, diagnostics: Diagnostics
    ) throws -> Lowered {
        let parameters = Dictionary(
            workload.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        guard let cascade = workload.cascade else {
            diagnostics.error(
                "the workload '\(workload.name)' is no single cascade", at: SourceMark(file: workload.path),
                hint: "lower its stages one by one")
            throw InputErrors(diagnostics: diagnostics.all)
        }
        return try lower(
            cascade, parameters: parameters, mapping: mapping, hardware: Hardware(machine), diagnostics: diagnostics)
    }
}
