/// The bytes alive while a cascade runs one whole Einsum after the other in file order, with every tensor whole: what
/// an unfused execution holds.
///
/// A tensor lives from the Einsum that first reads or writes it to the last that does; outputs and inputs alike.
/// What a fused execution must hold is `PassAnalysis.held`.
public struct LiveFootprint: Hashable, Sendable {
    /// What is alive during one Einsum.
    public struct Step: Hashable, Sendable {
        public let einsum: String
        /// Names of the tensors alive, in the cascade's order.
        public let tensors: [String]
        public let bytes: Int
    }

    public let steps: [Step]

    /// The largest number of bytes alive at once.
    public var peakBytes: Int { steps.map(\.bytes).max() ?? 0 }
}

extension Cascade {
    /// What is alive during each Einsum of an unfused run.
    public var liveFootprint: LiveFootprint {
        var lives: [String: ClosedRange<Int>] = [:]
        for (step, einsum) in einsums.enumerated() {
            for name in [einsum.name] + einsum.reads.map(\.tensor) {
                lives[name] = (lives[name]?.lowerBound ?? step)...step
            }
        }
        return LiveFootprint(
            steps: einsums.enumerated().map { step, einsum in
                let alive = tensors.filter { lives[$0.name]?.contains(step) ?? false }
                return .init(
                    einsum: einsum.name, tensors: alive.map(\.name), bytes: alive.reduce(0) { $0 + $1.bytes })
            })
    }
}
