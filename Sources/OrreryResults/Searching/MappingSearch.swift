import OrreryEinsum
import OrreryLowering
import OrreryMachine
import OrrerySimulation
import OrreryText

/// Finds a mapping of a cascade for a machine: candidates are lowered, which drops what the engines don't take and what does
/// not fit the memories; sorted by the least time that their programs can take; and the best few are simulated, the workload's own
/// mapping for the machine before all others, so that what is found is no slower. A simulation ends as soon as it cannot become faster
/// than the best one before it, and the search when no candidate that is left could be faster by more than the gap.
///
/// Candidates are the mapping files beside the workload that are for the cascade, over the space of their key `search`, and
/// mappings that run one Einsum after the other, made for the machine. All take the workload's tensors from the largest memory and
/// bring them there: what finds them on chip would win without doing the work.
struct MappingSearch {
    /// What was found.
    struct Choice {
        var mapping: Mapping
        /// The mapping file, complete in itself.
        var text: String
        var report: MappingChoice
        /// Its program with what the simulation of it gave.
        var simulated: SimulatedProgram
    }

    private struct Candidate {
        var name: String
        var mapping: Mapping
        var text: () -> String?
        var program: Program
        var bound: ProgramBound
        /// The file's own values, with nothing searched.
        var isShipped: Bool
        /// The mapping that the workload names for the machine, as it is.
        var isUsual = false
    }

    let cascade: Cascade
    let parameters: [String: Quantity]
    let machine: Machine
    private let hardware: Hardware
    private let rates: MemoryRates
    private let options: RunOptions
    private let gap: Double
    private var considered = 0
    /// Why the first Einsum that no engine takes was refused.
    private var refusal: String?

    /// Combinations of a file's search space that are lowered at most.
    private static let assignmentLimit = 4096
    /// Candidates that are simulated, besides the files' own values.
    private static let simulated = 4

    /// - Parameter gap: by what fraction of its time the choice may be slower than the fastest candidate; see ``MappingChoice/gap``.
    init(
        _ cascade: Cascade, parameters: [String: Quantity], on machine: Machine, gap: Double, options: RunOptions
    ) throws {
        self.gap = gap
        self.cascade = cascade
        self.parameters = parameters
        self.machine = machine
        self.options = options
        hardware = Hardware(machine)
        rates = try MemoryRates(machine)
    }

    /// - Parameters:
    ///   - files: mapping files to search; those for other cascades are passed over.
    ///   - usual: the file among them that the workload names for the machine.
    ///   - diagnostics: receives why there is no mapping.
    mutating func best(of files: [String], usual: String?, diagnostics: Diagnostics) throws -> Choice? {
        var candidates: [Candidate] = []
        for file in files { candidates += try templates(file, isUsual: file == usual) }
        if let general = try oneByOne() { candidates.append(general) }
        candidates.sort { $0.bound < $1.bound }
        let (usual, others) = (candidates.filter(\.isUsual), candidates.filter { !$0.isUsual })
        let chosen =
            usual + others.prefix(Self.simulated) + others.dropFirst(Self.simulated).filter(\.isShipped)
        // Least times of what was not simulated, ascending.
        var open = candidates.map(\.bound.seconds)
        var best: (candidate: Candidate, seconds: Double, simulated: SimulatedProgram)?
        var simulations = 0
        for candidate in chosen where candidate.bound.seconds < best?.seconds ?? .infinity {
            if let best, Self.gap(best.seconds, open) <= gap { break }
            simulations += 1
            if let place = open.firstIndex(of: candidate.bound.seconds) { open.remove(at: place) }
            if let (seconds, simulated) = try simulate(
                candidate, "mapping \(simulations) of \(chosen.count)", below: best?.seconds ?? .infinity)
            {
                best = (candidate, seconds, simulated)
            }
        }
        guard let best, let text = best.candidate.text() else {
            diagnostics.error(
                "no mapping of '\(cascade.name)' for the machine '\(machine.name)' was found among \(considered)",
                at: nil, path: "mapping", hint: refusal)
            return nil
        }
        return Choice(
            mapping: best.candidate.mapping, text: text,
            report: MappingChoice(
                cascade: cascade.name, name: best.candidate.name, considered: considered, feasible: candidates.count,
                simulated: simulations, boundSeconds: best.candidate.bound.seconds, seconds: best.seconds,
                gap: Self.gap(best.seconds, open), text: text),
            simulated: best.simulated)
    }

    /// By what fraction something could be faster that takes at least the first of `open`, the least times of what was not simulated.
    private static func gap(_ seconds: Double, _ open: [Double]) -> Double {
        open.first.map { max(0, 1 - $0 / seconds) } ?? 0
    }

    // MARK: Candidates

    private mutating func templates(_ file: String, isUsual: Bool) throws -> [Candidate] {
        let silent = Diagnostics()
        guard let template = MappingTemplate(path: file, diagnostics: silent),
            template.mapping.cascade == nil || template.mapping.cascade == cascade.name
        else { return [] }
        let assignments = template.assignments(
            parameters: parameters, hardware: hardware, limit: Self.assignmentLimit, diagnostics: Diagnostics())
        return try assignments.compactMap { assignment in
            try tell()
            considered += 1
            guard let mapping = template.mapping(with: assignment, diagnostics: Diagnostics()) else { return nil }
            let values = assignment.map { "\($0.path) = \(Self.short($0.value))" }.joined(separator: ", ")
            var found = candidate(
                mapping.name + (values.isEmpty ? "" : " with \(values)"), mapping, of: cascade,
                isShipped: assignment.isEmpty
            ) { template.text(with: assignment, diagnostics: Diagnostics()) }
            found?.isUsual = isUsual && assignment.isEmpty
            return found
        }
    }

    private static func short(_ node: Node) -> String {
        node.string ?? YAMLEmitter.text(of: node).split(separator: "\n").joined(separator: " ")
    }

    /// Each Einsum in the way that is best for it alone; nil where one of them cannot run on any engine.
    private mutating func oneByOne() throws -> Candidate? {
        var groups: [(einsum: String, text: String)] = []
        for einsum in cascade.einsums {
            guard let part = cascade.only(einsum.name) else { return nil }
            var best: (text: String, bound: ProgramBound)?
            var problem: String?
            for ways in EinsumTemplates(einsum, of: part, on: hardware).groups {
                for group in ways {
                    try tell()
                    considered += 1
                    let text = EinsumTemplates.mapping(of: part, groups: [(einsum.name, group)], on: hardware)
                    let diagnostics = Diagnostics()
                    guard let mapping = Mapping.parse(text, file: "auto", diagnostics: diagnostics),
                        let candidate = candidate(
                            "auto", mapping, of: part, isShipped: false, diagnostics, text: { text })
                    else {
                        problem = diagnostics.all.first?.message ?? problem
                        continue
                    }
                    if best.map({ candidate.bound < $0.bound }) ?? true { best = (group, candidate.bound) }
                    // Those that are left of these ways keep the unit busy for as long.
                    if let best, candidate.bound.occupied > best.bound.seconds { break }
                }
            }
            guard let best else {
                refusal = problem ?? "no engine of the machine takes '\(einsum.name)'"
                return nil
            }
            groups.append((einsum.name, best.text))
        }
        let text = EinsumTemplates.mapping(of: cascade, groups: groups, on: hardware)
        return Mapping.parse(text, file: "auto", diagnostics: Diagnostics()).flatMap {
            candidate("one Einsum after the other", $0, of: cascade, isShipped: false) { text }
        }
    }

    private func candidate(
        _ name: String, _ mapping: Mapping, of cascade: Cascade, isShipped: Bool,
        _ diagnostics: Diagnostics = Diagnostics(), text: @escaping () -> String?
    ) -> Candidate? {
        let home = EinsumTemplates.home(on: hardware)
        guard let lowered = lowered(mapping, of: cascade, diagnostics),
            cascade.tensors.allSatisfy({ tensor in
                !(tensor.isInput || tensor.isOutput)
                    || lowered.plan.areas.contains {
                        $0.tensor == tensor.name && $0.purpose == .whole && $0.memory == home
                    }
            }),
            let bound = ProgramBound(lowered.program, on: machine, hardware, rates)
        else { return nil }
        return Candidate(
            name: name, mapping: mapping, text: text, program: lowered.program, bound: bound, isShipped: isShipped)
    }

    /// Nil, with the reason in the diagnostics, where the machine does not take it.
    private func lowered(_ mapping: Mapping, of cascade: Cascade, _ diagnostics: Diagnostics) -> Lowered? {
        do {
            return try Lowering.lower(
                cascade, parameters: parameters, mapping: mapping, hardware: hardware, diagnostics: diagnostics)
        } catch {
            // What is wrong with the mapping itself is there already.
            for problem in (error as? CapacityErrors)?.errors ?? [] { diagnostics.error("\(problem)") }
            return nil
        }
    }

    // MARK: Simulation

    private static let label = "search of mappings"

    /// Tells how many candidates have been looked at, and ends the search where that is asked for.
    private func tell() throws {
        options.progress(RunProgress(label: "\(Self.label), \(considered) considered", seconds: 0, events: 0))
        if options.shouldStop() {
            throw RunInterrupted(progress: RunProgress(label: Self.label, seconds: 0, events: 0))
        }
    }

    /// How long the program takes; nil where it takes no less than `limit` seconds, or does not end.
    private func simulate(
        _ candidate: Candidate, _ label: String, below limit: Double
    ) throws -> (seconds: Double, SimulatedProgram)? {
        let assembly = try machine.instantiate()
        let simulation = try Simulation(
            clocks: assembly.clocks, components: assembly.components, program: candidate.program, folds: options.folds,
            sampling: options.sampling)
        let remaining = RemainingBound(candidate.bound, simulation, assembly.clocks, rates)
        var progress: RunProgress { simulation.progress(label: "\(Self.label), \(label)", assembly.clocks) }
        var isOver = false
        let outcome = simulation.run {
            options.progress(progress)
            isOver = remaining.seconds >= limit
            return isOver || options.shouldStop()
        }
        switch outcome {
        case .interrupted where !isOver: throw RunInterrupted(progress: progress)
        case .failed(let failure): throw failure
        case .interrupted, .deadlock: return nil
        case .completed:
            let seconds = progress.seconds
            return seconds < limit
                ? (seconds, SimulatedProgram(candidate.program, simulation, assembly, machine, options)) : nil
        }
    }
}
