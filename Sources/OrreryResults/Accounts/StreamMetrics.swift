/// What an engine made of a stream of accesses: how fast it went through it, and how long its requests took.
struct StreamMetric: Hashable {
    /// The member of `engines.PATH` in the JSON result.
    var name: String
    var value: Double
    /// As in the CSV table.
    var unit: String
}

extension ComponentAccount {
    /// In a fixed order; empty for engines that run no streams, or did nothing.
    var streamMetrics: [StreamMetric] {
        guard time != nil, let first = actions.first, first.name == "access" || first.name == "instruction",
            elapsed > 0, first.total > 0
        else { return [] }
        let isCore = first.name == "instruction"
        let (count, cycles) = (Double(first.total), Double(elapsed))
        var metrics = [StreamMetric(name: isCore ? "instructions" : "accesses", value: count, unit: "count")]
        if isCore {
            metrics.append(StreamMetric(name: "instructions_per_cycle", value: count / cycles, unit: "1"))
        } else {
            metrics.append(StreamMetric(name: "accesses_per_second", value: count * frequency / cycles, unit: "1/s"))
        }
        for kind in ["read", "write"] {
            guard let done = counter("\(kind)s done"), done > 0, let sum = counter("\(kind) latency cycles") else {
                continue
            }
            metrics.append(
                StreamMetric(name: "mean_\(kind)_latency_cycles", value: Double(sum) / Double(done), unit: "cycles"))
        }
        return metrics
    }

    private func counter(_ name: String) -> Int? { counters.first { $0.name == name }?.value }
}
