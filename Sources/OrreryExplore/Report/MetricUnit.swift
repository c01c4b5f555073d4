import OrreryText

/// Units of metrics and settings, as tables and charts name them.
enum MetricUnit {
    /// The unit of a metric by the last word of its path (`s` of `latency.seconds`); `1` for fractions and counts, nil where the
    /// name does not tell.
    static func symbol(of metric: String) -> String? {
        let word = metric.split(separator: ".").last.map(String.init) ?? metric
        switch word {
        case "utilisation", "stalled", "idle", "achieved_fraction": return "1"
        case "latency": return "s"
        case "joules", "dynamic", "static", "energy": return "J"
        case "watts": return "W"
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

    /// What to put behind the name of a setting: `bytes_per_second` for a bandwidth, `number` for what has no unit.
    static func suffix(of dimension: Dimension) -> String {
        switch dimension {
        case .dimensionless: "number"
        case .bytes: "bytes"
        case .seconds: "seconds"
        case .hertz: "hertz"
        case .bytesPerSecond: "bytes_per_second"
        case .joules: "joules"
        case .watts: "watts"
        case .squareMetres: "square_metres"
        case .cycles: "cycles"
        default: String(dimension.canonicalUnit.map { $0.isLetter || $0.isNumber ? $0 : "_" })
        }
    }

    static func symbol(of dimension: Dimension) -> String {
        dimension.isDimensionless ? "1" : dimension.canonicalUnit
    }
}
