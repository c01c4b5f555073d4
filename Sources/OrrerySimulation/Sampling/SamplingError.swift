/// The half-width of a 99 % interval: independent errors add in quadrature, what may be off the same way each time adds up.
struct HalfWidth {
    private var squares = 0.0
    private var drift = 0.0

    var value: Double { drift + squares.squareRoot() }

    /// Adds an error that has nothing to do with those so far.
    mutating func add(independent width: Double) { squares += width * width }

    /// Adds an error that may be off the same way as others.
    mutating func add(drift width: Double) { drift += width }

    mutating func add(_ width: Double, isDrift: Bool) {
        if isDrift { add(drift: width) } else { add(independent: width) }
    }

    mutating func add(_ other: HalfWidth) {
        squares += other.squares
        drift += other.drift
    }

    /// What was added since `before`.
    func since(_ before: HalfWidth) -> HalfWidth {
        var result = HalfWidth()
        result.squares = max(0, squares - before.squares)
        result.drift = drift - before.drift
        return result
    }

    /// The same error in every one of so many copies.
    func times(_ copies: Double) -> HalfWidth {
        var result = HalfWidth()
        result.squares = squares * copies * copies
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

    /// Adds what `after` is wider than `before`.
    mutating func add(_ after: SamplingError, since before: SamplingError) {
        ticks.add(after.ticks.since(before.ticks))
        for index in counters.indices { counters[index].add(after.counters[index].since(before.counters[index])) }
    }
}
