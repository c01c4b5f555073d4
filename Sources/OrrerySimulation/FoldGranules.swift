/// By loop of each engine, the fewest iterations after which the addresses of all its commands have moved by whole interleaves of
/// the servers they reach: no other number of iterations, nor one that is no multiple of it, makes a fold.
struct FoldGranules: ~Copyable {
    private let granules: FixedArray<Int>
    /// Place of each component's first step, by id.
    private let bases: FixedArray<Int>

    init(_ kernel: Kernel, _ streams: FoldStreams, _ rules: FoldRules) {
        bases = FixedArray(repeating: 0, count: kernel.components.count)
        granules = FixedArray(repeating: 1, count: kernel.engines.reduce(0) { $0 + $1.steps.count })
        var base = 0
        for engine in kernel.engines {
            bases[engine.id] = base
            base += engine.steps.count
            if !rules.contains(.admissible) { continue }
            for (begin, step) in engine.steps.enumerated() where step.kind == .begin {
                granules[bases[engine.id] + begin] = Self.granule(of: engine, begin, streams)
            }
        }
    }

    /// Of the loop of an engine that begins at a step.
    subscript(engine: Int, begin: Int) -> Int { granules[bases[engine] &+ begin] }

    private static func granule(of engine: Engine, _ begin: Int, _ streams: FoldStreams) -> Int {
        let level = engine.steps[begin].level
        var granule = 1
        for pc in (begin + 1)..<engine.steps[begin].mate {
            for (source, address) in engine.steps[pc].addresses.enumerated() where level < address.strides.count {
                for reach in streams.reaches[engine.streamBase[pc] + source] {
                    guard let interleave = reach.addressing.interleave, address.strides[level] != 0 else { continue }
                    let own = interleave / greatestCommonDivisor(abs(address.strides[level]), interleave)
                    let (product, overflow) = granule.multipliedReportingOverflow(
                        by: own / greatestCommonDivisor(granule, own))
                    if overflow { return .max }
                    granule = product
                }
            }
        }
        return granule
    }
}
