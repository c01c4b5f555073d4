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

    private init(
        kind: Kind, mate: Int = -1, loop: Int = -1, trips: TripCount = TripCount(0), level: Int, depth: Int,
        command: Command? = nil
    ) {
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

    /// Lays out a checked program: each step with its depth.
    static func compile(_ instructions: [Instruction]) -> [Step] {
        var depth = 0
        return instructions.map { instruction in
            switch instruction {
            case .loopBegin(let loop, let trips, let mate):
                depth += 1
                return Step(kind: .begin, mate: mate, loop: loop, trips: trips, level: depth - 1, depth: depth - 1)
            case .loopEnd(let mate):
                depth -= 1
                return Step(kind: .end, mate: mate, level: depth, depth: depth + 1)
            case .command(let command):
                return Step(kind: .command, level: depth, depth: depth, command: command)
            }
        }
    }
}
