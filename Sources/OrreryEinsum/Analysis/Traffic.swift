/// The bytes that a cascade moves at least: every element of an input that it reads is read once, every element of an
/// output is written once, and intermediates never leave the chip.
public struct MinimumTraffic: Hashable, Sendable {
    /// Bytes by input tensor, in the cascade's order.
    public let reads: [Entry]
    /// Bytes by output tensor, in the cascade's order.
    public let writes: [Entry]

    public struct Entry: Hashable, Sendable {
        public let tensor: String
        public let bytes: Int
    }

    public var readBytes: Int { reads.reduce(0) { $0 + $1.bytes } }
    public var writtenBytes: Int { writes.reduce(0) { $0 + $1.bytes } }
    public var bytes: Int { readBytes + writtenBytes }
}

extension Cascade {
    /// Minimum traffic, dense. Where an input is indexed through another tensor, as many different rows are counted
    /// as the gather can name.
    public var minimumTraffic: MinimumTraffic {
        MinimumTraffic(
            reads: tensors.filter(\.isInput).map { .init(tensor: $0.name, bytes: $0.type.bytes(of: touched($0))) },
            writes: tensors.filter(\.isOutput).map { .init(tensor: $0.name, bytes: $0.bytes) })
    }

    /// Floating-point operations (a multiply-accumulate is two, user-defined operations as their cost says) for each
    /// byte of minimum traffic.
    public var arithmeticIntensity: Double {
        Double(operationCounts.expanded(operations).flops) / Double(max(1, minimumTraffic.bytes))
    }

    /// Elements of an input that some Einsum reads: an upper bound where several accesses overlap in part.
    private func touched(_ tensor: Tensor) -> Int {
        var accesses: [Access] = []
        for access in einsums.flatMap(\.reads) where access.tensor == tensor.name && !accesses.contains(access) {
            accesses.append(access)
        }
        let counts = accesses.map { access in
            min(
                points(over: access.ranks),
                zip(access.indices, tensor.shape).reduce(1) { $0 * touched($1.0, extent: $1.1) })
        }
        return counts.reduce(0) { min(tensor.elements, $0 + min(tensor.elements, $1)) }
    }

    /// Coordinates that an index takes, at most `extent`. Exact for one access unless strides overlap unevenly.
    private func touched(_ index: IndexExpression, extent: Int) -> Int {
        guard index.lookups.isEmpty else { return min(extent, points(over: index.ranks)) }
        var count = 1
        var span = 0
        for term in index.terms.sorted(by: { $0.coefficient.magnitude < $1.coefficient.magnitude }) {
            let size = self.extent(of: term.rank) ?? 1
            let stride = Int(term.coefficient.magnitude)
            let reach = span + stride * (size - 1)
            // Copies laid further apart than they are long don't meet; nearer ones leave no gap, unless there were
            // gaps before, where this is an upper bound.
            count = stride > span ? count * size : min(count * size, reach + 1)
            span = reach
        }
        return min(extent, count)
    }
}
