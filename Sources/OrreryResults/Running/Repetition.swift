import OrrerySimulation
import OrreryText

/// What becomes of time that repeats: all that a run's numbers depend on beside its inputs.
public enum Repetition: Hashable, Sendable {
    /// Every cycle is simulated.
    case simulated
    /// Equal stretches of time are folded; every number is exact.
    case folded
    /// What does not repeat exactly may be estimated as well. The tolerance is the half-width of the 99 % interval of the latency
    /// that is aimed at, as a fraction of it; see `Sampling`.
    case estimated(tolerance: Double)

    /// Estimates to half a percent.
    public static let standard = Repetition.estimated(tolerance: Sampling.standard.tolerance)

    /// Whether equal stretches of time are folded.
    public var folds: Bool { self != .simulated }

    /// Nil where nothing may be estimated.
    public var tolerance: Double? {
        if case .estimated(let tolerance) = self { tolerance } else { nil }
    }

    /// Reads a tolerance, `0.5 %` or 0.005; nil for what is no fraction above 0 and below 1.
    public static func tolerance(_ text: String) -> Double? {
        guard let quantity = try? Quantity(parsing: text), quantity.dimension.isDimensionless else { return nil }
        let value = quantity.value.doubleValue
        return value > 0 && value < 1 ? value : nil
    }

    /// In the hash of what a run depends on.
    var identity: String {
        switch self {
        case .simulated: "unfolded"
        case .folded: "folded"
        case .estimated(let tolerance): "estimated \(tolerance)"
        }
    }
}

extension RunOptions {
    /// `folds` and `sampling` in one.
    public var repetition: Repetition {
        get { folds ? sampling.map { .estimated(tolerance: $0.tolerance) } ?? .folded : .simulated }
        set {
            if newValue == repetition { return }
            folds = newValue.folds
            sampling = newValue.tolerance.map(Sampling.init(tolerance:))
        }
    }
}
