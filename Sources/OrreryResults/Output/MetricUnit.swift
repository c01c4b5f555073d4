/// The unit of a metric, by the last word of its path.
package enum MetricUnit {
    /// A share of a whole, from 0 to 1, that people read as per cent.
    package static func isShare(_ metric: String) -> Bool {
        ["utilisation", "stalled", "idle", "achieved_fraction"].contains(lastWord(of: metric))
    }

    /// `s` of `latency.seconds`; `1` for shares and counts, nil where the name does not tell.
    package static func symbol(of metric: String) -> String? {
        if isShare(metric) { return "1" }
        let word = lastWord(of: metric)
        switch word {
        case "latency": return "s"
        case "joules", "dynamic", "static", "energy": return "J"
        case "watts", "power": return "W"
        case "area", "square_metres": return "m2"
        case "bytes_per_second", "peak_bytes_per_second": return "B/s"
        case "bytes": return "B"
        case "tokens", "trips", "runs", "busy", "elapsed": return "1"
        case "tokens_per_second": return "1/s"
        case "tokens_per_joule": return "1/J"
        default: break
        }
        if word.hasSuffix("seconds") { return "s" }
        if word.hasSuffix("_bytes") { return "B" }
        if metric.contains(".actions.") || metric.contains(".counters.") || metric.contains(".operations.") {
            return "1"
        }
        return nil
    }

    private static func lastWord(of metric: String) -> String {
        metric.split(separator: ".").last.map(String.init) ?? metric
    }
}
