/// The result on one screen: at most 40 lines of 100 columns.
public struct Summary {
    private let result: RunResult
    private let isColoured: Bool
    /// Rows that a table has at most.
    private static let tableRows = 6
    /// Loops whose iterations are told apart.
    private static let loopRows = 3
    private static let width = 100

    /// - Parameter isColoured: for a terminal that shows colours.
    public init(_ result: RunResult, isColoured: Bool = false) {
        self.result = result
        self.isColoured = isColoured
    }

    /// The lines, each with its end.
    public var text: String {
        let sections = [headline, totals, limits, engines, traffic, energy, notes].filter { !$0.isEmpty }
        return sections.joined(separator: [""]).map { "\($0)\n" }.joined()
    }

    private var headline: [String] {
        let inputs = result.inputs
        let name = ([inputs.machine, inputs.workload] + (inputs.mapping.map { [$0] } ?? [])).joined(separator: ", ")
        return [bold("\(name) (\(result.start.rawValue) start)".cut(to: Self.width))]
    }

    /// A line with its name in front.
    private func line(_ name: String, _ text: String) -> String {
        let space = name.count < 12 ? name.padded(to: 12) : "\(name) "
        return bold(space) + text.cut(to: Self.width - space.count)
    }

    private var totals: [String] {
        let cycles = result.latency.cycles.map { "\(Display.grouped($0.value)) \($0.name) cycles" }
        var lines = [line("latency", ([Display.scaled(result.latency.seconds, "s")] + cycles).joined(separator: ", "))]
        lines += iterations
        if !result.stages.isEmpty {
            let longest = result.stages.sorted { $0.seconds > $1.seconds }
            let shown = longest.prefix(4).map {
                "\($0.name) \(Display.percent($0.seconds / result.latency.seconds))"
            }
            let more = longest.count > 4 ? ["\(longest.count - 4) more"] : []
            lines.append(line("stages", (shown + more).joined(separator: ", ")))
        }
        if let energy = result.energy, let power = result.power {
            let parts = [
                Display.scaled(energy.joules, "J"), "dynamic \(Display.scaled(energy.dynamicJoules, "J"))",
                "static \(Display.scaled(energy.staticJoules, "J"))", "\(Display.scaled(power, "W")) on average",
            ]
            lines.append(line("energy", parts.joined(separator: ", ")))
        }
        let operations = result.workload.operations.sorted { $0.value > $1.value }
        if !operations.isEmpty {
            let shown = operations.prefix(3).map { "\(Display.scaled(Double($0.value), "")) \($0.name)" }
            let more = operations.count > 3 ? ["\(operations.count - 3) more kinds"] : []
            lines.append(line("operations", (shown + more).joined(separator: ", ")))
        }
        if let tokens = result.workload.tokens, let rate = result.tokensPerSecond {
            let perJoule = result.tokensPerJoule.map { [Display.scaled($0, "tokens/J")] } ?? []
            let parts = ["\(Display.grouped(tokens))", Display.scaled(rate, "tokens/s")] + perJoule
            lines.append(line("tokens", parts.joined(separator: ", ")))
        }
        if let area = result.squareMetres { lines.append(line("area", "\(Display.fixed(area * 1e6, 2)) mm2")) }
        return lines
    }

    /// The outermost loops that took longest, in the order in which they ran.
    private var iterations: [String] {
        func whole(_ loop: RunResult.Iterations) -> Double {
            Double(loop.runs) * (loop.first + loop.last + (loop.steady ?? 0) * Double(loop.trips - 2))
        }
        let least = result.latency.iterations.map(whole).sorted(by: >).prefix(Self.loopRows).last ?? 0
        return result.latency.iterations.filter { whole($0) >= least }.prefix(Self.loopRows).map { loop in
            let steady = loop.steady.map { ["then \(Display.scaled($0, "s")) each"] } ?? []
            let parts =
                ["first \(Display.scaled(loop.first, "s"))"] + steady + ["last \(Display.scaled(loop.last, "s"))"]
            return line(
                "iterations", "\(Display.grouped(loop.trips)) of \(loop.loop): \(parts.joined(separator: ", "))")
        }
    }

    private var limits: [String] {
        let limiting = result.limiting
        guard let component = limiting.component, let engine = limiting.engine else { return [] }
        let shares = limiting.attribution.prefix(4).filter { $0.share >= 0.001 }.map {
            "\($0.component) \(Display.percent($0.share))"
        }
        var lines = [
            line("limited by", "\(component); the time of \(engine) goes to \(shares.joined(separator: ", "))")
        ]
        let reruns = limiting.counterfactuals.map { (name: $0.component, factor: result.latency.seconds / $0.seconds) }
        let gains = reruns.filter { $0.factor >= 1.005 }.sorted { ($1.factor, $0.name) < ($0.factor, $1.name) }
        let texts = gains.map { "\(Display.times($0.factor)) with a relaxed \($0.name)" }
        let others = reruns.filter { $0.factor < 1.005 }.map { "\($0.name) \(Display.times($0.factor))" }
        let none = others.isEmpty ? [] : ["no gain from relaxing \(others.joined(separator: " or "))"]
        if !reruns.isEmpty { lines.append(line("faster", (texts + none).joined(separator: ", "))) }
        return lines
    }

    private var engines: [String] {
        let families = result.families.filter { $0.first.time != nil && $0.first.role == .engine }
        var table = TextTable()
        table.add(["engine", "busy", "stalled", "idle"])
        for family in families.prefix(Self.tableRows) {
            func share(_ cycles: @escaping (ComponentAccount.Time) -> Int) -> String {
                let mean = family.mean { account in
                    account.time.map { Double(cycles($0)) / Double(max(account.elapsed, 1)) }
                }
                return mean.map(Display.percent) ?? "-"
            }
            table.add([label(family), share { $0.busy.total }, share(\.stalled), share(\.idle)])
        }
        var lines = table.lines
        for (index, family) in families.prefix(Self.tableRows).enumerated() {
            if let stall = mostWaited(family) { lines[index + 1] += "  waits most for \(stall)" }
            lines[index + 1] = lines[index + 1].cut(to: Self.width)
        }
        return families.isEmpty ? [] : heading(lines) + more(families.count) + streams
    }

    /// How fast engines went through streams of accesses.
    private var streams: [String] {
        let engines = result.components.filter { !$0.streamMetrics.isEmpty }
        return engines.prefix(Self.tableRows).map { engine in
            let parts = engine.streamMetrics.map { metric in
                let name = metric.name.split(separator: "_").filter { $0 != "cycles" }.joined(separator: " ")
                switch metric.unit {
                case "count": return "\(Display.grouped(Int(metric.value))) \(name)"
                case "cycles": return "\(name) \(Display.plain(metric.value)) cycles"
                case "1/s": return "\(Display.scaled(metric.value, ""))/s"
                default: return "\(Display.plain(metric.value)) \(name)"
                }
            }
            return line(engine.path, parts.joined(separator: ", "))
        }
    }

    private func mostWaited(_ family: RunResult.Family) -> String? {
        var sums: [String: Int] = [:]
        for stall in family.members.flatMap({ $0.time?.stalls ?? [] }) { sums[stall.name, default: 0] += stall.value }
        return sums.filter { $0.value > 0 }.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    private var traffic: [String] {
        let families = result.families.filter(\.first.isServer)
        if families.isEmpty { return [] }
        var table = TextTable()
        table.add(["memory, link", "read", "written", "achieved", "of peak"])
        for family in families.prefix(Self.tableRows) {
            let rate = family.members.reduce(0) { $0 + $1.bytesPerSecond }
            table.add([
                label(family), Display.bytes(Double(family.sum(\.readBytes))),
                Display.bytes(Double(family.sum(\.writtenBytes))), Display.scaled(rate, "B/s"),
                family.mean(\.achievedFraction).map(Display.percent) ?? "-",
            ])
        }
        return heading(table.lines) + more(families.count) + minimum
    }

    /// Traffic of the memories that hold the workload's inputs and outputs beside the least that it needs.
    private var minimum: [String] {
        guard let least = result.workload.minimumBytes, least > 0, let moved = result.homeBytes else { return [] }
        let homes = result.workload.homes.joined(separator: ", ")
        let factor = Display.times(Double(moved) / Double(least))
        return [
            line(
                "traffic",
                "\(homes) \(Display.bytes(Double(moved))), \(factor) the least of \(Display.bytes(Double(least)))")
        ]
    }

    private var energy: [String] {
        guard let energy = result.energy, energy.joules > 0 else { return [] }
        let names = Dictionary(result.components.map { ($0.path, $0.family) }, uniquingKeysWith: { first, _ in first })
        var sums: [String: Double] = [:]
        for part in energy.components { sums[names[part.path] ?? part.path, default: 0] += part.joules }
        let components = ranked(sums, energy.joules)
        let operators = ranked(
            Dictionary(energy.operators.map { ($0.name, $0.joules) }, uniquingKeysWith: +), energy.joules)
        let rows = max(components.count, operators.count)
        let lines = (0..<rows).map { row in
            let left = row < components.count ? components[row] : ""
            let right = row < operators.count ? operators[row] : ""
            return String((left.padded(to: 48) + "  " + right).trimmingEnd)
        }
        return heading(["energy by component".padded(to: 48) + "  by operator"]) + lines
    }

    /// The greatest values with their shares, and how many others there are.
    private func ranked(_ values: [String: Double], _ whole: Double) -> [String] {
        let rows = 5
        let sorted = values.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var table = TextTable()
        for entry in sorted.prefix(sorted.count > rows ? rows - 1 : rows) {
            table.add([entry.key.cut(to: 20), Display.scaled(entry.value, "J"), Display.percent(entry.value / whole)])
        }
        if sorted.count > rows {
            let rest = sorted.dropFirst(rows - 1).reduce(0) { $0 + $1.value }
            table.add(["\(sorted.count - rows + 1) others", Display.scaled(rest, "J"), Display.percent(rest / whole)])
        }
        return table.lines
    }

    private var notes: [String] {
        var lines: [String] = []
        let folding = result.folding
        let simulated = "\(Display.grouped(folding.simulated)) of \(Display.grouped(folding.iterations)) iterations"
        switch folding.kind {
        case .off: lines.append(line("folding", "off: every cycle simulated"))
        case .none where folding.iterations == 0 && result.components.contains { !$0.streamMetrics.isEmpty }:
            lines.append(
                line("folding", "none: a stream's place in it never recurs, every instruction or access simulated"))
        case .none: lines.append(line("folding", "nothing repeated: every iteration simulated"))
        case .exact: lines.append(line("folding", "\(simulated) simulated, the others repeat them exactly"))
        case .sampled: lines += sampled(simulated)
        }
        if let unpriced = result.energy?.unpriced, !unpriced.isEmpty {
            lines.append(line("no cost", "\(unpriced.count) actions are free: \(unpriced.joined(separator: ", "))"))
        }
        if !result.assumptions.isEmpty {
            lines.append(line("assumptions", "\(result.assumptions.count), listed in the JSON result"))
        }
        return lines
    }

    /// What was estimated, and how far off it may be.
    private func sampled(_ simulated: String) -> [String] {
        guard let sample = result.folding.sample else { return [] }
        let seconds = "\(Display.scaled(sample.seconds, "s")) (\(Self.fine(sample.relative)))"
        let joules = sample.joules.map { ", energy ± \(Display.scaled($0, "J"))" } ?? ""
        var lines = [
            line("sampled", "latency ± \(seconds)\(joules): an estimate, 99 % intervals"),
            line("folding", "\(simulated) simulated, \(Display.grouped(sample.iterations)) estimated from them"),
        ]
        if let tolerance = sample.tolerance, sample.relative > tolerance {
            lines.insert(line("", "wider than the tolerance of \(Self.fine(tolerance)): see --exact"), at: 1)
        }
        return lines
    }

    private static func fine(_ fraction: Double) -> String { "\(Display.fixed(100 * fraction, 3)) %" }

    private func label(_ family: RunResult.Family) -> String {
        let count = family.members.count
        return (count > 1 ? "\(family.name) x\(count)" : family.name).cut(to: 28)
    }

    private func heading(_ lines: [String]) -> [String] { lines.prefix(1).map(bold) + lines.dropFirst() }

    private func more(_ count: Int) -> [String] {
        count > Self.tableRows ? ["(\(count - Self.tableRows) more in the JSON result)"] : []
    }

    private func bold(_ text: String) -> String { isColoured ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
