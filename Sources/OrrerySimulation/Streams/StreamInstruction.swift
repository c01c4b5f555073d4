/// One instruction of a stream, as a core runs it: what it reads and writes, not what it computes.
public struct StreamInstruction: Sendable {
    /// Registers 1 to 255; 0 stands for none. A branch writes the instruction pointer, which no other instruction reads.
    public var sources = InlineArray<4, UInt8>(repeating: 0)
    public var destinations = InlineArray<2, UInt8>(repeating: 0)
    public var loadCount: UInt8 = 0
    public var storeCount: UInt8 = 0
    public var isBranch = false
    public var isTaken = false
    /// What it computes: 1 + its place among `ScalarOperation`; 0 where that is not said.
    public var operation: UInt8 = 0
    /// Bytes of each of its accesses.
    public var bytes: UInt16 = 8
    /// How many elementary operations it does, one for each element.
    public var operations: UInt16 = 1
    /// Address of the instruction.
    public var pointer = 0
    public var loads = InlineArray<4, Int>(repeating: 0)
    public var stores = InlineArray<2, Int>(repeating: 0)

    public init() {}
}

/// Yields the instructions of a stream, a chunk at a time: `chunk[0 ..< refill()]`.
public class InstructionGenerator {
    /// Instructions that are made at a time at most.
    public static let chunkLength = 256

    public let chunk = FixedArray<StreamInstruction>(repeating: StreamInstruction(), count: chunkLength)

    init() {}

    /// - Parameter outer: the indices of the loops that the program runs around a nest.
    /// - Throws: `TraceError` where the stream is recorded and the file cannot be read.
    public static func make(_ stream: AccessStream, at outer: [Int] = []) throws(TraceError) -> InstructionGenerator {
        switch stream.source {
        case .trace(let file): return try TraceInstructions(file)
        case .nest(let nest): return NestInstructions(nest, at: outer)
        case .pattern: break
        }
        guard let accesses = AccessGenerator.make(stream) else { preconditionFailure("a stream has a source") }
        return LoopInstructions(stream, accesses)
    }

    /// Makes the next instructions. - Returns: how many; 0 where the stream has ended.
    public func refill() -> Int { 0 }
}

/// A generated stream as the loop that makes it: each access is an instruction, behind it stand the arithmetic instructions of its
/// site, then the branch that tests what it loaded, where there is one, and each iteration ends with a taken branch.
///
/// An access writes (or, a store, reads) a register of its own, which later accesses whose address depends on it read, and so do the
/// arithmetic instructions behind a load, of which a branch that tests reads the last. Instructions of a site have the same pointer every time.
final class LoopInstructions: InstructionGenerator {
    private let accesses: AccessGenerator
    private let work: [Int]
    /// Number of the access that comes next.
    @exclusivity(unchecked) private var number = 0
    /// Sites of the latest accesses, by their number modulo 64.
    @exclusivity(unchecked) private var sites = [UInt8](repeating: 0, count: 64)
    /// Registers: one for the value of each site, one for what arithmetic leaves, and ChampSim's for flags and instruction pointer.
    private static let firstRegister = 64
    private static let resultRegister: UInt8 = 33
    private static let flags: UInt8 = 25
    private static let instructionPointer: UInt8 = 26
    private static let code = 0x40_0000
    /// Instructions that the code of a site takes in memory, a power of two.
    private let siteLength: Int
    /// Arithmetic instructions that may stand behind an access.
    static let mostWork = 62
    /// Instructions that come of an access at most: it, its work, a test and the end of an iteration.
    private static let longest = mostWork + 3

    init(_ stream: AccessStream, _ accesses: AccessGenerator) {
        self.accesses = accesses
        var work = stream.work ?? [1]
        if stream.work == nil, case .pattern(let pattern, _) = stream.source { work = pattern.work }
        self.work = work
        siteLength = (work.max() ?? 0) <= 14 ? 16 : 64
    }

    override func refill() -> Int {
        var count = 0
        while count &+ Self.longest <= Self.chunkLength { append(accesses.next(), &count) }
        return count
    }

    @inline(__always)
    private func append(_ access: Access, _ count: inout Int) {
        let own = UInt8(truncatingIfNeeded: Self.firstRegister &+ access.site)
        sites[number & 63] = own
        var pointer = Self.code &+ 4 &* siteLength &* access.site
        var instruction = StreamInstruction()
        instruction.pointer = pointer
        instruction.bytes = UInt16(clamping: access.bytes)
        if access.dependence > 0 {
            instruction.sources[0] = sites[(number &- access.dependence) & 63]
        }
        if access.isWrite {
            instruction.storeCount = 1
            instruction.stores[0] = access.address
            instruction.sources[1] = Self.resultRegister
        } else {
            instruction.loadCount = 1
            instruction.loads[0] = access.address
            instruction.destinations[0] = own
        }
        chunk[count] = instruction
        count &+= 1
        number &+= 1
        let length = work[min(access.site, work.count &- 1)]
        for position in 0..<length {
            pointer &+= 4
            var arithmetic = StreamInstruction()
            arithmetic.pointer = pointer
            arithmetic.sources[0] = position == 0 && !access.isWrite ? own : Self.resultRegister
            arithmetic.destinations[0] = Self.resultRegister
            chunk[count] = arithmetic
            count &+= 1
        }
        if let isTaken = access.branch {
            pointer &+= 4
            var branch = StreamInstruction()
            branch.pointer = pointer
            branch.isBranch = true
            branch.isTaken = isTaken
            branch.sources[0] = Self.instructionPointer
            branch.sources[1] = length > 0 ? Self.resultRegister : own
            branch.destinations[0] = Self.instructionPointer
            chunk[count] = branch
            count &+= 1
        }
        if access.endsIteration {
            var branch = StreamInstruction()
            branch.pointer = pointer &+ 4
            branch.isBranch = true
            branch.isTaken = true
            branch.sources[0] = Self.instructionPointer
            branch.sources[1] = Self.flags
            branch.destinations[0] = Self.instructionPointer
            chunk[count] = branch
            count &+= 1
        }
    }
}
