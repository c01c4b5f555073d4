import OrreryEinsum
import OrreryLowering
import OrreryMachine
import OrreryText

/// A run made ready: files read and checked, overrides applied, every part of the workload lowered to a program.
public struct RunPlan: Sendable {
    /// A cascade of the workload, or its streams of accesses, with its program.
    public struct Part: Sendable {
        /// Names of the stages and phases on the way to it, joined by `/`; empty where the workload is the cascade.
        public var name: String
        /// How often it runs in a row.
        public var count: Int
        public var content: Content
        public var parameters: [String: Quantity]
        /// How the mapping was found, where it was searched.
        public var choice: MappingChoice?
        public var lowered: Lowered

        /// What it was lowered from.
        public enum Content: Sendable {
            case cascade(Cascade, Mapping)
            case streams([TrafficStream])
        }

        /// Nil where the part consists of streams.
        public var cascade: Cascade? {
            if case .cascade(let cascade, _) = content { cascade } else { nil }
        }

        /// Nil where the part consists of streams, which take none.
        public var mapping: Mapping? {
            if case .cascade(_, let mapping) = content { mapping } else { nil }
        }
    }

    public var machine: Machine { didSet { simulated = [] } }
    public var workload: Workload
    /// In the order in which they run.
    public var parts: [Part]
    public var inputs: RunInputs
    /// What the files gave rise to without being wrong.
    public var warnings: [Diagnostic]
    /// What searches of mappings have simulated on the machine already.
    private(set) var simulated: [SimulatedProgram] = []

    /// Reads what a request names and lowers it.
    ///
    /// - Parameter options: of a search for mappings: whether to fold, whether to stop.
    /// - Throws: `InputErrors` with every problem of all files, `CapacityErrors` where a memory is too small.
    public init(_ request: RunRequest, options: RunOptions = RunOptions()) throws {
        let diagnostics = Diagnostics()
        let loader = RunLoader(request, options: options, diagnostics: diagnostics)
        let machine = loader.machine()
        let workload = loader.workload()
        guard let machine, let workload else {
            loader.checkMappings(workload, machine)
            throw InputErrors(diagnostics: diagnostics.all)
        }
        let instances = try loader.instances(of: workload, on: machine)
        loader.checkMappingIsUsed(instances)
        if diagnostics.hasErrors {
            for instance in instances { instance.checkNames(diagnostics) }
            throw InputErrors(diagnostics: diagnostics.all)
        }
        self.machine = machine
        self.workload = workload
        parts = try instances.map { try Self.lower($0, on: machine, diagnostics) }
        inputs = loader.inputs(machine, workload, parts)
        warnings = diagnostics.all
        simulated = instances.compactMap(\.simulated)
    }

    /// What was searched, each choice once.
    public var choices: [MappingChoice] {
        var result: [MappingChoice] = []
        for choice in parts.compactMap(\.choice) where !result.contains(choice) { result.append(choice) }
        return result
    }

    /// The same workload and mappings on another machine, such as one with a relaxed component.
    func moved(to machine: Machine) throws -> RunPlan {
        var plan = self
        plan.machine = machine
        plan.parts = try parts.map {
            let instance = RunLoader.Instance(
                name: $0.name, count: $0.count, content: $0.content, parameters: $0.parameters, choice: $0.choice)
            return try Self.lower(instance, on: machine, Diagnostics())
        }
        return plan
    }

    private static func lower(
        _ instance: RunLoader.Instance, on machine: Machine, _ diagnostics: Diagnostics
    ) throws -> Part {
        let lowered =
            switch instance.content {
            case .cascade(let cascade, let mapping):
                try Lowering.lower(
                    cascade, parameters: instance.parameters, mapping: mapping, hardware: Hardware(machine),
                    diagnostics: diagnostics)
            case .streams(let streams): try Lowering.lower(streams, machine: machine, diagnostics: diagnostics)
            }
        return Part(
            name: instance.name, count: instance.count, content: instance.content, parameters: instance.parameters,
            choice: instance.choice, lowered: lowered)
    }
}

extension RunRequest {
    /// Reads everything that it names, with its values, and reports every problem; searches, lowers and runs nothing.
    public func check(diagnostics: Diagnostics) {
        do {
            if ProgramRun.isProgram(workload) {
                for problem in try ProgramRun(self).warnings { diagnostics.report(problem) }
                return
            }
            let loader = RunLoader(self, options: RunOptions(), diagnostics: diagnostics)
            let (machine, workload) = (loader.machine(), loader.workload())
            guard let machine, let workload else { return loader.checkMappings(workload, machine) }
            if isSearchingMappings { return }
            let instances = try loader.instances(of: workload, on: machine)
            loader.checkMappingIsUsed(instances)
            for instance in instances { instance.checkNames(diagnostics) }
        } catch let errors as InputErrors {
            for problem in errors.diagnostics { diagnostics.report(problem) }
        } catch {
            diagnostics.error("\(error)", at: SourceMark(file: workload))
        }
    }
}
