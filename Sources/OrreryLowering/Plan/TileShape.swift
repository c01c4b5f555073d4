import OrreryEinsum

/// The piece of a tensor that one tile of an Einsum touches.
struct TileShape {
    let access: MappedAccess
    let tensor: Tensor
    let extents: TileExtents
    /// Ranks inside the tile.
    let inner: Set<String>
    let space: RankSpace

    init(_ access: MappedAccess, _ tensor: Tensor, of einsum: MappedEinsum, _ extents: TileExtents, _ space: RankSpace)
    {
        self.access = access
        self.tensor = tensor
        self.extents = extents
        inner = einsum.inner
        self.space = space
    }

    /// Elements along a dimension.
    private func length(_ dimension: Int, last: Set<String>) -> Int {
        access.indices[dimension].reduce(1) { sum, term in
            inner.contains(term.rank) ? sum + term.coefficient * (extents.extent(term.rank, last: last) - 1) : sum
        }
    }

    func elements(last: Set<String>) -> Int {
        access.indices.indices.reduce(1) { $0 * length($1, last: last) }
    }

    func bytes(last: Set<String>) -> Int { tensor.type.bytes(of: elements(last: last)) }

    /// Bytes of a tile that is not short.
    var fullBytes: Int { bytes(last: []) }

    /// Loops whose last iteration makes the piece short.
    var shortLoops: [String] {
        let full = fullBytes
        let loops = extents.shortLoops
        return bytes(last: Set(loops)) == full ? [] : loops
    }

    /// Where the tile lies in a tensor that is stored tile after tile, in the order of its ranks.
    ///
    /// - Parameter isSliced: each device holds its own slice, so that the ranks laid over devices don't count.
    /// - Returns: the address, and the bytes of all tiles.
    func wholeLayout(base: Int, isSliced: Bool = false) -> (address: TaskAddress, bytes: Int) {
        var address = TaskAddress(base: base)
        var stride = fullBytes
        for dimension in access.indices.indices.reversed() {
            let length = length(dimension, last: [])
            let loops = access.indices[dimension].filter { !inner.contains($0.rank) }
            if loops.isEmpty { continue }
            for term in loops {
                let step = max(1, term.coefficient / length) * stride
                if let index = space.fixed[term.rank] {
                    if !isSliced { address.base += index * step }
                } else {
                    address.strides[term.rank, default: 0] += step
                }
            }
            stride *= loops.reduce(1) { sum, term in
                let count = isSliced ? space.extent(term.rank) : space.wholeExtent(term.rank)
                return sum + max(1, term.coefficient / length) * (count - 1)
            }
        }
        return (address, stride)
    }
}
