import ArgumentParser
import Orrery

/// Whether, and how closely, a run may estimate what does not repeat exactly.
struct SamplingArguments: ParsableArguments {
    @Flag(help: "Refuse to sample: every number is exact, however long that takes.")
    var exact = false

    @Option(
        help: ArgumentHelp(
            "How far off a run may be that does not repeat exactly.",
            discussion: """
                Half-width of the 99 % interval of its latency, such as '0.5 %' (the default) or 0.005. A run of which a part \
                was estimated says so, with the interval that it reached.
                """, valueName: "fraction"))
    var tolerance: String?

    func validate() throws {
        if let tolerance, Self.fraction(tolerance) == nil {
            throw ValidationError(
                "--tolerance takes a fraction above 0 and below 100 %, such as '0.5 %' or 0.005; found '\(tolerance)'.")
        }
        if exact, tolerance != nil { throw ValidationError("--exact leaves nothing to tolerate: drop --tolerance.") }
    }

    func check(noFold: Bool) throws {
        if noFold, tolerance != nil {
            throw ValidationError("--no-fold simulates every cycle and estimates nothing: drop --tolerance.")
        }
    }

    /// Nil where nothing may be estimated.
    var sampling: Sampling? {
        if exact { return nil }
        return tolerance.flatMap(Self.fraction).map(Sampling.init(tolerance:)) ?? .standard
    }

    private static func fraction(_ text: String) -> Double? {
        guard let quantity = try? Quantity(parsing: text), quantity.dimension == .dimensionless else { return nil }
        let value = quantity.value.doubleValue
        return value > 0 && value < 1 ? value : nil
    }
}
