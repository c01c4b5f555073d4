/// A reference to follow in a hot path, to an object that its holder keeps alive by another one.
///
/// A class reference in a variable is retained and released around each use, as the call might change the variable: two atomic
/// additions. They were 6.3 % of the time of a core on caches and DRAM (ChampSim's page strides, sampled), and are 2.5 % with peers
/// and without references to one of several objects.
///
/// Invariant, the holder's: the object outlives every use.
public struct Peer<Object: AnyObject> {
    @usableFromInline let reference: Unmanaged<Object>

    @inlinable
    public init(_ object: Object) { reference = Unmanaged.passUnretained(object) }

    /// Lends the object.
    @inlinable @inline(__always)
    public func with<Value>(_ body: (Object) -> Value) -> Value { reference._withUnsafeGuaranteedRef(body) }
}
