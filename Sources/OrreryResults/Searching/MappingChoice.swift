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
    /// The mapping file, complete in itself.
    public var text: String

    /// What stands for a mapping file where one is to be searched.
    public static let keyword = "auto"
}
