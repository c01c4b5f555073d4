import ArgumentParser
import Orrery

/// What a run may skip, and how closely it may estimate what does not repeat exactly.
struct RepetitionArguments: ParsableArguments {
    @Flag(name: .customLong("no-fold"), help: "Simulate every cycle, also where time repeats.")
    var noFold = false

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
        if let tolerance, Repetition.tolerance(tolerance) == nil {
            throw ValidationError(
                "--tolerance takes a fraction above 0 and below 100 %, such as '0.5 %' or 0.005; found '\(tolerance)'.")
        }
        if exact, tolerance != nil { throw ValidationError("--exact leaves nothing to tolerate: drop --tolerance.") }
        if noFold, tolerance != nil {
            throw ValidationError("--no-fold simulates every cycle and estimates nothing: drop --tolerance.")
        }
    }

    var repetition: Repetition {
        if noFold { return .simulated }
        if exact { return .folded }
        return tolerance.flatMap(Repetition.tolerance).map { .estimated(tolerance: $0) } ?? .standard
    }

    /// What gives the same to another command.
    var arguments: [String] {
        (noFold ? ["--no-fold"] : []) + (exact ? ["--exact"] : []) + (tolerance.map { ["--tolerance", $0] } ?? [])
    }
}
