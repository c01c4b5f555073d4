/// A reference to follow in a hot path, to an object that its holder keeps alive by another one.
///
/// A class reference in a variable is retained and released around each use, as the call might change the variable: two atomic
/// additions, 44 instructions. A core's request to a cache with a translation took seven of these pairs, an eighteenth of the time of
/// its run.
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
