extension ResultDifference {
    /// Rows of a section unless all are asked for.
    private static let rows = 8

    /// The difference as a table for each section.
    ///
    /// - Parameter isComplete: every number that differs, and not only the greatest changes of the main sections.
    public func text(isComplete: Bool = false) -> String {
        var blocks: [[String]] = []
        if !inputs.isEmpty { blocks.append(["inputs"] + inputs.map { "  \($0)" }) }
        if !estimates.isEmpty { blocks.append(estimates) }
        var omitted = 0
        for section in sections {
            if section.isDetail, !isComplete {
                omitted += section.changes.count
                continue
            }
            let shown = isComplete ? section.changes[...] : section.changes.prefix(Self.rows)
            omitted += section.changes.count - shown.count
            var table = TextTable()
            table.add([section.title, "first", "second", "change"])
            for change in shown {
                table.add([
                    "  \(change.name.cut(to: 60))", Self.text(change.before, section.unit),
                    Self.text(change.after, section.unit), Self.text(change, section.unit),
                ])
            }
            blocks.append(table.lines)
        }
        if omitted > 0 {
            blocks.append(["\(omitted) more numbers differ; --all lists them"])
        } else if isEmpty {
            blocks.append(["the results are the same"])
        }
        return blocks.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private static func text(_ value: Double?, _ unit: Unit) -> String {
        guard let value else { return "-" }
        switch unit {
        case .seconds: return Display.scaled(value, "s")
        case .joules: return Display.scaled(value, "J")
        case .bytes: return Display.bytes(value)
        case .fraction: return Display.percent(value)
        case .plain:
            let isWhole = value == value.rounded() && abs(value) < 1e15
            return isWhole ? Display.grouped(Int(value)) : Display.scaled(value, "")
        }
    }

    /// `-12.3 %`, from three times on `x3.42`; shares as points.
    private static func text(_ change: Change, _ unit: Unit) -> String {
        guard let before = change.before, let after = change.after else { return change.before == nil ? "new" : "gone" }
        let sign = after > before ? "+" : "-"
        if unit == .fraction { return "\(sign)\(Display.fixed(100 * change.distance, 1)) points" }
        guard before != 0 else { return "from 0" }
        let factor = after / before
        if factor >= 3 { return "x\(Display.fixed(factor, 2))" }
        let percent = 100 * change.distance / abs(before)
        return percent < 0.05 ? "< \(sign)0.1 %" : "\(sign)\(Display.fixed(percent, 1)) %"
    }
}
