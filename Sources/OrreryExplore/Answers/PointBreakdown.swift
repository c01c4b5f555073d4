import OrreryText

/// Where the time and the energy of a point went: the few numbers of a result that reports, `study why` and `study diff` need.
public struct PointBreakdown: Hashable, Sendable {
    /// A share or an amount by the name of a component.
    public struct Part: Hashable, Sendable {
        public var name: String
        public var value: Double

        init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// Fractions of the run.
    public struct Engine: Hashable, Sendable {
        public var name: String
        public var busy: Double
        public var stalled: Double
        public var idle: Double
    }

    public struct Memory: Hashable, Sendable {
        public var name: String
        public var bytes: Double
        /// Bytes a second at most; nil where the result has none.
        public var peak: Double?
        /// Of the peak.
        public var achieved: Double?
    }

    public var seconds: Double
    /// Shares of the latency that components answer for, the greatest first.
    public var limiting: [Part]
    /// Joules by component.
    public var energy: [Part]
    /// Square metres by component.
    public var area: [Part]
    public var engines: [Engine]
    /// Memories and links.
    public var memories: [Memory]
    /// Operations of the workload, a multiply-accumulate being one.
    public var operations: Double
    /// Bytes that the memories which hold inputs and outputs moved; nil where none is known.
    public var movedBytes: Double?
    /// Operations a second of the engines while they are busy, together; nil where none is known.
    public var pace: Double?

    /// Bytes a second of the memories that hold inputs and outputs: those that moved as much as is known of them.
    public var homePeak: Double? {
        guard let movedBytes, movedBytes > 0 else { return nil }
        let known = memories.filter { $0.peak != nil && $0.bytes > 0 }
        return (known.first { $0.bytes == movedBytes } ?? known.max { $0.bytes < $1.bytes && $1.bytes <= movedBytes })?
            .peak
    }
}

extension PointBreakdown {
    /// Reads a whole result of `orrery run`; nil for anything else.
    init?(result: JSONValue) {
        guard let seconds = result["latency"]?["seconds"]?.double, let components = result["components"]?.object else {
            return nil
        }
        self.seconds = seconds
        limiting = Self.parts(result["limiting"]?["attribution"])
        energy = Self.parts(result["energy"]?["by_component"])
        area = Self.parts(result["area"]?["by_component"])
        engines = (result["engines"]?.object ?? []).map { member in
            func share(_ key: String) -> Double { Self.mean(member.value[key]) ?? 0 }
            return Engine(
                name: member.key, busy: share("utilisation"), stalled: share("stalled"), idle: share("idle"))
        }
        memories = ["memories", "links"].flatMap { result[$0]?.object ?? [] }.map { member in
            Memory(
                name: member.key, bytes: Self.sum(member.value["bytes"]) ?? 0,
                peak: Self.sum(member.value["peak_bytes_per_second"]),
                achieved: Self.mean(member.value["achieved_fraction"]))
        }
        let kinds = result["workload"]?["operations"]?.object ?? []
        operations = kinds.reduce(0) { $0 + ($1.value.double ?? 0) }
        movedBytes = result["workload"]?["moved_bytes"]?.double
        pace = nil
        let names = Set(kinds.map(\.key))
        var sum = 0.0
        for component in components.map(\.value) {
            guard let busy = Self.sum(component["busy"]), busy > 0, let elapsed = Self.mean(component["elapsed"])
            else { continue }
            let actions = (component["actions"]?.object ?? []).filter { names.contains($0.key) }
            let done = actions.reduce(0) { $0 + (Self.sum($1.value) ?? 0) }
            let instances = component["instances"]?.double ?? 1
            if elapsed > 0, seconds > 0 { sum += done / (busy / instances / elapsed * seconds) }
        }
        if sum > 0 { pace = sum }
    }

    private static func parts(_ value: JSONValue?) -> [Part] {
        (value?.object ?? []).compactMap { member in member.value.double.map { Part(member.key, $0) } }
    }

    /// Of instances together the sum.
    private static func sum(_ value: JSONValue?) -> Double? { value.flatMap { $0.double ?? $0["sum"]?.double } }

    private static func mean(_ value: JSONValue?) -> Double? { value.flatMap { $0.double ?? $0["mean"]?.double } }
}

extension PointBreakdown {
    /// The form in which a study keeps it; parts that are zero are left out.
    var json: JSONValue {
        func object(_ parts: [Part]) -> JSONValue {
            .object(parts.filter { $0.value != 0 }.map { .init($0.name, .number($0.value)) })
        }
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        return [
            "seconds": .number(seconds), "limiting": object(limiting), "joules": object(energy),
            "square_metres": object(area),
            "engines": .object(
                engines.map { .init($0.name, [.number($0.busy), .number($0.stalled), .number($0.idle)]) }),
            "memories": .object(
                memories.map { .init($0.name, [.number($0.bytes), number($0.peak), number($0.achieved)]) }),
            "operations": .number(operations), "moved_bytes": number(movedBytes),
            "operations_per_busy_second": number(pace),
        ]
    }

    /// Reads what ``json`` gives; nil for anything else.
    init?(kept json: JSONValue) {
        guard let seconds = json["seconds"]?.double, let operations = json["operations"]?.double else { return nil }
        self.seconds = seconds
        self.operations = operations
        limiting = Self.parts(json["limiting"])
        energy = Self.parts(json["joules"])
        area = Self.parts(json["square_metres"])
        engines = (json["engines"]?.object ?? []).compactMap { member in
            let shares = (member.value.array ?? []).compactMap(\.double)
            return shares.count == 3
                ? Engine(name: member.key, busy: shares[0], stalled: shares[1], idle: shares[2]) : nil
        }
        memories = (json["memories"]?.object ?? []).compactMap { member in
            guard let cells = member.value.array, cells.count == 3, let bytes = cells[0].double else { return nil }
            return Memory(name: member.key, bytes: bytes, peak: cells[1].double, achieved: cells[2].double)
        }
        movedBytes = json["moved_bytes"]?.double
        pace = json["operations_per_busy_second"]?.double
    }
}

extension StudyRun {
    /// The member of a recorded point that holds its breakdown.
    static let breakdownKey = "breakdown"

    /// Where the time and the energy of a point went; nil where the point failed or nothing but metrics is known of it.
    public func breakdown(ofPoint index: Int) -> PointBreakdown? {
        guard answers.indices.contains(index), case .result(let json)? = answers[index] else { return nil }
        if let kept = json[Self.breakdownKey] { return PointBreakdown(kept: kept) }
        return PointBreakdown(result: json)
    }
}
