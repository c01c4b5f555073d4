/// A nest of counters, each with a stride: sequential and strided streams, rows of a bank in turn, and any other that is
/// affine in counters. Counter *k* goes on when all before it have been through.
final class NestGenerator: AccessGenerator {
    private let base: Int
    private let bytes: Int
    private let counts: FixedArray<Int>
    private let strides: FixedArray<Int>
    private let indices: FixedArray<Int>
    @exclusivity(unchecked) private var offset = 0

    init(_ stream: AccessStream, _ pattern: AccessPattern) {
        bytes = stream.accessBytes
        base = stream.value("base")
        var nest: [(count: Int, stride: Int)] = []
        switch pattern {
        case .sequential: nest = Self.region(stream.value("span"), stride: bytes)
        case .strided: nest = Self.region(stream.value("span"), stride: stream.value("stride"))
        case .rowConflict: nest = [(stream.value("rows"), stream.value("distance"))]
        case .pingPong: nest = [(2, stream.value("distance")), (stream.value("columns"), stream.value("step"))]
        default: nest = zip(stream.values("counts"), stream.values("strides")).map { ($0, $1) }
        }
        counts = FixedArray(nest.map(\.count))
        strides = FixedArray(nest.map(\.stride))
        indices = FixedArray(repeating: 0, count: nest.count)
        super.init(stream)
    }

    /// Counters that go through a region in steps of `stride`, wrapping around its end: `stride × i mod span`.
    ///
    /// Where the stride doesn't divide the span, each round begins elsewhere; that is the single counter of count 0 here.
    private static func region(_ span: Int, stride: Int) -> [(count: Int, stride: Int)] {
        span % stride == 0 ? [(span / stride, stride)] : [(-span, stride % span)]
    }

    override func generate() -> Access {
        let access = Access(base &+ offset, bytes: bytes, endsIteration: true)
        if counts[0] < 0 {
            offset &+= strides[0]
            if offset >= -counts[0] { offset &+= counts[0] }
            return access
        }
        for level in 0..<counts.count {
            indices[level] &+= 1
            offset &+= strides[level]
            if indices[level] < counts[level] { break }
            offset &-= counts[level] &* strides[level]
            indices[level] = 0
        }
        return access
    }
}

/// Three nested loops over square matrices A, B and C, one behind the other: for each element of C a row of A and a column of B,
/// then the element, again and again.
final class MatrixGenerator: AccessGenerator {
    private let size: Int
    private let step: Int
    private let first: Int
    private let second: Int
    private let third: Int
    private var (row, column, inner, site) = (0, 0, 0, 0)

    override init(_ stream: AccessStream) {
        size = stream.value("size")
        step = stream.value("step")
        first = stream.value("base")
        second = first + size * size * step
        third = second + size * size * step
        super.init(stream)
    }

    override func generate() -> Access {
        switch site {
        case 0:
            site = 1
            return Access(first &+ step &* (size &* row &+ inner), bytes: step)
        case 1:
            let access = Access(second &+ step &* (size &* inner &+ column), bytes: step, site: 1, endsIteration: true)
            inner += 1
            site = inner == size ? 2 : 0
            return access
        default:
            let access = Access(
                third &+ step &* (size &* row &+ column), bytes: step, isWrite: true, site: 2, endsIteration: true)
            (inner, site) = (0, 0)
            column += 1
            if column == size { (column, row) = (0, row + 1 == size ? 0 : row + 1) }
            return access
        }
    }
}

/// Blocks are read from one region and written to the other, in order, again and again.
final class CopyGenerator: AccessGenerator {
    private let (base, target, span, block, bytes): (Int, Int, Int, Int, Int)
    private var offset = 0
    private var blockStart = 0
    private var isWriting = false

    override init(_ stream: AccessStream) {
        (base, target, span) = (stream.value("base"), stream.value("target"), stream.value("span"))
        (block, bytes) = (stream.value("block"), stream.accessBytes)
        super.init(stream)
    }

    override func generate() -> Access {
        let access = Access(
            (isWriting ? target : base) &+ offset, bytes: bytes, isWrite: isWriting, site: isWriting ? 1 : 0,
            endsIteration: isWriting)
        offset &+= bytes
        if offset &- blockStart >= block || offset >= span {
            if isWriting { blockStart = offset >= span ? 0 : offset }
            offset = blockStart
            isWriting.toggle()
        }
        return access
    }
}

/// Two regions are read and a third is written, element by element, again and again (STREAM's triad).
final class TriadGenerator: AccessGenerator {
    private let starts: [Int]
    private let (span, bytes): (Int, Int)
    private var offset = 0
    private var site = 0

    override init(_ stream: AccessStream) {
        starts = [stream.value("base"), stream.value("second"), stream.value("target")]
        (span, bytes) = (stream.value("span"), stream.accessBytes)
        super.init(stream)
    }

    override func generate() -> Access {
        let access = Access(
            starts[site] &+ offset, bytes: bytes, isWrite: site == 2, site: site, endsIteration: site == 2)
        site += 1
        if site == 3 {
            site = 0
            offset &+= bytes
            if offset >= span { offset = 0 }
        }
        return access
    }
}
