/// The instructions of a nest with their registers and their own addresses, without those of the data.
struct NestCode {
    /// By load, then by chunk; those of each chunk where the value stays over iterations, one for all else.
    private(set) var loads: [[StreamInstruction]] = []
    /// One after the other, each by chunk as `loads`: a step of several instructions is several of these.
    private(set) var steps: [[StreamInstruction]] = []
    /// Loads of what has been folded, by chunk.
    private(set) var sums: [StreamInstruction] = []
    private(set) var stores: [StreamInstruction] = []
    /// Address of the branch of the outermost loop; those of the others follow.
    private(set) var branches: Int
    /// Which source of the folding instruction is what has been folded.
    private(set) var sumSource = 0

    init(_ nest: LoopNest, _ layout: NestLayout, from start: Int) {
        var register = UInt8(NestInstructions.registers.lowerBound)
        var pointer = start
        func take(_ count: Int) -> [UInt8] {
            defer { register &+= UInt8(count) }
            return (0..<count).map { register &+ UInt8($0) }
        }
        let loadRegisters = nest.loads.indices.map { take(layout.registers(ofLoad: $0)) }
        let stepRegisters = nest.steps.map { _ in take(1)[0] }
        let sumRegisters = take(layout.sumRegisters)
        func pick(_ registers: [UInt8], _ chunk: Int) -> UInt8 { registers[min(chunk, registers.count - 1)] }
        func value(_ source: LoopNest.Source, _ chunk: Int) -> UInt8 {
            switch source {
            case .load(let load): pick(loadRegisters[load], chunk)
            case .step(let step): stepRegisters[step]
            case .sum: pick(sumRegisters, chunk)
            }
        }
        func next() -> StreamInstruction {
            defer { pointer += 4 }
            var instruction = StreamInstruction()
            instruction.pointer = pointer
            return instruction
        }
        let chunks = layout.chunks.indices
        for (load, operand) in nest.loads.enumerated() {
            loads.append(
                chunks.prefix(layout.forms[load] == .shared ? 1 : chunks.count).map { chunk in
                    var instruction = next()
                    instruction.loadCount = 1
                    instruction.bytes = UInt16(operand.elementBytes)
                    instruction.destinations[0] = pick(loadRegisters[load], chunk)
                    for (place, lookup) in operand.index.lookups.enumerated() {
                        instruction.sources[place] = pick(loadRegisters[lookup.load], chunk)
                    }
                    return instruction
                })
        }
        let kinds = ScalarOperation.allCases
        for (number, step) in nest.steps.enumerated() {
            let isFold = layout.isFolded && number == nest.steps.count - 1
            if isFold { sumSource = step.sources.firstIndex(of: .sum) ?? 0 }
            let operation = UInt8(1 + (kinds.firstIndex(of: step.operation) ?? 0))
            for repetition in 0..<step.count {
                steps.append(
                    chunks.map { chunk in
                        var instruction = next()
                        instruction.operation = operation
                        let own = isFold ? pick(sumRegisters, chunk) : stepRegisters[number]
                        instruction.destinations[0] = own
                        if repetition > 0 {
                            instruction.sources[0] = own
                        } else {
                            for (place, source) in step.sources.enumerated() {
                                instruction.sources[place] = value(source, chunk)
                            }
                        }
                        return instruction
                    })
            }
        }
        if layout.isFolded, !layout.outerReductions.isEmpty {
            sums = chunks.map { chunk in
                var instruction = next()
                instruction.loadCount = 1
                instruction.bytes = UInt16(nest.result.elementBytes)
                instruction.destinations[0] = pick(sumRegisters, chunk)
                return instruction
            }
        }
        stores = chunks.map { chunk in
            var instruction = next()
            instruction.storeCount = 1
            instruction.bytes = UInt16(nest.result.elementBytes)
            if let stored = nest.stored { instruction.sources[1] = value(stored, chunk) }
            return instruction
        }
        branches = pointer
    }
}
