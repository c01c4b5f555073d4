extension Engine {
    /// Number of loops around the present command.
    private var liveDepth: Int { pc < steps.count ? steps[pc].depth : 0 }

    var liveIndices: [Int] { (0..<liveDepth).map { indices[$0] } }
    var liveTrips: [Int] { (0..<liveDepth).map { trips[$0] } }

    func restoreLoops(_ indices: [Int], _ trips: [Int]) {
        for level in indices.indices {
            self.indices[level] = indices[level]
            self.trips[level] = trips[level]
        }
    }

    /// The accounts up to now are booked; spans start again.
    func restartAccounts(_ kernel: Kernel) {
        let skipped = kernel.now(self) - since
        since += skipped
        began += skipped
    }

    // MARK: Loops

    private func surrounds(_ begin: Int) -> Bool { begin < pc && pc <= steps[begin].mate }

    func isInside(loop: Int) -> Bool { state != .done && position(inLoop: loop) != nil }

    /// Index and length of the loop with this id around the present command.
    func position(inLoop loop: Int) -> (index: Int, trips: Int)? {
        for begin in loopBegins[loop] ?? [] where surrounds(begin) {
            return (indices[steps[begin].level], trips[steps[begin].level])
        }
        return nil
    }

    /// The instruction that begins the loop at `level` around the present command.
    func loopBegin(level: Int) -> Int? {
        steps.indices.last { steps[$0].kind == .begin && steps[$0].level == level && surrounds($0) }
    }

    /// First bytes that an address source yields from the start of the period on: outer indices as they are, the moving one
    /// from the period's start (and as far ahead as the command looks), inner ones over their whole range.
    func addressRange(_ address: AddressSource, _ step: Step, _ motion: FoldMatch.Motion) -> FoldBox {
        var box = FoldBox(lower: address.base, upper: address.base, shift: 0)
        func widen(_ stride: Int, from first: Int, to last: Int) {
            box.lower += min(stride * first, stride * last)
            box.upper += max(stride * first, stride * last)
        }
        for level in 0..<min(address.strides.count, step.depth) {
            let stride = address.strides[level]
            if level < motion.level {
                widen(stride, from: indices[level], to: indices[level])
            } else if level == motion.level {
                widen(stride, from: motion.from, to: motion.to + step.reach(ofLevel: level))
            } else {
                widen(stride, from: 0, to: longestTrips(level, around: step) - 1)
            }
        }
        if address.ringLevel >= 0 { widen(address.ringStride, from: 0, to: address.ringLength - 1) }
        return box
    }

    /// The most iterations that the loop at `level` around a step can have.
    private func longestTrips(_ level: Int, around step: Step) -> Int {
        let bound = step.enclosing[level]
        if bound.level < 0 || bound.coefficient == 0 { return max(1, bound.constant) }
        let last = bound.level < step.enclosing.count ? longestTrips(bound.level, around: step) : 1
        return max(1, bound.value(at: bound.coefficient > 0 ? last : 0))
    }
}

extension Kernel {
    /// The state in one word, invariant under what a fold may move; tokens and indices are not in it.
    func signature(withTimes: Bool) -> Int {
        var hash = UInt64(0x9E37_79B9_7F4A_7C15)
        func mix(_ value: Int) {
            hash = (hash ^ UInt64(bitPattern: Int64(value))) &* 0x0000_0100_0000_01B3
            hash ^= hash >> 29
        }
        for engine in engines {
            mix(engine.pc)
            mix(engine.state.rawValue)
        }
        for component in components {
            mix(component.signature)
            let wake = wakeTime(component.id)
            mix(wake == .never ? -1 : withTimes ? wake - now(component) : 0)
        }
        return Int(truncatingIfNeeded: hash)
    }
}
