extension Engine {
    /// Number of loops around the present command.
    private var liveDepth: Int { pc < steps.count ? steps[pc].depth : 0 }

    var liveIndices: [Int] { (0..<liveDepth).map { indices[$0] } }
    var liveTrips: [Int] { (0..<liveDepth).map { trips[$0] } }

    /// The instructions that begin the loops around the present command, outermost first.
    var liveBegins: [Int] { steps.indices.filter { heads[$0].kind == .begin && surrounds($0) } }

    func restoreLoops(_ indices: [Int], _ trips: [Int]) {
        for level in indices.indices {
            self.indices[level] = indices[level]
            self.trips[level] = trips[level]
        }
    }

    // MARK: Loops

    private func surrounds(_ begin: Int) -> Bool { begin < pc && pc <= heads[begin].mate }

    func isInside(loop: Int) -> Bool { state != .done && (loopBegins[loop] ?? []).contains { surrounds($0) } }

    /// Whether the queue is inside a loop of that id that lies around the loop at `level`.
    func isInside(loop: Int, above level: Int) -> Bool {
        state != .done && (loopBegins[loop] ?? []).contains { surrounds($0) && heads[$0].level < level }
    }

    /// The instruction that begins the loop at `level` around the present command.
    func loopBegin(level: Int) -> Int? {
        steps.indices.last { steps[$0].kind == .begin && steps[$0].level == level && surrounds($0) }
    }

    /// First bytes that an address source yields from the start of the period on: outer indices as they are, the moving one
    /// from the period's start, inner ones over their whole range. A look-ahead may carry into the outer ones.
    func addressRange(_ address: AddressSource, _ step: Step, _ motion: FoldMatch.Motion) -> FoldBox {
        var box = FoldBox(lower: address.base, upper: address.base, shift: 0)
        for level in 0..<min(address.strides.count, step.depth) {
            let stride = address.strides[level]
            let range = indexRange(level, step, motion)
            box.lower += min(stride * range.lowerBound, stride * range.upperBound)
            box.upper += max(stride * range.lowerBound, stride * range.upperBound)
        }
        if address.ringLevel >= 0 {
            let last = address.ringStride * (address.ringLength - 1)
            box.lower += min(0, last)
            box.upper += max(0, last)
        }
        return box
    }

    /// Values that the index at `level`, as the step reads it, takes during the period.
    private func indexRange(_ level: Int, _ step: Step, _ motion: FoldMatch.Motion) -> ClosedRange<Int> {
        if level > motion.level { return 0...(longestTrips(level, around: step) - 1) }
        let carry = step.carry(intoLevel: level)
        let (from, to) = level < motion.level ? (indices[level], indices[level]) : (motion.from, motion.to)
        if to + carry.upperBound >= trips[level] { return 0...(trips[level] - 1) }
        return (from + carry.lowerBound)...(to + carry.upperBound)
    }

    /// The most iterations that the loop at `level` around a step can have.
    private func longestTrips(_ level: Int, around step: Step) -> Int {
        let bound = step.enclosing[level]
        if bound.level < 0 || bound.coefficient == 0 { return max(1, bound.constant) }
        let last = bound.level < step.enclosing.count ? longestTrips(bound.level, around: step) : 1
        return max(1, bound.value(at: bound.coefficient > 0 ? last : 0))
    }
}
