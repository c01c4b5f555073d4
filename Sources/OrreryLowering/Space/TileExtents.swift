/// How long the ranks inside a tile are, depending on which loops are in their last iteration.
struct TileExtents {
    /// A bound whose outer digits are loops: where all of them are in their last iteration, the rest is short.
    private struct Short {
        var loops: [String]
        var inner: [String]
        /// Values of the inner number in the last tile.
        var remaining: Int
        var full: Int
    }

    private var shorts: [Short] = []
    private let space: RankSpace
    /// What cannot be expressed, such as a short part in the middle of a tile.
    private(set) var problems: [String] = []

    /// - Parameters:
    ///   - loops: ranks around the tile.
    ///   - inner: ranks inside it.
    init(_ space: RankSpace, loops: Set<String>, inner: Set<String>) {
        self.space = space
        for bound in space.bounds {
            let outer = bound.digits.filter { loops.contains($0.rank) && $0.extent > 1 }
            let tile = bound.digits.filter { inner.contains($0.rank) }
            let tileSize = tile.reduce(1) { $0 * $1.extent }
            let least = outer.map(\.coefficient).min() ?? Int.max
            let isSuffix = tile.allSatisfy { $0.coefficient * $0.extent <= least || $0.extent == 1 }
            let covered = outer.reduce(1) { $0 * $1.extent } * tileSize
            let whole = bound.digits.reduce(1) { $0 * $1.extent }
            guard covered == whole else { continue }
            guard isSuffix else {
                if !tile.isEmpty { problems.append(Self.message(bound)) }
                continue
            }
            let before = outer.reduce(0) { $0 + ($1.extent - 1) * $1.coefficient }
            let remaining = bound.limit - before
            guard remaining > 0 else {
                problems.append(Self.empty(bound))
                continue
            }
            let inTile = tile.filter { $0.extent > 1 }.map(\.rank)
            if remaining < tileSize, inTile.count > 1 { problems.append(Self.message(bound)) }
            shorts.append(Short(loops: outer.map(\.rank), inner: inTile, remaining: remaining, full: tileSize))
        }
    }

    private static func message(_ bound: RankSpace.Bound) -> String {
        let ranks = bound.digits.map(\.rank).joined(separator: ", ")
        return "the last tile over \(ranks) is short inside a tile: make the outer ones loops"
    }

    private static func empty(_ bound: RankSpace.Bound) -> String {
        let ranks = bound.digits.map(\.rank).joined(separator: ", ")
        return "some tiles over \(ranks) are empty: the number of tiles must be a multiple of the inner part's"
    }

    /// Loops whose last iteration makes the tile short.
    var shortLoops: [String] {
        var result: [String] = []
        for short in shorts where short.remaining < short.full {
            for loop in short.loops where !result.contains(loop) { result.append(loop) }
        }
        return result
    }

    /// Length of a rank inside the tile where the loops in `last` are in their last iteration.
    func extent(_ rank: String, last: Set<String>) -> Int {
        for short in shorts
        where short.remaining < short.full && short.inner.contains(rank) && short.loops.allSatisfy(last.contains) {
            return min(space.extent(rank), short.remaining)
        }
        return space.extent(rank)
    }

    /// Points over several ranks inside the tile.
    func extent(_ ranks: [String], last: Set<String>) -> Int {
        ranks.reduce(1) { $0 * extent($1, last: last) }
    }
}
