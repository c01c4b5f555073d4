import OrreryText

/// A DRAM device, or a rank of them that work as one: a standard with sizes, timing values and currents.
public struct DRAMDevice: Hashable, Sendable {
    public var name: String
    public var standard: DRAMStandard
    /// Period of the command clock, in seconds.
    public var clockPeriod: Rational
    /// Nodes of each level under one node of the level above; 1 for the channel.
    public var sizes: [Int]
    /// Rows of a bank, and accesses (bursts) in a row.
    public var rows: Int
    public var columns: Int
    /// Bytes of an access.
    public var accessBytes: Int
    /// Timing parameters by name, in clocks.
    public var timing: [String: Int]
    public var power: DRAMPower?
    /// Where each number comes from, by name (`timing.nCL`, `rows`).
    public var sources: [String: SourceNote]

    /// Bytes of a channel.
    public var channelBytes: Int { sizes.reduce(1, *) * rows * columns * accessBytes }

    /// Clocks that an expression of the standard gives.
    func clocks(_ expression: Expression) -> Int? {
        let value = try? expression.evaluate { name in self.timing[name].map { Quantity($0) } }
        return value.flatMap { $0.dimension.isDimensionless ? Int(exactly: $0.value.ceiling) : nil }
    }

    /// Whether it gives the timing parameters of a state with less power.
    func has(_ state: DRAMStandard.LowPower?) -> Bool {
        state.map { $0.names.allSatisfy { timing[$0] != nil } } ?? false
    }

    /// The same in ticks, rounded up to a whole one.
    func ticks(_ expression: Expression) -> Int { (clocks(expression) ?? 0) * standard.ticksPerClock }
}

extension DRAMDevice {
    private static let keys: Set = [
        "device", "description", "standard", "tCK", "sizes", "rows", "columns", "access", "timing", "power", "source",
        "status", "sources",
    ]

    /// The device that a file describes; nil after reporting everything that is wrong with it.
    public static func read(_ node: Node, path: String, diagnostics: Diagnostics) -> DRAMDevice? {
        let ours = Diagnostics(limit: .max)
        let device = DRAMDeviceReader(node: node, path: path, diagnostics: ours).read(keys: keys)
        for problem in ours.all { diagnostics.report(problem) }
        for file in ours.files { diagnostics.noteRead(file) }
        return ours.hasErrors ? nil : device
    }
}

private struct DRAMDeviceReader {
    let node: Node
    let path: String
    let diagnostics: Diagnostics

    func read(keys: Set<String>) -> DRAMDevice? {
        guard node.mapping != nil, let name = node["device"]?.string else {
            diagnostics.error("is no DRAM device: it has no 'device: NAME'", at: node.mark, path: path)
            return nil
        }
        node.hasOnly(keys.sorted(), path: path, diagnostics: diagnostics)
        let period = quantity("tCK", .seconds)
        let access = accessBytes()
        let rows = integer(node["rows"], "rows")
        let columns = integer(node["columns"], "columns")
        guard let standardNode = node["standard"],
            let whole = PartFile.resolve(standardNode, path: "\(path).standard", diagnostics: diagnostics),
            let standard = DRAMStandard.read(whole, path: "\(path).standard", diagnostics: diagnostics)
        else {
            if node["standard"] == nil {
                diagnostics.error("names no standard", at: node.mark, path: path, hint: "expected standard: FILE")
            }
            return nil
        }
        var sources: [String: SourceNote] = [:]
        let timing = readTiming(period, standard, &sources)
        var sizes = [1]
        node["sizes"]?.hasOnly(
            Array(standard.levels.dropFirst()), path: "\(path).sizes", diagnostics: diagnostics)
        for level in standard.levels.dropFirst() { sizes.append(integer(node["sizes"]?[level], "sizes.\(level)")) }
        let power = node["power"].flatMap { PartFile.resolve($0, path: "\(path).power", diagnostics: diagnostics) }
            .flatMap { DRAMPower.read($0, path: "\(path).power", inherited: inheritedNote, &sources, diagnostics) }
        let note = inheritedNote
        for key in ["tCK", "rows", "columns", "access", "sizes"] { sources[key] = note }
        if diagnostics.hasErrors { return nil }
        let device = DRAMDevice(
            name: name, standard: standard, clockPeriod: period, sizes: sizes, rows: rows, columns: columns,
            accessBytes: access, timing: timing, power: power, sources: sources)
        DRAMDeviceChecker(device: device, node: node, path: path, diagnostics: diagnostics).check()
        return device
    }

    /// The note that stands for all numbers without one of their own.
    private var inheritedNote: SourceNote? {
        guard node["source"] != nil else { return nil }
        let own = Node(
            .mapping((node.mapping ?? []).filter { $0.key == "source" || $0.key == "status" }), at: node.mark)
        return SourceNote(own, path: path, diagnostics: diagnostics)
    }

    private func quantity(_ key: String, _ dimension: Dimension) -> Rational {
        guard let given = node[key], let text = given.string,
            let value = try? Expression(parsing: text).evaluate({ _ in nil }), value.dimension == dimension,
            value.value > .zero
        else {
            diagnostics.error(
                "'\(key)' is no \(dimension.name)", at: (node[key] ?? node).mark, path: path,
                hint: "expected \(dimension.expectation)")
            return .one
        }
        return value.value
    }

    private func accessBytes() -> Int {
        guard let bytes = quantity("access", .bytes).integer, (1...(1 << 16)).contains(bytes) else {
            diagnostics.error(
                "'access' is no whole number of bytes up to 64 KiB", at: (node["access"] ?? node).mark, path: path)
            return 1
        }
        return bytes
    }

    private func integer(_ given: Node?, _ key: String) -> Int {
        let text = given?.string?.replacing("Ki", with: "")
        let scale = given?.string?.hasSuffix("Ki") == true ? 1024 : 1
        guard let value = text.flatMap({ Int($0) }), (1...(1 << 24)).contains(value) else {
            diagnostics.error(
                "'\(key)' is no whole number from 1 to 2^24", at: (given ?? node).mark, path: path)
            return 1
        }
        return value * scale
    }

    /// Values in clocks; times are divided by the clock and rounded up, and may use `tCK` and parameters above them.
    private func readTiming(
        _ period: Rational, _ standard: DRAMStandard, _ sources: inout [String: SourceNote]
    ) -> [String: Int] {
        var result: [String: Int] = [:]
        for entry in node["timing"]?.mapping ?? [] {
            let own = "\(path).timing.\(entry.key)"
            var value = entry.value
            sources["timing.\(entry.key)"] = inheritedNote
            if value.mapping != nil, let inner = value["value"] {
                sources["timing.\(entry.key)"] = SourceNote(
                    value, ignoring: ["value"], path: own, diagnostics: diagnostics)
                value = inner
            }
            guard let expression = Expression(value, path: own, diagnostics: diagnostics) else { continue }
            do {
                let quantity = try expression.evaluate(known: result.keys.sorted() + ["tCK"]) { name in
                    name == "tCK" ? Quantity(period, .seconds) : result[name].map { Quantity($0) }
                }
                let clocks = quantity.dimension == .seconds ? quantity.value.divided(by: period) : quantity.value
                guard quantity.dimension == .seconds || quantity.dimension.isDimensionless,
                    let clocks, let whole = Int(exactly: clocks.ceiling), (0..<(1 << 40)).contains(whole)
                else {
                    diagnostics.error("\(quantity) is no number of clocks and no time", at: value.mark, path: own)
                    continue
                }
                result[entry.key] = whole
            } catch {
                diagnostics.report(error.diagnostic(path: own))
            }
        }
        return result
    }
}
