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
        if MetricUnit.isShare(path) { return Display.percent(value) }
        switch MetricUnit.symbol(of: path) {
        case "1", nil: return plain(value)
        case "m2": return "\(Display.fixed(value * 1e6, 2)) mm2"
        case "B": return Display.bytes(value)
        case let unit?: return Display.scaled(value, unit)
        }
    }

    /// A number without a unit: `1 892 352`, `0.6646`, `18.92 k`.
    public static func plain(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? grouped(Int(value)) : Display.plain(value)
    }
}
