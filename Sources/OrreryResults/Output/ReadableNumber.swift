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

    /// `1.892 M`
    public static func scaled(_ value: Double) -> String { Display.scaled(value, "") }
}
