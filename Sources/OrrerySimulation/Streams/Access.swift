/// One access of a stream.
public struct Access: Hashable, Sendable {
    public var address: Int
    public var bytes: Int
    public var isWrite: Bool
    /// Which of the accesses in the code that makes the stream it is, from 0.
    public var site: Int
    /// How many accesses back the one lies whose value this one's address is made of; 0 where it is made of none.
    public var dependence: Int
    /// The last access of an iteration of the code.
    public var endsIteration: Bool
    /// Whether a branch that tests what was loaded is taken; nil where none does.
    public var branch: Bool?

    public init(
        _ address: Int, bytes: Int, isWrite: Bool = false, site: Int = 0, dependence: Int = 0,
        endsIteration: Bool = false, branch: Bool? = nil
    ) {
        self.address = address
        self.bytes = bytes
        self.isWrite = isWrite
        self.site = site
        self.dependence = dependence
        self.endsIteration = endsIteration
        self.branch = branch
    }

    /// The farthest back that a dependence reaches.
    public static let farthestDependence = 63
}
