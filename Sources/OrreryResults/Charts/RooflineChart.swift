import Glibc

/// Operations a second over operations for each byte of the memories that hold inputs and outputs, both logarithmic, below
/// the memories' peak bandwidth and the engines' own pace while they are busy.
struct RooflineChart {
    private struct Dot {
        var name: String
        var intensity: Double
        var rate: Double
    }

    private var dots: [Dot] = []
    private let bandwidth: Double
    private let pace: Double?

    /// Nil where the workload counts no operations, or nothing tells which memories count.
    init?(_ result: RunResult) {
        let homes = result.components.filter { result.workload.homes.contains($0.path) }
        let bandwidth = homes.reduce(0) { $0 + ($1.peakBytesPerSecond ?? 0) }
        let seconds = result.latency.seconds
        let operations = result.workload.operations.reduce(0) { $0 + $1.value }
        guard bandwidth > 0, seconds > 0, operations > 0, let bytes = result.homeBytes, bytes > 0 else { return nil }
        self.bandwidth = bandwidth
        let kinds = Set(result.workload.operations.map(\.name))
        let engines = result.components.filter { $0.time != nil }
        var pace = 0.0
        for engine in engines {
            let done = engine.actions.filter { kinds.contains($0.name) }.reduce(0) { $0 + $1.total }
            let busy = Double(engine.time?.busy.total ?? 0) / engine.frequency
            if done > 0, busy > 0 { pace += Double(done) / busy }
        }
        self.pace = pace > 0 ? pace : nil
        dots = [
            Dot(name: "whole run", intensity: Double(operations) / Double(bytes), rate: Double(operations) / seconds)
        ]
        for (index, name) in result.operators.enumerated() {
            let done = engines.flatMap(\.actions).filter { kinds.contains($0.name) }
                .reduce(0) { $0 + $1.byOperator[index] }
            let moved = homes.flatMap(\.bytes).reduce(0) { $0 + $1.byOperator[index] }
            guard done > 0, moved > 0 else { continue }
            dots.append(Dot(name: name, intensity: Double(done) / Double(moved), rate: Double(done) / seconds))
        }
    }

    var markup: String {
        let ridge = (pace ?? dots[0].rate) / bandwidth
        let intensities = dots.map(\.intensity) + [ridge]
        let rates = dots.map(\.rate) + (pace.map { [$0] } ?? [])
        let low = (floor(log10(intensities.min() ?? 1)) - 0.5, floor(log10(rates.min() ?? 1)) - 0.2)
        let high = (ceil(log10(intensities.max() ?? 1)) + 0.5, ceil(log10(rates.max() ?? 1)) + 0.3)
        let (left, right, top, bottom) = (90.0, 840.0, 10.0, 320.0)
        func x(_ value: Double) -> Double { left + (right - left) * (log10(value) - low.0) / (high.0 - low.0) }
        func y(_ value: Double) -> Double { bottom - (bottom - top) * (log10(value) - low.1) / (high.1 - low.1) }
        var svg = SVG(width: 860, height: 370, title: "Roofline")
        for decade in Int(ceil(low.0))...Int(floor(high.0)) {
            let place = x(pow(10, Double(decade)))
            svg.polyline([(place, top), (place, bottom)], style: "grid")
            svg.text(Display.scaled(pow(10, Double(decade)), "", digits: 1), place, bottom + 16, anchor: .middle)
        }
        for decade in Int(ceil(low.1))...Int(floor(high.1)) {
            let place = y(pow(10, Double(decade)))
            svg.polyline([(left, place), (right, place)], style: "grid")
            svg.text(Display.scaled(pow(10, Double(decade)), "op/s", digits: 1), left - 6, place + 4, anchor: .end)
        }
        let ceiling = pace ?? pow(10, high.1)
        let start = max(pow(10, low.0), pow(10, low.1) / bandwidth)
        let bend = min(ceiling / bandwidth, pow(10, high.0))
        var roof = [(x: x(start), y: y(start * bandwidth)), (x: x(bend), y: y(bend * bandwidth))]
        if pace != nil { roof.append((x: right, y: y(ceiling))) }
        svg.polyline(roof, style: "roof")
        svg.text(Display.scaled(bandwidth, "B/s"), x(start) + 24, y(start * bandwidth) + 6)
        if let pace {
            svg.text("engines while busy: \(Display.scaled(pace, "op/s"))", right, y(pace) - 6, anchor: .end)
        }
        for (rank, dot) in dots.enumerated() {
            let tip = "\(dot.name): \(Display.scaled(dot.rate, "op/s")), \(Display.scaled(dot.intensity, "op/B"))"
            svg.circle(x(dot.intensity), y(dot.rate), rank == 0 ? 6 : 4, style: Palette.style(rank), tip: tip)
            svg.text(dot.name.cut(to: 20), x(dot.intensity) + 9, y(dot.rate) + 16)
        }
        svg.text("operations for each byte", (left + right) / 2, 360, anchor: .middle)
        return svg.markup
    }
}
