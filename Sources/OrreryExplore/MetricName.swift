import OrreryResults
import OrreryText

/// What can be said of the path of a metric before anything has run.
struct MetricName {
    let path: String

    private var words: [String] { path.split(separator: ".").map(String.init) }

    /// Members of a result at which the path of a metric can begin.
    static let members = [
        "latency", "energy", "area", "workload", "stages", "phases", "engines", "memories", "links", "limiting",
        "folding", "components",
    ]

    /// What lies below those members that have the same in every result.
    private static let below = [
        "latency": ["seconds", "cycles", "iterations"],
        "energy": [
            "joules", "dynamic", "static", "watts", "by_component", "by_operator", "by_action", "static_by_component",
        ],
        "area": ["square_metres", "by_component"],
    ]

    /// Reports a path that no result can have.
    ///
    /// - Parameter derived: the study's own metrics.
    func check(derived: [String], at mark: SourceMark?, path place: String, _ diagnostics: Diagnostics) {
        if derived.contains(path) { return }
        guard let first = words.first, Self.members.contains(first) else {
            diagnostics.error(
                "there is no metric '\(path)'", at: mark, path: place,
                hint: suggestion(for: words.first ?? path, among: derived + Self.members))
            return
        }
        guard let known = Self.below[first] else { return }
        if known.contains(words.dropFirst().first ?? "") { return }
        diagnostics.error(
            "there is no metric '\(path)'", at: mark, path: place,
            hint: suggestion(for: path, among: known.map { "\(first).\($0)" }))
    }

    /// The unit that the name says; without dimension where it says none.
    var dimension: Dimension {
        switch MetricUnit.symbol(of: path) {
        case "s": .seconds
        case "J": .joules
        case "W": .watts
        case "m2": .squareMetres
        case "B/s": .bytesPerSecond
        case "B": .bytes
        default: .dimensionless
        }
    }
}
