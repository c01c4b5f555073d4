import ArgumentParser
import Orrery

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Tell what a workload needs, whatever runs it.",
        discussion: """
            For every cascade: ranks, operations by kind, passes over each rank, the least traffic, what is alive at most.

              orrery inspect Workloads/attention-1pass.yaml
              orrery inspect Workloads/attention-3pass.yaml --set M=64Ki

            What one machine makes of it (memory plan, operators, program) is told by orrery lower.
            """)

    @Argument(help: "Workload files.")
    var files: [String]

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Replace a parameter of the workloads; may be repeated.", valueName: "name=value"))
    var settings: [String] = []

    func validate() throws { try Setting.check(settings) }

    func run() throws {
        let diagnostics = Diagnostics()
        let overrides = overrides(diagnostics)
        let workloads = files.map { Workload.load($0, overrides: overrides, diagnostics: diagnostics) }
        for problem in diagnostics.all { Terminal.complain(problem.description) }
        if diagnostics.hasErrors { throw Failure("", .badInput) }
        for workload in workloads.compactMap({ $0 }) { Terminal.print(Self.description(of: workload)) }
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
        lines.append("  intensity   \(ReadableNumber.scaled(cascade.arithmeticIntensity)) flop for each byte of that")
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
