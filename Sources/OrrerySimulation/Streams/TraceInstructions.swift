import OrreryText

/// Why a recorded stream cannot be read.
public struct TraceError: Error, Hashable, Sendable, CustomStringConvertible {
    public var message: String
    /// What to do about it.
    public var remedy: String?

    public init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }

    public var description: String { remedy.map { "\(message) (\($0))" } ?? message }

    /// A file that is shorter now than when it was checked.
    /// - Parameter missing: what was still to be read, such as `3 of its accesses`.
    public static func ended(_ path: String, before missing: String) -> TraceError {
        TraceError("'\(path)' ended before \(missing) could be read", remedy: "it must not change while it is used")
    }
}

extension TraceFile {
    /// Bytes of an instruction: its address (8), whether it is a branch and whether that is taken (1 each), destination registers (2),
    /// source registers (4), addresses that it writes (2 of 8) and reads (4 of 8); 0 stands for none.
    ///
    /// Source: ChampSim, inc/trace_instruction.h.
    static let recordBytes = 64

    /// How many instructions the file holds.
    ///
    /// - Throws: where it cannot be opened, is compressed, or is no sequence of whole records.
    public func instructions() throws(TraceError) -> Int {
        let file = try open()
        var magic = [UInt8](repeating: 0, count: 6)
        let length = file.read(into: &magic)
        for (name, mark, tool) in Self.compressions
        where length >= mark.count && Array(magic.prefix(mark.count)) == mark {
            throw TraceError(
                "'\(path)' is compressed with \(name)",
                remedy: "decompress it first: \(tool) -dk \(path), and name the file without its last suffix")
        }
        guard let bytes = file.length() else { throw TraceError("'\(path)' is no plain file") }
        guard bytes > 0, bytes % Self.recordBytes == 0 else {
            throw TraceError(
                "'\(path)' has \(bytes) bytes, which is no whole number of \(Self.recordBytes)-byte records",
                remedy: "expected a trace in ChampSim's format")
        }
        return bytes / Self.recordBytes
    }

    fileprivate func open() throws(TraceError) -> InputFile {
        do {
            return try InputFile(path)
        } catch {
            throw TraceError("'\(path)': \(error.message)", remedy: error.hint)
        }
    }

    /// How many accesses the instructions behind the skipped ones make.
    public func accesses() throws(TraceError) -> Int {
        var once = self
        once.repeats = false
        let accesses = try InstructionAccesses(AccessStream(.trace(once), count: 1))
        var count = 0
        while accesses.next() != nil { count += 1 }
        return count
    }

    private static let compressions: [(String, [UInt8], String)] = [
        ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz"), ("gzip", [0x1F, 0x8B], "gzip"),
        ("zstd", [0x28, 0xB5, 0x2F, 0xFD], "zstd"), ("bzip2", [0x42, 0x5A, 0x68], "bzip2"),
    ]
}

/// The instructions of a file in ChampSim's format.
final class TraceInstructions: InstructionGenerator {
    private let file: InputFile
    private let trace: TraceFile
    private var buffer = [UInt8](repeating: 0, count: chunkLength * TraceFile.recordBytes)

    init(_ trace: TraceFile) throws(TraceError) {
        let length = try trace.instructions()
        guard trace.skip < length else { throw TraceError("'\(trace.path)' has only \(length) instructions") }
        let file = try trace.open()
        guard file.seek(to: trace.skip * TraceFile.recordBytes) else {
            throw TraceError("cannot read '\(trace.path)' from instruction \(trace.skip) on")
        }
        self.file = file
        self.trace = trace
    }

    override func refill() -> Int {
        var records = file.read(into: &buffer) / TraceFile.recordBytes
        if records == 0, trace.repeats, file.seek(to: 0) {
            records = file.read(into: &buffer) / TraceFile.recordBytes
        }
        for record in 0..<records { chunk[record] = decode(record * TraceFile.recordBytes) }
        return records
    }

    private func number(at offset: Int) -> Int {
        var value: UInt64 = 0
        for byte in (0..<8).reversed() { value = value << 8 | UInt64(buffer[offset + byte]) }
        return Int(truncatingIfNeeded: value & (1 << 62 - 1))
    }

    private func decode(_ start: Int) -> StreamInstruction {
        var instruction = StreamInstruction()
        instruction.pointer = number(at: start)
        instruction.isBranch = buffer[start + 8] != 0
        instruction.isTaken = buffer[start + 9] != 0
        for index in 0..<2 { instruction.destinations[index] = buffer[start + 10 + index] }
        for index in 0..<4 { instruction.sources[index] = buffer[start + 12 + index] }
        for index in 0..<2 {
            let address = number(at: start + 16 + 8 * index)
            if address == 0 { continue }
            instruction.stores[Int(instruction.storeCount)] = address
            instruction.storeCount += 1
        }
        for index in 0..<4 {
            let address = number(at: start + 32 + 8 * index)
            if address == 0 { continue }
            instruction.loads[Int(instruction.loadCount)] = address
            instruction.loadCount += 1
        }
        return instruction
    }
}

/// The accesses of a stream of instructions in their order, loads before stores: for engines that issue accesses alone.
public final class InstructionAccesses {
    private let instructions: InstructionGenerator
    private var (position, length) = (0, 0)
    private var (load, store) = (0, 0)

    /// - Throws: where the stream is recorded and the file cannot be read.
    public init(_ stream: AccessStream) throws(TraceError) { instructions = try InstructionGenerator.make(stream) }

    /// The next access; nil where the trace has ended.
    public func next() -> Access? {
        while true {
            if position < length {
                let instruction = instructions.chunk[position]
                if load < Int(instruction.loadCount) {
                    defer { load += 1 }
                    return Access(instruction.loads[load], bytes: Int(instruction.bytes))
                }
                if store < Int(instruction.storeCount) {
                    defer { store += 1 }
                    return Access(instruction.stores[store], bytes: Int(instruction.bytes), isWrite: true)
                }
                (load, store) = (0, 0)
                position += 1
            } else {
                (position, length) = (0, instructions.refill())
                if length == 0 { return nil }
            }
        }
    }
}
