/// By how many iterations of each loop a period has to go on, at least, for its addresses, rings and conditions to come round:
/// a cheap test that spares most full comparisons. Everything that it rejects, `FoldMatch` would reject too.
struct FoldStrides {
    /// By engine, by the instruction that begins the loop: the step that a period must be a multiple of.
    private let steps: [[Int: Int]]

    init(_ kernel: Kernel, _ streams: FoldStreams, rules: FoldRules) {
        steps = kernel.engines.map { engine in
            var steps: [Int: Int] = [:]
            for (begin, step) in engine.steps.enumerated() where step.kind == .begin {
                steps[begin] = Self.step(engine, begin, streams, rules)
            }
            return steps
        }
    }

    private static func step(_ engine: Engine, _ begin: Int, _ streams: FoldStreams, _ rules: FoldRules) -> Int {
        var result = 1
        func need(_ multiple: Int) {
            let (product, overflow) = result.multipliedReportingOverflow(
                by: multiple / greatestCommonDivisor(result, multiple))
            result = overflow ? Int.max : product
        }
        let level = engine.steps[begin].level
        for pc in (begin + 1)..<engine.steps[begin].mate where engine.steps[pc].kind == .command {
            for (source, address) in engine.steps[pc].addresses.enumerated() {
                if address.ringLevel == level, address.ringStride != 0, rules.contains(.modulo) {
                    need(address.ringLength)
                }
                guard level < address.strides.count, address.strides[level] != 0, rules.contains(.admissible) else {
                    continue
                }
                for reach in streams.reaches[engine.streamBase[pc] + source] {
                    switch reach.addressing {
                    case .blind: continue
                    case .interleaved(let period), .compared(let period, _):
                        need(period / greatestCommonDivisor(period, address.strides[level]))
                    }
                }
            }
        }
        return result
    }

    /// Whether every engine that moved since the snapshot did so along one loop, by a step that can repeat.
    func allow(_ earlier: Snapshot, _ kernel: Kernel) -> Bool {
        for (index, engine) in kernel.engines.enumerated() {
            let before = earlier.indices[index]
            let after = engine.liveIndices
            if before == after { continue }
            guard before.count == after.count else { return false }
            let moved = before.indices.filter { before[$0] != after[$0] }
            guard moved.count == 1, let begin = engine.loopBegin(level: moved[0]) else { return false }
            let step = steps[index][begin, default: 1]
            if (after[moved[0]] - before[moved[0]]) % step != 0 { return false }
        }
        return true
    }
}
