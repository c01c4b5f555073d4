import OrreryEinsum
import OrreryMachine
import OrrerySimulation
import OrreryText

extension Lowering {
    /// Lowers streams of accesses: each is one command of its engine.
    ///
    /// - Throws: `InputErrors` where a stream's engine is not clear, or its length is missing.
    public static func lower(
        _ streams: [TrafficStream], machine: Machine, diagnostics: Diagnostics
    ) throws -> Lowered {
        var program = Program()
        var graph = OperatorGraph()
        for entry in streams {
            guard let engine = engine(of: entry, machine, diagnostics),
                let stream = sized(entry, engine, diagnostics)
            else { continue }
            let operatorID = program.operators.firstIndex(of: entry.name) ?? program.operators.count
            if operatorID == program.operators.count { program.operators.append(entry.name) }
            let work = Work(
                opcode: 0, actions: [Work.ActionCount(0, stream.total)], accesses: program.accesses.count)
            program.accesses.append(stream)
            let command = Instruction.command(Command(operatorID: operatorID, variants: [work]))
            if let place = program.queues.firstIndex(where: { $0.engine == engine.path }) {
                program.queues[place].instructions.append(command)
            } else {
                program.queues.append(QueueProgram(engine: engine.path, instructions: [command]))
            }
            graph.nodes.append(
                OperatorGraph.Node(
                    name: entry.name, group: "streams", engine: engine.path, reads: [], writes: [], runs: 1,
                    copiedBytes: 0, text: stream.text))
        }
        try diagnostics.throwIfErrors()
        return Lowered(
            program: program, plan: MemoryPlan(), graph: graph, assumptions: [], operations: OperationCounts(),
            minimumTraffic: 0)
    }

    private static func engine(
        of entry: TrafficStream, _ machine: Machine, _ diagnostics: Diagnostics
    ) -> Machine.Part? {
        let candidates = machine.components.filter { $0.classInfo.streams != nil }
        let names = candidates.map(\.path)
        let list = names.isEmpty ? nil : "one of \(names.joined(separator: ", "))"
        guard let name = entry.engine else {
            if candidates.count == 1 { return candidates[0] }
            diagnostics.error(
                candidates.isEmpty
                    ? "the machine '\(machine.name)' has no engine that runs streams"
                    : "the machine '\(machine.name)' has \(candidates.count) engines that run streams",
                at: entry.mark, path: "engine",
                hint: list.map { "engine: \($0)" } ?? "such as a traffic-generator or a core")
            return nil
        }
        if let part = candidates.first(where: { $0.path == name }) { return part }
        let family = candidates.filter { $0.family == name }
        if family.count == 1 { return family[0] }
        if machine.part(at: name) != nil || !family.isEmpty {
            diagnostics.error(
                family.isEmpty ? "'\(name)' runs no streams" : "'\(name)' stands for \(family.count) engines",
                at: entry.engineMark, path: "engine", hint: list)
        } else {
            diagnostics.error(
                "the machine '\(machine.name)' has no engine '\(name)'", at: entry.engineMark, path: "engine",
                hint: suggestion(for: name, among: names) ?? list)
        }
        return nil
    }

    /// The stream with the length that its engine counts.
    private static func sized(
        _ entry: TrafficStream, _ engine: Machine.Part, _ diagnostics: Diagnostics
    ) -> AccessStream? {
        guard let unit = engine.classInfo.streams else { return nil }
        var stream = entry.stream
        let given = unit == .accesses ? entry.accesses : entry.instructions
        if case .trace(let file) = stream.source {
            let length: Int
            do {
                length = try unit == .accesses ? file.accesses() : file.instructions() - file.skip
            } catch {
                diagnostics.error(error.message, at: entry.mark, hint: error.remedy)
                return nil
            }
            stream.count = given ?? (length - stream.warmUp)
            if stream.count < 1 || stream.total > length, !file.repeats || length < 1 {
                diagnostics.error(
                    "the trace has \(length) \(unit.rawValue) from there, fewer than \(max(stream.total, 1))",
                    at: entry.mark, hint: file.repeats ? nil : "repeat: true begins it anew")
                return nil
            }
            return stream
        }
        guard let given else {
            diagnostics.error(
                "'\(engine.path)' counts \(unit.rawValue), and the stream does not say how many", at: entry.mark,
                path: unit.rawValue, hint: "\(unit.rawValue): N")
            return nil
        }
        stream.count = given
        return stream
    }
}
