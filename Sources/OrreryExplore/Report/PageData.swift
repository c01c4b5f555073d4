import Foundation
import OrreryResults
import OrreryText

/// A study as its page's script reads it: columns of small binary numbers in base 64, about a hundred bytes a point.
///
/// `u1` and `u2` are unsigned numbers of one and two bytes, little-endian; `f4` are floats of four, NaN where a point has no
/// value. Shares are in 1/250 (`u1`) or 1/50000 (`u2`), so that a whole is a number without a rest.
struct PageData {
    private let run: StudyRun
    private let tradeoff: Tradeoff
    private let breakdowns: [PointBreakdown?]

    /// Shares of the latency that are kept for each point.
    private static let mostLimits = 3
    private static let byteShare = 250.0
    private static let wordShare = 50000.0

    init(_ run: StudyRun, _ tradeoff: Tradeoff) {
        self.run = run
        self.tradeoff = tradeoff
        breakdowns = run.points.indices.map { run.breakdown(ofPoint: $0) }
    }

    /// The value as JSON that may stand in a script element.
    var text: String { json.text().replacing("<", with: "\\u003c") }

    private var json: JSONValue {
        [
            "study": .string(run.study.name), "count": .integer(run.points.count), "axes": .array(axes),
            "metrics": .array(metrics), "front": Self.list(tradeoff.front),
            "knee": tradeoff.knee.map { .integer($0) } ?? .null, "failures": failures, "limiting": limiting,
            "energy": energy, "engines": engines, "memories": memories, "roofline": roofline,
        ]
    }

    private static func list(_ numbers: [Int]) -> JSONValue { .array(numbers.map { .integer($0) }) }

    // MARK: Columns

    private static func floats(_ values: some Sequence<Double?>) -> JSONValue {
        var bytes = Data()
        for value in values { bytes.append(littleEndian: Float(value ?? .nan).bitPattern) }
        return ["f4": .string(bytes.base64EncodedString())]
    }

    private static func codes(_ values: [Int], below limit: Int) -> JSONValue {
        if limit <= 1 << 8 { return ["u1": .string(Data(values.map { UInt8($0) }).base64EncodedString())] }
        if limit > 1 << 16 { return floats(values.map { Double($0) }) }
        var bytes = Data()
        for value in values { bytes.append(littleEndian: UInt16(value)) }
        return ["u2": .string(bytes.base64EncodedString())]
    }

    private static func shares(_ values: [Double], of whole: Double) -> JSONValue {
        let codes = values.map { Int((min(max($0, 0), 1) * whole).rounded()) }
        return self.codes(codes, below: Int(whole) + 1)
    }

    private var axes: [JSONValue] {
        run.study.axes.indices.map { place in
            var labels: [String] = []
            var codes: [String: Int] = [:]
            let values = run.points.map { point -> Int in
                let label = point.labels[place]
                if let code = codes[label] { return code }
                codes[label] = labels.count
                labels.append(label)
                return labels.count - 1
            }
            var members: [JSONValue.Member] = [
                .init("name", .string(run.study.axes[place].name)), .init("labels", .array(labels.map { .string($0) })),
                .init("codes", Self.codes(values, below: labels.count)),
            ]
            if let numbers = numbers(of: place, labels, codes) {
                members += [
                    .init("numbers", .array(numbers.values.map { .number($0) })), .init("unit", .string(numbers.unit)),
                ]
            }
            return .object(members)
        }
    }

    /// What labels are as numbers, where each stands for one setting that is a positive number of one dimension.
    private func numbers(of place: Int, _ labels: [String], _ codes: [String: Int]) -> (values: [Double], unit: String)?
    {
        let name = run.study.axes[place].name
        let values = run.study.axes[place].values
        guard values.allSatisfy({ $0.settings.count == 1 }), let path = values.first?.settings.first?.path,
            values.allSatisfy({ $0.settings.first?.path == path })
        else { return nil }
        var result = [Double](repeating: .nan, count: labels.count)
        var units: Set<String> = []
        for point in run.points {
            guard let code = codes[point.labels[place]], result[code].isNaN else { continue }
            guard let quantity = point.quantity(path) ?? point.quantity(name), quantity.doubleValue > 0 else {
                return nil
            }
            result[code] = quantity.doubleValue
            units.insert(quantity.dimension.isDimensionless ? "" : quantity.dimension.canonicalUnit)
        }
        guard units.count == 1, let unit = units.first, labels.count > 1 else { return nil }
        return (result, unit)
    }

    private var metrics: [JSONValue] {
        run.study.shownMetrics.map { name in
            let objective = run.study.objectives.first { $0.metric == name }
            let unit = MetricUnit.isShare(name) ? "%" : MetricUnit.symbol(of: name) ?? ""
            return .object([
                .init("name", .string(name)), .init("unit", .string(unit)),
                .init("direction", objective.map { .string($0.direction.rawValue) } ?? .null),
                .init("values", Self.floats(run.points.indices.map { run.metric(name, ofPoint: $0) })),
            ])
        }
    }

    private var failures: JSONValue {
        var messages: [String] = []
        var places: [String: Int] = [:]
        var entries: [JSONValue] = []
        for (index, answer) in run.answers.enumerated() {
            guard case .failure(let message, _)? = answer else { continue }
            if places[message] == nil {
                places[message] = messages.count
                messages.append(message)
            }
            entries.append(Self.list([index, places[message] ?? 0]))
        }
        return ["messages": .array(messages.map { .string($0) }), "points": .array(entries)]
    }

    // MARK: Breakdowns

    private func names(_ parts: (PointBreakdown) -> [String]) -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for breakdown in breakdowns {
            for name in breakdown.map(parts) ?? [] where seen.insert(name).inserted { names.append(name) }
        }
        return names
    }

    /// The greatest shares of each point, by rank: a component's number from 1 (0: none) and its share.
    private var limiting: JSONValue {
        let names = names { $0.limiting.map(\.name) }
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0 + 1) })
        let ranks = (0..<Self.mostLimits).map { rank -> JSONValue in
            let parts = breakdowns.map { $0.flatMap { rank < $0.limiting.count ? $0.limiting[rank] : nil } }
            return [
                "who": Self.codes(parts.map { $0.flatMap { places[$0.name] } ?? 0 }, below: names.count + 1),
                "share": Self.shares(parts.map { $0?.value ?? 0 }, of: Self.byteShare),
            ]
        }
        return ["names": .array(names.map { .string($0) }), "ranks": .array(ranks)]
    }

    private var energy: JSONValue {
        let names = names { $0.energy.filter { $0.value > 0 }.map(\.name) }
        let totals = breakdowns.map { $0.map { $0.energy.reduce(0) { $0 + $1.value } } }
        let parts = names.map { name in
            let shares = zip(breakdowns, totals).map { breakdown, total -> Double in
                guard let breakdown, let total, total > 0 else { return 0 }
                return breakdown.energy.filter { $0.name == name }.reduce(0) { $0 + $1.value } / total
            }
            return Self.shares(shares, of: Self.wordShare)
        }
        return ["names": .array(names.map { .string($0) }), "total": Self.floats(totals), "shares": .array(parts)]
    }

    private var engines: JSONValue {
        let names = names { $0.engines.map(\.name) }
        func column(_ name: String, _ value: (PointBreakdown.Engine) -> Double) -> JSONValue {
            Self.shares(
                breakdowns.map { $0?.engines.first { $0.name == name }.map(value) ?? 0 }, of: Self.byteShare)
        }
        return [
            "names": .array(names.map { .string($0) }), "busy": .array(names.map { column($0, \.busy) }),
            "stalled": .array(names.map { column($0, \.stalled) }),
        ]
    }

    private var memories: JSONValue {
        let names = names { $0.memories.filter { $0.achieved != nil }.map(\.name) }
        let columns = names.map { name in
            Self.shares(
                breakdowns.map { $0?.memories.first { $0.name == name }?.achieved ?? 0 }, of: Self.byteShare)
        }
        return ["names": .array(names.map { .string($0) }), "achieved": .array(columns)]
    }

    private var roofline: JSONValue {
        [
            "operations": Self.floats(breakdowns.map { $0?.operations }),
            "bytes": Self.floats(breakdowns.map { $0?.movedBytes }),
            "seconds": Self.floats(breakdowns.map { $0?.seconds }),
            "peak": Self.floats(breakdowns.map { $0?.homePeak }), "pace": Self.floats(breakdowns.map { $0?.pace }),
        ]
    }
}

extension Data {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}
