import OrreryText

/// A stream of memory accesses, as data: where it comes from, how long it is, which of it are writes.
///
/// It is part of a program (`Program.accesses`) and says the same for every engine that takes streams. An engine for
/// memories issues the accesses as they are; a core runs them as the loads and stores of a loop, with `work` other
/// instructions behind each.
public struct AccessStream: Hashable, Sendable {
    public enum Source: Hashable, Sendable {
        /// Generated, with a list of numbers for each of the pattern's parameters.
        case pattern(AccessPattern, values: [[Int]])
        case trace(TraceFile)
        /// An Einsum's loops.
        case nest(LoopNest)
    }

    /// Which accesses are writes, in the place of those that the pattern itself makes.
    public enum Writes: Hashable, Sendable {
        case none, all
        /// Access *i* where *i* modulo `period` is `phase`.
        case every(period: Int, phase: Int)
        /// Access *i* where output *i* of splitmix64 with this seed is divisible by `oneIn`.
        case drawn(oneIn: Int, seed: Int)
        /// Access *i* where the first output of splitmix64 with the seed `seed` + *i* is divisible by `oneIn`.
        case drawnAnew(oneIn: Int, seed: Int)

        /// Whether access `index` is a write.
        @inline(__always)
        public func includes(_ index: Int) -> Bool {
            switch self {
            case .none: false
            case .all: true
            case .every(let period, let phase): index % period == phase
            case .drawn(let oneIn, let seed): StreamRandom.output(index, seed: seed) % UInt64(oneIn) == 0
            case .drawnAnew(let oneIn, let seed): StreamRandom.output(0, seed: seed &+ index) % UInt64(oneIn) == 0
            }
        }
    }

    public var source: Source
    /// Bytes of an access where the pattern leaves them open; 0 for the pattern's own.
    public var bytes: Int
    /// Nil for the pattern's own.
    public var writes: Writes?
    /// Every access waits for the one before it: a chain.
    public var isChain: Bool
    /// Instructions that a core runs behind the access of each site (the last number stands for all further sites); nil for the
    /// pattern's own.
    public var work: [Int]?
    /// How many accesses are measured, or instructions where the engine is a core.
    public var count: Int
    /// How many run before them, unmeasured.
    public var warmUp: Int

    public init(
        _ source: Source, bytes: Int = 0, writes: Writes? = nil, isChain: Bool = false, work: [Int]? = nil,
        count: Int, warmUp: Int = 0
    ) {
        self.source = source
        self.bytes = bytes
        self.writes = writes
        self.isChain = isChain
        self.work = work
        self.count = count
        self.warmUp = warmUp
    }

    /// A stream of a pattern whose other parameters have their defaults.
    ///
    /// - Parameter values: by name; a name that the pattern doesn't know traps.
    public init(
        _ pattern: AccessPattern, _ values: KeyValuePairs<String, [Int]>, bytes: Int = 0, writes: Writes? = nil,
        isChain: Bool = false, work: [Int]? = nil, count: Int, warmUp: Int = 0
    ) {
        let known = pattern.parameters
        let size = bytes == 0 ? pattern.accessBytes : bytes
        precondition(values.allSatisfy { entry in known.contains { $0.name == entry.key } }, "an unknown parameter")
        let all = known.map { parameter in
            values.first { $0.key == parameter.name }?.value ?? [parameter.defaultValue(accessBytes: size) ?? 1]
        }
        self.init(
            .pattern(pattern, values: all), bytes: bytes, writes: writes, isChain: isChain, work: work, count: count,
            warmUp: warmUp)
    }

    /// Loops that the program runs around the stream, whose indices the command's first addresses are.
    public var outerLoops: Int { if case .nest(let nest) = source { nest.fixed } else { 0 } }

    /// Accesses (or instructions) in all.
    public var total: Int { warmUp + count }

    /// The numbers of a parameter of the pattern; empty where it has none of that name.
    public func values(_ name: String) -> [Int] {
        guard case .pattern(let pattern, let values) = source,
            let place = pattern.parameters.firstIndex(where: { $0.name == name })
        else { return [] }
        return values[place]
    }

    /// The number of a parameter of the pattern.
    public func value(_ name: String) -> Int { values(name).first ?? 0 }

    /// Bytes of an access.
    public var accessBytes: Int {
        if bytes > 0 { return bytes }
        guard case .pattern(let pattern, _) = source else { return 8 }
        return pattern.accessBytes
    }
}

/// A recorded stream of instructions in the format of ChampSim: 64 bytes each, not compressed.
public struct TraceFile: Hashable, Sendable {
    public var path: String
    /// Instructions at its beginning that are left out.
    public var skip: Int
    /// Whether it begins anew when it ends.
    public var repeats: Bool

    public init(path: String, skip: Int = 0, repeats: Bool = false) {
        self.path = path
        self.skip = skip
        self.repeats = repeats
    }
}

extension AccessStream {
    /// The file of a recorded stream.
    public var tracePath: String? {
        if case .trace(let file) = source { file.path } else { nil }
    }
}
