import OrrerySimulation
import OrreryText

extension CopyEngine {
    /// The class `dma`.
    static let componentClass = ComponentClass(
        name: "dma", role: .engine, summary: "copies between a memory and a buffer, in the background",
        discussion: """
            Cycle by cycle: one copy is issued a cycle while fewer than `transfers` are under way; each goes in chunks of `burst` \
            bytes, read, held and written as they arrive, at most `outstanding` in flight.
            Not modelled: descriptor fetch, limits on requests per cycle other than the servers' own.
            """,
        parameters: [burst, outstanding, transfers],
        ports: [
            Port("memory", help: "one side of the copies, such as a DRAM"),
            Port("buffer", help: "the other side, such as a scratchpad"),
        ], actions: ["byte"], relaxed: ["outstanding": "1024", "transfers": "64"],
        generate: { (operation, _) throws(GenerationError) in try CopyEngine.generate(operation) },
        make: { (site) throws(ConfigurationError) in
            guard let memory = site.servers["memory"], let buffer = site.servers["buffer"] else {
                throw ConfigurationError(
                    parameter: "connect", "a dma needs a server at its ports 'memory' and 'buffer'")
            }
            let values = site.values
            return [
                CopyEngine(
                    path: site.path, clock: site.clock, memory: memory, buffer: buffer,
                    Configuration(
                        burst: values[burst], outstanding: values[outstanding], transfers: values[transfers]))
            ]
        })

    private typealias Port = ComponentClass.Port

    private static let burst = Parameter.bytes(
        "burst", 1...(1 << 30), help: "bytes of a chunk: what is read, held and written at a time")
    private static let outstanding = Parameter.integer(
        "outstanding", 1...4096, help: "chunks between the request of their read and the end of their write")
    private static let transfers = Parameter.integer("transfers", 1...256, help: "copies under way at a time")

    /// A copy of `steps` pieces that follow each other on both sides.
    static func generate(_ operation: TileOperation) throws(GenerationError) -> GeneratedWork {
        guard operation.chain == [.copy], operation.reduction == nil, operation.operands.count == 1,
            let source = operation.operands.first
        else { throw GenerationError("a dma only copies one operand") }
        let result = operation.result
        guard let from = source.port, let to = result.port, portNames.indices.contains(from),
            portNames.indices.contains(to)
        else { throw GenerationError("a dma copies between memories: \(source.tensor) or \(result.tensor) is in none") }
        guard source.elementBytes == result.elementBytes, source.steps == result.steps,
            source.spansRows == result.spansRows, source.spansColumns == result.spansColumns
        else {
            throw GenerationError(
                "\(source.tensor) and \(result.tensor) differ in shape: a dma copies bytes as they are")
        }
        let elements = (source.spansRows ? operation.rows : 1) * (source.spansColumns ? operation.columns : 1)
        let bytes = elements * source.elementBytes
        func stream(_ port: Int, _ operand: TileOperation.Operand, isWrite: Bool) -> Work.Stream {
            Work.Stream(
                port: port, address: operand.address, bytes: bytes, count: operand.steps, stride: bytes,
                isWrite: isWrite)
        }
        return GeneratedWork(
            compute: Work(
                opcode: 0, streams: [stream(from, source, isWrite: false), stream(to, result, isWrite: true)]))
    }
}
