/// An instruction as the engine walks it: one object with immutable storage, so that walking copies nothing.
final class Step {
    enum Kind { case begin, end, command }

    let kind: Kind
    /// Index of the matching border of the loop.
    let mate: Int
    let loop: Int
    let trips: TripCount
    /// Level of the loop that this instruction borders.
    let level: Int
    /// Number of loops around this instruction.
    let depth: Int
    let operatorID: Int
    let variants: [Work]
    let raggedLevels: [Int]
    let addresses: [AddressSource]
    let waits: [TokenUse]
    let posts: [TokenUse]
    let guards: Guard
    let lookahead: Int
    /// Lengths of the loops around this instruction, outermost first.
    let enclosing: [TripCount]
    private let carries: [ClosedRange<Int>]

    private init(
        kind: Kind, mate: Int = -1, loop: Int = -1, trips: TripCount = TripCount(0), level: Int, depth: Int,
        enclosing: [TripCount], command: Command? = nil
    ) {
        self.enclosing = enclosing
        carries = enclosing.indices.map { Self.carry(command?.lookahead ?? 0, level: $0, enclosing) }
        self.kind = kind
        self.mate = mate
        self.loop = loop
        self.trips = trips
        self.level = level
        self.depth = depth
        operatorID = command?.operatorID ?? 0
        variants = command?.variants ?? []
        raggedLevels = command?.raggedLevels ?? []
        addresses = command?.addresses ?? []
        waits = command?.waits ?? []
        posts = command?.posts ?? []
        guards = command?.guards ?? Guard()
        lookahead = command?.lookahead ?? 0
    }

    /// By how many iterations a look-ahead moves the index at `level`, for some position in the inner loops; 0 without
    /// look-ahead. The sum is modulo the loop's length.
    func carry(intoLevel level: Int) -> ClosedRange<Int> { carries[level] }

    /// The same where only some iterations of the inner loops count: `extent` says which of a level, nil for all.
    func carry(intoLevel level: Int, _ extent: (_ level: Int) -> ClosedRange<Int>?) -> ClosedRange<Int> {
        if lookahead == 0 { return 0...0 }
        var carry = lookahead...lookahead
        for inner in stride(from: depth - 1, to: level, by: -1) {
            let trips = max(1, enclosing[inner].constant)
            let indices = extent(inner) ?? 0...(trips - 1)
            carry =
                ((indices.lowerBound + carry.lowerBound) / trips)...((indices.upperBound + carry.upperBound) / trips)
        }
        return carry
    }

    private static func carry(_ lookahead: Int, level: Int, _ enclosing: [TripCount]) -> ClosedRange<Int> {
        if lookahead == 0 { return 0...0 }
        var inner = 1
        for trips in enclosing[(level + 1)...] {
            let (product, overflow) = inner.multipliedReportingOverflow(by: max(1, trips.constant))
            inner = overflow ? lookahead + 1 : min(product, lookahead + 1)
        }
        return (lookahead / inner)...((lookahead + inner - 1) / inner)
    }

    /// Lays out a checked program: each step with its depth.
    static func compile(_ instructions: [Instruction]) -> [Step] {
        var open: [TripCount] = []
        return instructions.map { instruction in
            switch instruction {
            case .loopBegin(let loop, let trips, let mate):
                let outer = open
                open.append(trips)
                return Step(
                    kind: .begin, mate: mate, loop: loop, trips: trips, level: outer.count, depth: outer.count,
                    enclosing: outer)
            case .loopEnd(let mate):
                let inner = open
                open.removeLast()
                return Step(kind: .end, mate: mate, level: open.count, depth: inner.count, enclosing: inner)
            case .command(let command):
                return Step(kind: .command, level: open.count, depth: open.count, enclosing: open, command: command)
            }
        }
    }
}
