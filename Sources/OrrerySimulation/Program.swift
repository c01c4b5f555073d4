/// A program: in-order queues of commands, one for each engine, synchronised by counted tokens, written as loop nests.
public struct Program: Hashable, Sendable {
    /// Names of the operators (Einsums, copies) that work is attributed to.
    public var operators: [String]
    public var tokens: [Token]
    /// What a reader knows the loops as, by their id: names of ranks. Loops beyond the list are known by their number.
    public var loops: [String]
    /// Streams of accesses that commands run, by `Work.accesses`.
    public var accesses: [AccessStream]
    /// The program of each queue with the path of the engine that runs it.
    public var queues: [QueueProgram]

    public init(
        operators: [String] = [], tokens: [Token] = [], loops: [String] = [], accesses: [AccessStream] = [],
        queues: [QueueProgram] = []
    ) {
        self.operators = operators
        self.tokens = tokens
        self.loops = loops
        self.accesses = accesses
        self.queues = queues
    }

    /// What a reader knows a loop as: its name, or `loop 3` where it has none.
    public func name(ofLoop id: Int) -> String { loops.indices.contains(id) ? loops[id] : "loop \(id)" }

    /// A counted token. Posts beyond `capacity` block the poster; takes beyond the count block the taker.
    public struct Token: Hashable, Sendable {
        /// What it stands for, such as `K ready` or `K free`: the name of the stall of whoever waits for it.
        public var name: String
        public var initial: Int
        public var capacity: Int

        public init(name: String, initial: Int = 0, capacity: Int = 1 << 40) {
            self.name = name
            self.initial = initial
            self.capacity = capacity
        }
    }
}

/// The commands of one in-order engine.
public struct QueueProgram: Hashable, Sendable {
    /// Path of the engine.
    public var engine: String
    public var instructions: [Instruction]

    public init(engine: String, instructions: [Instruction]) {
        self.engine = engine
        self.instructions = instructions
    }
}

/// One step of a queue: the border of a loop, or a command.
public enum Instruction: Hashable, Sendable {
    /// `loop` names the loop across queues; it only decides when folding looks. `mate` is the index of the matching end.
    case loopBegin(loop: Int, trips: TripCount, mate: Int)
    case loopEnd(mate: Int)
    case command(Command)
}

/// How often a loop runs: `constant`, or clipped affine in the index of an enclosing loop.
public struct TripCount: Hashable, Sendable {
    public var constant: Int
    /// Enclosing level whose index counts; -1 for a constant.
    public var level: Int
    public var coefficient: Int
    public var limit: Int

    public init(_ constant: Int) {
        self.constant = constant
        level = -1
        coefficient = 0
        limit = Int.max
    }

    /// `min(limit, constant + coefficient × index[level])`, and at least 0.
    public init(_ constant: Int, plus coefficient: Int, timesIndexOf level: Int, limit: Int = Int.max) {
        self.constant = constant
        self.level = level
        self.coefficient = coefficient
        self.limit = limit
    }

    func value(at index: Int) -> Int { max(0, min(limit, constant + coefficient * index)) }
}

/// A fixed-size command: what to do, when it may start, what it announces when it is done.
public struct Command: Hashable, Sendable {
    /// Index into `Program.operators`.
    public var operatorID: Int
    /// The work for each combination of short last tiles: index bit k is set where the loop level `raggedLevels[k]` is in its
    /// last iteration. One entry where no tile is short.
    public var variants: [Work]
    public var raggedLevels: [Int]
    /// Addresses that the work's streams start from.
    public var addresses: [AddressSource]
    public var waits: [TokenUse]
    public var posts: [TokenUse]
    /// Executes only where this holds.
    public var guards: Guard
    /// Every index that the command reads (guards, addresses, short tiles, waits, posts) is that of the iteration this many
    /// later in its loop nest; where there is none the command is skipped.
    public var lookahead: Int

    public init(
        operatorID: Int = 0, variants: [Work], raggedLevels: [Int] = [], addresses: [AddressSource] = [],
        waits: [TokenUse] = [], posts: [TokenUse] = [], guards: Guard = Guard(), lookahead: Int = 0
    ) {
        self.operatorID = operatorID
        self.variants = variants
        self.raggedLevels = raggedLevels
        self.addresses = addresses
        self.waits = waits
        self.posts = posts
        self.guards = guards
        self.lookahead = lookahead
    }
}

/// A take or a post of `count` tokens, where its guard holds.
public struct TokenUse: Hashable, Sendable {
    public var token: Int
    public var count: Int
    public var guards: Guard

    public init(_ token: Int, count: Int = 1, where guards: Guard = Guard()) {
        self.token = token
        self.count = count
        self.guards = guards
    }
}

/// Conditions on loop indices; all must hold.
public struct Guard: Hashable, Sendable {
    public var conditions: [Condition]

    public init(_ conditions: [Condition] = []) { self.conditions = conditions }

    public var isEmpty: Bool { conditions.isEmpty }

    public struct Condition: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            case first, notFirst, last, notLast
            case divisible(by: Int)
            case below(Int)
            case atLeast(Int)

            @inline(__always)
            func holds(index: Int, trips: Int) -> Bool {
                switch self {
                case .first: index == 0
                case .notFirst: index > 0
                case .last: index == trips - 1
                case .notLast: index < trips - 1
                case .divisible(let divisor): index % divisor == 0
                case .below(let bound): index < bound
                case .atLeast(let bound): index >= bound
                }
            }
        }
        public var level: Int
        public var kind: Kind

        public init(_ kind: Kind, level: Int) {
            self.level = level
            self.kind = kind
        }

        @inline(__always)
        func holds(index: Int, trips: Int) -> Bool { kind.holds(index: index, trips: trips) }
    }
}

/// Where an operand lies: affine in the loop indices, plus a ring (double buffering) over one of them.
public struct AddressSource: Hashable, Sendable {
    public var base: Int
    /// Bytes for each step of the loop at each level, outermost first.
    public var strides: [Int]
    /// Level whose index modulo `ringLength` selects a buffer `ringStride` bytes apart; -1 for none.
    public var ringLevel: Int
    public var ringLength: Int
    public var ringStride: Int

    public init(base: Int, strides: [Int] = [], ringLevel: Int = -1, ringLength: Int = 1, ringStride: Int = 0) {
        self.base = base
        self.strides = strides
        self.ringLevel = ringLevel
        self.ringLength = ringLength
        self.ringStride = ringStride
    }
}

/// What an engine does for one command, in the engine's own terms: made by the engine class's code generator.
public struct Work: Hashable, Sendable {
    /// Operation of the engine's class, such as `mac` or `copy`; the class's generator and model agree on its values.
    public var opcode: Int
    /// Numbers that the opcode takes (cycles, extents), in the order that its class documents.
    public var numbers: [Int]
    /// Streams from and to servers. `address` indexes `Command.addresses`.
    public var streams: [Stream]
    /// Actions to count when the command is done: index into the class's action list, and how many.
    public var actions: [ActionCount]
    /// The stream of accesses that the command runs: index into `Program.accesses`; nil for work without one.
    public var accesses: Int?

    public init(
        opcode: Int, numbers: [Int] = [], streams: [Stream] = [], actions: [ActionCount] = [], accesses: Int? = nil
    ) {
        self.opcode = opcode
        self.numbers = numbers
        self.streams = streams
        self.actions = actions
        self.accesses = accesses
    }

    public struct Stream: Hashable, Sendable {
        /// Index of the engine's port.
        public var port: Int
        /// Index into the command's addresses.
        public var address: Int
        public var bytes: Int
        public var count: Int
        public var stride: Int
        public var isWrite: Bool

        public init(port: Int, address: Int, bytes: Int, count: Int, stride: Int, isWrite: Bool) {
            self.port = port
            self.address = address
            self.bytes = bytes
            self.count = count
            self.stride = stride
            self.isWrite = isWrite
        }
    }

    public struct ActionCount: Hashable, Sendable {
        public var action: Int
        public var count: Int

        public init(_ action: Int, _ count: Int) {
            self.action = action
            self.count = count
        }
    }
}
