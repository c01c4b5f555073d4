import OrreryEinsum
import OrreryLowering
import OrreryMachine
import OrrerySimulation
import OrreryText

/// A program on a machine, ready to run: what a plan lowers to, or a saved program read back.
public struct ProgramRun: Sendable {
    public var machine: Machine { didSet { simulated = [] } }
    public var program: SavedProgram
    public var inputs: RunInputs
    /// What the files gave rise to without being wrong.
    public var warnings: [Diagnostic]
    /// What has been simulated on the machine already.
    private(set) var simulated: [SimulatedProgram] = []

    /// What a plan lowers to.
    public init(_ plan: RunPlan) {
        machine = plan.machine
        program = plan.program
        inputs = plan.inputs
        warnings = plan.warnings
        simulated = plan.simulated
    }

    /// Reads a machine and a saved program, and checks that one can run the other.
    ///
    /// - Parameter overrides: values of the machine.
    /// - Throws: `InputErrors` with every problem of both files.
    public init(machine: String, program path: String, overrides: [RunInputs.Override] = []) throws {
        let diagnostics = Diagnostics()
        let changes = overrides.map { Override(path: $0.path, text: $0.value, label: "--set \($0.path)=\($0.value)") }
        let machine = Machine.load(path: machine, overrides: changes, diagnostics: diagnostics)
        let saved = SavedProgram.loadWithPlaces(path: path, diagnostics: diagnostics)
        guard let machine, let saved else { throw InputErrors(diagnostics: diagnostics.all) }
        saved.check(on: try machine.instantiate().components, of: machine.name, diagnostics)
        try diagnostics.throwIfErrors()
        self.machine = machine
        program = saved.program
        inputs = RunInputs(machine, saved.program, path: path, overrides)
        warnings = diagnostics.all
    }

    /// Reads what a request names, whose workload is a saved program.
    ///
    /// - Throws: `InputErrors`, also where the request names a mapping.
    public init(_ request: RunRequest) throws {
        if let mapping = request.mapping {
            throw InputErrors(diagnostics: [
                Diagnostic(
                    .error, "a saved program has been mapped already", at: SourceMark(file: "--mapping \(mapping)"),
                    hint: "leave the mapping out, or lower the workload again")
            ])
        }
        try self.init(machine: request.machine, program: request.workload, overrides: request.overrides)
    }

    /// Whether the file at `path` is a saved program and no workload.
    public static func isProgram(_ path: String) -> Bool {
        YAML.load(path: path, diagnostics: Diagnostics()).map(SavedProgram.isProgram) ?? false
    }
}

extension RunInputs {
    fileprivate init(_ machine: Machine, _ program: SavedProgram, path: String, _ overrides: [Override]) {
        var whole = Fingerprint()
        var files: [File] = []
        for path in machine.files + [path] {
            guard case .success(let bytes) = readFile(path) else { continue }
            files.append(File(path: path, hash: Fingerprint(of: bytes)))
            whole.add(Fingerprint(of: bytes).description)
        }
        whole.add(YAMLEmitter.text(of: machine.resolvedNode))
        self.init(
            machine: machine.name, workload: program.workload, mapping: program.mapping, files: files,
            overrides: overrides, hash: whole)
    }
}

extension RunPlan {
    /// The programs of all parts as they can be saved and run again.
    public var program: SavedProgram {
        SavedProgram(
            workload: workload.name, machine: machine.name, mapping: inputs.mapping ?? "", tokens: tokens,
            parts: parts.map { $0.saved(on: machine) })
    }
}

extension RunPlan.Part {
    fileprivate func saved(on machine: Machine) -> SavedProgram.Part {
        var homes: [String] = []
        for area in lowered.plan.areas where area.purpose == .whole && !homes.contains(area.memory) {
            let tensor = cascade?.tensor(named: area.tensor)
            if tensor.map({ $0.isInput || $0.isOutput }) ?? false { homes.append(area.memory) }
        }
        let expected = expectedActions(on: machine)
        return SavedProgram.Part(
            name: name, count: count, program: lowered.program,
            operations: lowered.operations.byKind.map { .init(RunPlan.name($0.operation), $0.count) },
            minimumBytes: lowered.minimumTraffic, homes: homes,
            actions: lowered.program.operators.compactMap { name in
                expected[name].map { .init(name, $0.map { .init($0.name, $0.value) }) }
            }, assumptions: lowered.assumptions)
    }
}
