import OrreryText

/// `base + step × (draw mod span / step)`.
final class RandomGenerator: AccessGenerator {
    private let (base, step, bytes): (Int, Int, Int)
    private let places: UInt64
    private var random: StreamRandom

    override init(_ stream: AccessStream) {
        (base, step, bytes) = (stream.value("base"), stream.value("step"), stream.accessBytes)
        places = UInt64(max(1, stream.value("span") / step))
        random = StreamRandom(seed: stream.value("seed"))
        super.init(stream)
    }

    override func generate() -> Access {
        Access(base &+ step &* Int(random.next() % places), bytes: bytes, endsIteration: true)
    }
}

/// GUPS: an element that is drawn is read and then written.
final class UpdateGenerator: AccessGenerator {
    private let (base, step): (Int, Int)
    private let places: UInt64
    private var random: StreamRandom
    private var address = 0
    private var isWrite = false

    override init(_ stream: AccessStream) {
        (base, step) = (stream.value("base"), stream.value("step"))
        places = UInt64(max(1, stream.value("span") / step))
        random = StreamRandom(seed: stream.value("seed"))
        super.init(stream)
    }

    override func generate() -> Access {
        defer { isWrite.toggle() }
        if isWrite { return Access(address, bytes: step, isWrite: true, site: 1, endsIteration: true) }
        address = base &+ step &* Int(random.next() % places)
        return Access(address, bytes: step)
    }
}

/// An index is read, in order, and then the element that it names.
final class GatherGenerator: AccessGenerator {
    private let (base, indexBytes, indices, data, step): (Int, Int, Int, Int, Int)
    private let elements: UInt64
    private let isSkewed: Bool
    private var random: StreamRandom
    private var place = 0
    private var readsIndex = true

    override init(_ stream: AccessStream) {
        (base, indexBytes) = (stream.value("base"), stream.value("index_bytes"))
        (indices, data, step) = (stream.value("indices"), stream.value("data"), stream.value("step"))
        elements = UInt64(stream.value("elements"))
        isSkewed = stream.value("skewed") == 1
        random = StreamRandom(seed: stream.value("seed"))
        super.init(stream)
    }

    override func generate() -> Access {
        defer { readsIndex.toggle() }
        if readsIndex {
            let address = base &+ indexBytes &* place
            place = place &+ 1 == indices ? 0 : place &+ 1
            return Access(address, bytes: indexBytes)
        }
        let element = random.element(of: elements, isSkewed: isSkewed)
        return Access(data &+ step &* element, bytes: min(step, 8), site: 1, dependence: 1, endsIteration: true)
    }
}

extension StreamRandom {
    /// A number below `count`; skewed, the AND of both halves of a draw, for which the count is a power of two.
    @inline(__always)
    mutating func element(of count: UInt64, isSkewed: Bool) -> Int {
        let draw = next()
        if isSkewed {
            let mask = count &- 1
            return Int((draw & mask) & ((draw >> 32) & mask))
        }
        return Int(draw % count)
    }
}

/// Samples of an embedding layer: for every table, `lookups` times an index is read, in order, and the row that it names, line by
/// line; then the sum is written.
///
/// Source: the sparse-length-sum of DLRM (Naumov et al., arXiv 1906.00091).
final class EmbeddingGenerator: AccessGenerator {
    private let (base, indexBytes, data, tables, rowBytes): (Int, Int, Int, Int, Int)
    private let (lookups, sums, line): (Int, Int, Int)
    private let rows: UInt64
    private let isSkewed: Bool
    private var random: StreamRandom
    private var (table, lookup, index, sum) = (0, 0, 0, 0)
    private var row = 0
    /// Byte of the row, or of the sum, that comes next; -1 before the index.
    private var offset = -1

    override init(_ stream: AccessStream) {
        (base, indexBytes, data) = (stream.value("base"), stream.value("index_bytes"), stream.value("data"))
        (tables, rowBytes, lookups) = (stream.value("tables"), stream.value("row"), stream.value("lookups"))
        (sums, line) = (stream.value("sums"), stream.accessBytes)
        rows = UInt64(stream.value("rows"))
        isSkewed = stream.value("skewed") == 1
        random = StreamRandom(seed: stream.value("seed"))
        super.init(stream)
    }

    override func generate() -> Access {
        if lookup == lookups { return writeSum() }
        if offset < 0 {
            offset = 0
            let element = random.element(of: rows, isSkewed: isSkewed)
            row = data &+ rowBytes &* (Int(rows) &* table &+ element)
            defer { index = (index &+ 1) & (1 << 26 &- 1) }
            return Access(base &+ indexBytes &* index, bytes: indexBytes)
        }
        let bytes = min(line, rowBytes &- offset)
        let access = Access(
            row &+ offset, bytes: bytes, site: 1, dependence: min(1 &+ offset / line, Access.farthestDependence),
            endsIteration: offset &+ bytes == rowBytes)
        offset &+= bytes
        if offset == rowBytes {
            offset = -1
            lookup &+= 1
        }
        return access
    }

    private func writeSum() -> Access {
        offset = max(offset, 0)
        let bytes = min(line, rowBytes &- offset)
        let access = Access(
            sums &+ rowBytes &* sum &+ offset, bytes: bytes, isWrite: true, site: 2, endsIteration: true)
        offset &+= bytes
        if offset == rowBytes {
            (offset, lookup) = (-1, 0)
            sum = (sum &+ 1) & 0xFFFF
            table = table &+ 1 == tables ? 0 : table &+ 1
        }
        return access
    }
}

/// Of `cold_every` accesses one takes the next of the cold lines, the others draw a hot element.
final class HotColdGenerator: AccessGenerator {
    private let (base, data, line, bytes): (Int, Int, Int, Int)
    private let (hot, cold, mask, shift): (UInt64, Int, UInt64, UInt64)
    private var random: StreamRandom
    private var next = 0

    override init(_ stream: AccessStream) {
        (base, data, line) = (stream.value("base"), stream.value("data"), stream.value("line"))
        bytes = stream.accessBytes
        let every = stream.value("cold_every")
        (hot, cold) = (UInt64(stream.value("hot")), stream.value("cold"))
        (mask, shift) = (UInt64(every - 1), UInt64(every.trailingZeroBitCount))
        random = StreamRandom(seed: stream.value("seed"))
        super.init(stream)
    }

    override func generate() -> Access {
        let draw = random.next()
        if draw & mask != 0 {
            return Access(base &+ bytes &* Int((draw >> shift) % hot), bytes: bytes, endsIteration: true)
        }
        defer { next = next &+ 1 == cold ? 0 : next &+ 1 }
        return Access(data &+ line &* next, bytes: bytes, site: 1, endsIteration: true)
    }
}

/// A walk along a cycle through all nodes: each node holds the address of the next.
///
/// Source: Sattolo, "An algorithm to generate a random cyclic permutation", 1986: for *k* from *n* − 1 to 1, swap *k* and a draw
/// modulo *k*.
final class ChaseGenerator: AccessGenerator {
    private let (base, stride, bytes): (Int, Int, Int)
    private let successors: FixedArray<Int32>
    private var node = 0

    override init(_ stream: AccessStream) {
        (base, stride, bytes) = (stream.value("base"), stream.value("stride"), stream.accessBytes)
        let nodes = stream.value("nodes")
        successors = FixedArray(repeating: 0, count: nodes)
        for index in 0..<nodes { successors[index] = Int32(truncatingIfNeeded: index) }
        var random = StreamRandom(seed: stream.value("seed"))
        for index in (1..<nodes).reversed() {
            let other = random.next(below: index)
            (successors[index], successors[other]) = (successors[other], successors[index])
        }
        super.init(stream)
    }

    override func generate() -> Access {
        let access = Access(
            base &+ stride &* node, bytes: bytes, dependence: position > 0 ? 1 : 0, endsIteration: true)
        node = Int(successors[node])
        return access
    }
}
