import OrrerySimulation

/// Which lines a cache fetches before they are asked for.
public struct PrefetcherConfiguration: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The lines after one that missed or was brought by a prefetch.
        case nextLine = "next-line"
        /// By instruction: the lines that its last stride leads to, once it was seen twice.
        case stride
        /// By region: streams of neighbouring lines in one direction.
        case stream
    }

    public var kind: Kind
    /// Lines that are fetched at a time.
    public var degree: Int
    /// Strides or lines ahead at which the first lies.
    public var distance: Int
    /// Instructions or streams that it knows at a time.
    public var entries: Int
    /// Nothing is fetched beyond the block of this size that the access lies in.
    public var boundary: Int
    /// Prefetches that wait for their look-up; further ones are dropped.
    public var queue: Int

    public init(kind: Kind, degree: Int = 1, distance: Int = 1, entries: Int = 64, boundary: Int = 4096, queue: Int = 8)
    {
        self.kind = kind
        self.degree = degree
        self.distance = distance
        self.entries = entries
        self.boundary = boundary
        self.queue = queue
    }

    func validate(line: Int) throws(ConfigurationError) {
        if boundary < line || boundary & (boundary - 1) != 0 {
            throw ConfigurationError(
                parameter: "prefetcher", "the boundary of \(boundary) B is no power of two of at least a line")
        }
    }
}

/// The tables of a prefetcher. It sees the demand accesses of its cache and names lines.
struct Prefetcher: ~Copyable {
    let configuration: PrefetcherConfiguration
    private let keys: FixedArray<Int>
    private let last: FixedArray<Int>
    private let strides: FixedArray<Int>
    private let confidence: FixedArray<Int>
    private let clock: FixedArray<Int>
    private let lineShift: Int
    private let boundaryShift: Int

    /// Equal strides in a row after which it fetches, and the most that are counted.
    private static let sure = 2
    private static let surest = 3

    init(_ configuration: PrefetcherConfiguration, line: Int) {
        self.configuration = configuration
        keys = FixedArray(repeating: -1, count: configuration.entries)
        last = FixedArray(repeating: 0, count: configuration.entries)
        strides = FixedArray(repeating: 0, count: configuration.entries)
        confidence = FixedArray(repeating: 0, count: configuration.entries)
        clock = FixedArray(repeating: 0, count: configuration.entries + 1)
        lineShift = line.trailingZeroBitCount
        boundaryShift = configuration.boundary.trailingZeroBitCount
    }

    /// Looks at a demand access. - Parameters:
    ///   - site: the instruction that it comes from.
    ///   - isTrigger: it missed, or was the first use of a prefetched line.
    ///   - fetch: called with the address of every line to fetch.
    func observe(_ address: Int, site: Int, isTrigger: Bool, fetch: (Int) -> Void) {
        switch configuration.kind {
        case .nextLine: if isTrigger { name(from: (address >> lineShift) << lineShift, step: 1 << lineShift, fetch) }
        case .stride:
            let entry = entry(of: site, at: address)
            let stride = address - last[entry]
            if stride == 0 { return }
            learn(entry, stride)
            last[entry] = address
            if confidence[entry] >= Self.sure { name(from: address, step: stride, fetch) }
        case .stream:
            let line = address >> lineShift
            let entry = entry(of: address >> boundaryShift, at: line)
            let step = line - last[entry]
            if step == 0 { return }
            learn(entry, step.signum())
            last[entry] = line
            if confidence[entry] >= Self.sure, isTrigger {
                name(from: line << lineShift, step: strides[entry] << lineShift, fetch)
            }
        }
    }

    private func learn(_ entry: Int, _ stride: Int) {
        if strides[entry] == stride {
            confidence[entry] = min(confidence[entry] + 1, Self.surest)
        } else {
            strides[entry] = stride
            confidence[entry] = 1
        }
    }

    /// The entry of a key, the least recently used one where it has none.
    private func entry(of key: Int, at place: Int) -> Int {
        let count = configuration.entries
        clock[count] &+= 1
        var oldest = 0
        for entry in 0..<count {
            if keys[entry] == key {
                clock[entry] = clock[count]
                return entry
            }
            if clock[entry] < clock[oldest] { oldest = entry }
        }
        keys[oldest] = key
        last[oldest] = place
        strides[oldest] = 0
        confidence[oldest] = 0
        clock[oldest] = clock[count]
        return oldest
    }

    /// Names `degree` different lines, `distance` steps on.
    private func name(from address: Int, step: Int, _ fetch: (Int) -> Void) {
        var before = address >> lineShift
        for ahead in configuration.distance..<configuration.distance + configuration.degree {
            let target = address + ahead * step
            if target < 0 || target >> boundaryShift != address >> boundaryShift { return }
            if target >> lineShift != before { fetch((target >> lineShift) << lineShift) }
            before = target >> lineShift
        }
    }
}
