import ArgumentParser
import Orrery

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Tell what a workload needs, and what a machine makes of it.",
        discussion: """
            For every cascade: ranks, operations by kind, passes over each rank, the least traffic, what is alive at most.

              orrery inspect Workloads/attention-1pass.yaml
              orrery inspect Workloads/attention-3pass.yaml --set M=64Ki

            With a machine, and a mapping where the workload names none for it: the operators with the engines that run them, and
            what lies where in every memory. Files may stand in any order. A machine alone is listed with its components.

              orrery inspect HardwareSpecs/fusemax.yaml Workloads/attention-1pass.yaml
              orrery inspect HardwareSpecs/flat.yaml Workloads/attention-3pass.yaml Workloads/mappings/flat.yaml
            """)

    @Argument(help: "Workload files; with them at most one machine and one mapping.")
    var files: [String]

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Replace a value by its path in the files; may be repeated.", valueName: "path=value"))
    var settings: [String] = []

    func validate() throws { try Setting.check(settings) }

    func run() throws {
        let diagnostics = Diagnostics()
        var paths: [FileKind: [String]] = [:]
        for file in files {
            guard let node = YAML.load(path: file, diagnostics: diagnostics) else { continue }
            guard let kind = FileKind(node), [.machine, .workload, .mapping].contains(kind) else {
                diagnostics.error("expected a machine, a workload or a mapping", at: node.mark)
                continue
            }
            if kind != .workload, let first = paths[kind]?.first {
                diagnostics.error("a second \(kind.rawValue) beside '\(first)'", at: node.mark)
            }
            paths[kind, default: []].append(file)
        }
        if let mapping = paths[.mapping]?.first, paths[.machine] == nil || paths[.workload] == nil {
            diagnostics.error(
                "a mapping says nothing without a workload and a machine", at: SourceMark(file: mapping),
                hint: "name all three; orrery check reads a mapping alone")
        }
        try diagnostics.throwIfErrors()
        let workloads = paths[.workload] ?? []
        if let machine = paths[.machine]?.first {
            try inspect(workloads, on: machine, paths[.mapping]?.first)
        } else {
            let overrides = overrides(diagnostics)
            let read = workloads.map { Workload.load($0, overrides: overrides, diagnostics: diagnostics) }
            for problem in diagnostics.all { Terminal.complain(problem.description) }
            if diagnostics.hasErrors { throw Failure("", .badInput) }
            for workload in read.compactMap({ $0 }) {
                _ = TrafficReader.streams(of: workload, diagnostics: diagnostics)
                try diagnostics.throwIfErrors()
                Terminal.print(Self.description(of: workload))
            }
        }
    }

    private func inspect(_ workloads: [String], on path: String, _ mapping: String?) throws {
        let overrides = settings.compactMap(Setting.init)
        if workloads.isEmpty {
            let diagnostics = Diagnostics()
            let changes = overrides.map {
                Override(path: $0.path, text: $0.value, label: "--set \($0.path)=\($0.value)")
            }
            let machine = Machine.load(path: path, overrides: changes, diagnostics: diagnostics)
            for problem in diagnostics.all { Terminal.complain(problem.description) }
            guard let machine else { throw Failure("", .badInput) }
            return Terminal.print(Self.description(of: machine, path))
        }
        let plans = try workloads.map { workload in
            try RunPlan(
                RunRequest(
                    machine: path, workload: workload, mapping: mapping,
                    overrides: overrides.map { .init(path: $0.path, value: $0.value) }))
        }
        for warning in plans.flatMap(\.warnings) { Terminal.complain(warning.description) }
        for plan in plans {
            Terminal.print(Self.description(of: plan.workload))
            for part in plan.parts { Terminal.print(LowerCommand.description(of: part, withProgram: false)) }
        }
    }

    private static func description(of machine: Machine, _ path: String) -> String {
        var lines = ["machine \(machine.name) (\(path))"]
        let width = machine.components.map(\.path.count).max() ?? 0
        for part in machine.components {
            let servers = part.connections.map { "\($0.port) -> \($0.server)" }.joined(separator: ", ")
            let name = part.path.padding(to: width)
            lines.append("  \(name)  \(part.classInfo.name)\(servers.isEmpty ? "" : ": \(servers)")")
        }
        return lines.joined(separator: "\n")
    }

    private func overrides(_ diagnostics: Diagnostics) -> [String: Quantity] {
        var result: [String: Quantity] = [:]
        for setting in settings.compactMap(Setting.init) {
            do {
                result[setting.path] = try Expression(parsing: setting.value).evaluate { _ in nil }
            } catch {
                diagnostics.error(
                    error.message, at: SourceMark(file: "--set \(setting.path)=\(setting.value)"), path: setting.path,
                    hint: error.hint)
            }
        }
        return result
    }

    private static func description(of workload: Workload) -> String {
        var lines = ["workload \(workload.name) (\(workload.path))"]
        if !workload.parameters.isEmpty {
            lines.append(
                "  parameters  " + workload.parameters.map { "\($0.name) \($0.value)" }.joined(separator: ", "))
        }
        if !workload.phases.isEmpty {
            let phases = workload.phases.map { "\($0.name) x\($0.steps)" }
            lines.append("  phases      " + phases.joined(separator: ", "))
        }
        for instance in workload.cascades { lines += [""] + description(of: instance) }
        for stream in TrafficReader.streams(of: workload, diagnostics: Diagnostics()) ?? [] {
            let lengths = [(stream.accesses, "accesses"), (stream.instructions, "instructions")].compactMap { entry in
                entry.0.map { "\(ReadableNumber.grouped($0)) \(entry.1)" }
            }
            let engine = stream.engine.map { " on \($0)" } ?? ""
            lines += [
                "", "stream \(stream.name)\(engine)",
                "  length      \(lengths.isEmpty ? "the whole trace" : lengths.joined(separator: " or "))",
                "  pattern     \(stream.stream.descriptionWithoutLength)",
            ]
        }
        if workload.cascades.count > 1 {
            lines += ["", "all cascades", "  operations  \(operations(workload.operationCounts))"]
            lines.append("  traffic     at least \(ReadableNumber.bytes(workload.minimumTrafficBytes))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func description(of instance: Workload.Instance) -> [String] {
        let cascade = instance.cascade
        let place = instance.path.isEmpty ? "" : " as \(instance.path.joined(separator: "/"))"
        let count = instance.count == 1 ? "" : ", \(instance.count) times"
        var lines = ["cascade \(cascade.name)\(place)\(count)"]
        lines.append("  ranks       " + cascade.ranks.map { "\($0.name) \($0.extent)" }.joined(separator: ", "))
        lines.append("  operations  \(operations(cascade.operationCounts))")
        let passes = cascade.ranks.compactMap { rank -> String? in
            let count = cascade.passes(over: rank.name)
            return count > 1 ? "\(rank.name) \(count)" : nil
        }
        lines.append("  passes      " + (passes.isEmpty ? "one over every rank" : passes.joined(separator: ", ")))
        let traffic = cascade.minimumTraffic
        lines.append(
            "  traffic     at least \(ReadableNumber.bytes(traffic.bytes)): \(ReadableNumber.bytes(traffic.readBytes)) read, "
                + "\(ReadableNumber.bytes(traffic.writtenBytes)) written")
        lines.append("  intensity   \(ReadableNumber.plain(cascade.arithmeticIntensity)) flop for each byte of that")
        lines.append("  footprint   \(ReadableNumber.bytes(cascade.liveFootprint.peakBytes)) alive at most, unfused")
        lines.append("  einsums")
        for einsum in cascade.einsums {
            lines.append("    \(einsum.text)")
        }
        return lines
    }

    private static func operations(_ counts: OperationCounts) -> String {
        let kinds = counts.byKind.map { "\(ReadableNumber.grouped($0.count)) \($0.operation.name)" }
        return kinds.isEmpty ? "none" : kinds.joined(separator: ", ")
    }
}
