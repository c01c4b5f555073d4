/// The half-width of a 99 % interval, by how errors add up.
struct HalfWidth {
    /// Squares of independent errors, which add in quadrature.
    private var squares = 0.0
    /// By how much more what lies behind skips took than what they copied, over their length: noise of both signs cancels, a drift
    /// adds up.
    private var bias = 0.0
    /// Errors that may be off the same way each time.
    private var drift = 0.0

    var value: Double { drift + abs(bias) + squares.squareRoot() }
    /// Without the independent errors.
    var systematic: HalfWidth {
        var result = self
        result.squares = 0
        return result
    }

    mutating func add(independent width: Double) { squares += width * width }

    mutating func add(bias: Double) { self.bias += bias }

    mutating func add(drift width: Double) { drift += width }

    mutating func add(_ other: HalfWidth) {
        squares += other.squares
        bias += other.bias
        drift += other.drift
    }

    /// What was added since `before`.
    func since(_ before: HalfWidth) -> HalfWidth {
        var result = HalfWidth()
        result.squares = max(0, squares - before.squares)
        result.bias = bias - before.bias
        result.drift = drift - before.drift
        return result
    }

    /// The same errors in each of so many copies.
    func times(_ copies: Double) -> HalfWidth {
        var result = HalfWidth()
        result.squares = squares * copies * copies
        result.bias = bias * copies
        result.drift = drift * copies
        return result
    }
}

/// Half-widths of all skips of a run so far.
struct SamplingError {
    var ticks = HalfWidth()
    /// By counter of the ledger.
    var counters: [HalfWidth]

    init(counters: Int) { self.counters = Array(repeating: HalfWidth(), count: counters) }

    /// Adds what came to `after` since `before`.
    mutating func add(_ after: SamplingError, since before: SamplingError) {
        ticks.add(after.ticks.since(before.ticks))
        for index in counters.indices { counters[index].add(after.counters[index].since(before.counters[index])) }
    }
}
