/// Numbers as the summary prints them, for others that print.
public enum ReadableNumber {
    /// `1.209 us`
    public static func seconds(_ value: Double) -> String { Display.scaled(value, "s") }

    /// `12.35 mJ`
    public static func joules(_ value: Double) -> String { Display.scaled(value, "J") }

    /// `16 MiB`, `6.250 KiB`
    public static func bytes(_ value: Int) -> String { Display.bytes(Double(value)) }

    /// `1 892 352`
    public static func grouped(_ value: Int) -> String { Display.grouped(value) }

    /// A number of things: `1 point`, `2 points`.
    public static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// The value of a metric with its unit, by the last word of the metric's path: `7.404 s` for `latency.seconds`, `99.1 %` for
    /// `engines.array2d.utilisation`.
    public static func metric(_ value: Double, of path: String) -> String {
        let word = path.split(separator: ".").last.map(String.init) ?? path
        switch word {
        case "utilisation", "stalled", "idle", "achieved_fraction": return Display.percent(value)
        case "joules", "dynamic", "static", "energy": return joules(value)
        case "watts": return Display.scaled(value, "W")
        case "latency": return seconds(value)
        case "area", "square_metres": return "\(Display.fixed(value * 1e6, 2)) mm2"
        case "bytes_per_second": return Display.scaled(value, "B/s")
        default: break
        }
        if word.hasSuffix("seconds") { return seconds(value) }
        if word.hasSuffix("_bytes") { return Display.bytes(value) }
        if value == value.rounded(), abs(value) < 1e15 { return grouped(Int(value)) }
        return Display.scaled(value, "")
    }

    /// `1.892 M`
    public static func scaled(_ value: Double) -> String { Display.scaled(value, "") }
}
