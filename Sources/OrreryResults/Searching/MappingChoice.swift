import OrreryText

/// How a mapping was found where none was given: what `--mapping auto` tells.
public struct MappingChoice: Hashable, Sendable {
    public var cascade: String
    /// The file and the values that were chosen, such as `fusemax-binding with parameters.P1 = 64`.
    public var name: String
    /// Candidates that were lowered.
    public var considered: Int
    /// Those that the machine can run.
    public var feasible: Int
    /// Those that were simulated.
    public var simulated: Int
    /// The least time that the program could take, in seconds.
    public var boundSeconds: Double
    /// What it takes, in seconds.
    public var seconds: Double
    /// By what fraction of its time another candidate could be faster at most, by the least time of each that was not simulated; 0 where
    /// it is the fastest for sure.
    public var gap: Double
    /// The mapping file, complete in itself.
    public var text: String

    /// What stands for a mapping file where one is to be searched.
    public static let keyword = "auto"

    /// The gap at which a search ends where nothing else is said: 1 %.
    public static let standardGap = 0.01

    /// Reads a gap, `1 %` or 0.01; nil for what is no fraction from 0 on and below 1.
    public static func gap(_ text: String) -> Double? {
        guard let quantity = try? Quantity(parsing: text), quantity.dimension.isDimensionless else { return nil }
        let value = quantity.doubleValue
        return value >= 0 && value < 1 ? value : nil
    }

    /// What was found and how sure it is that nothing is faster, in a line.
    public var summary: String {
        let others =
            gap > 0
            ? "none of them could be more than \(Display.fixed(gap * 100, 2)) % faster" : "none of them is faster"
        return "mapping of \(cascade): \(name): \(ReadableNumber.seconds(seconds)), at least "
            + "\(ReadableNumber.seconds(boundSeconds)); \(considered) considered, \(feasible) feasible, "
            + "\(simulated) simulated: \(others)"
    }
}
