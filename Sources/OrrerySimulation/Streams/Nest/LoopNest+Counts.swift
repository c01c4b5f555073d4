extension LoopNest {
    /// What a nest executes, in closed form.
    public struct Counts: Hashable, Sendable {
        public var instructions = 0
        /// Elements or vectors that are read, and written.
        public var loads = 0
        public var stores = 0
        public var branches = 0
        /// Elementary operations, in the order of `ScalarOperation`.
        public var operations: [Operations] = []

        /// Operations of one kind.
        public struct Operations: Hashable, Sendable {
            public var kind: ScalarOperation
            public var count: Int
        }
    }

    /// From the loops and bounds alone, of one run of the command. The nest must have no ``problem``.
    public var counts: Counts {
        let layout = NestLayout(self)
        var counts = Counts()
        func points(_ depth: Int, _ lane: Int = 0) -> Int { iterations(lane: lane) { $0 < depth } }
        func chunked(_ depth: Int) -> Int { layout.chunks.reduce(0) { $0 + points(depth, $1.lowerBound) } }
        func single(_ depth: Int) -> Int { (0..<layout.lanes).reduce(0) { $0 + points(depth, $1) } }
        for load in loads.indices {
            let depth = layout.depths[load]
            switch layout.forms[load] {
            case .shared:
                counts.loads += points(depth)
                counts.instructions += points(depth)
            case .contiguous:
                counts.loads += chunked(depth)
                counts.instructions += chunked(depth)
            case .scattered:
                counts.loads += single(depth)
                counts.instructions += chunked(depth)
            }
        }
        // Partial results are loaded in all iterations of the reduced loops around but the first.
        if !layout.outerReductions.isEmpty {
            let isKept = { (loop: Int) in loop < layout.resultDepth && !loops[loop].isReduced }
            let first = { (lane: Int) in iterations(lane: lane, isKept) }
            let again = { (lane: Int) in points(layout.resultDepth, lane) - first(lane) }
            let vectors = layout.chunks.reduce(0) { $0 + again($1.lowerBound) }
            counts.loads +=
                layout.resultForm == .scattered ? (0..<layout.lanes).reduce(0) { $0 + again($1) } : vectors
            counts.instructions += vectors
        }
        counts.stores = layout.resultForm == .scattered ? single(layout.resultDepth) : chunked(layout.resultDepth)
        counts.branches = (fixed..<layout.depth).reduce(0) { $0 + points($1 + 1) }
        counts.instructions += counts.stores + counts.branches
        for kind in ScalarOperation.allCases {
            let each = steps.reduce(0) { $0 + ($1.operation == kind ? $1.count : 0) }
            if each == 0 { continue }
            counts.instructions += each * chunked(layout.depth)
            counts.operations.append(.init(kind: kind, count: each * single(layout.depth)))
        }
        return counts
    }

    /// Iterations over some of the loops, with the others at 0 and an unrolled one at `lane`.
    private func iterations(lane: Int, _ includes: (Int) -> Bool) -> Int {
        let outer = loops.count - (isUnrolled ? 1 : 0)
        var count = 1
        var free = Set((fixed..<outer).filter(includes))
        for bound in bounds {
            let digits = free.filter { bound.coefficients[$0] != 0 }.sorted {
                bound.coefficients[$0] > bound.coefficients[$1]
            }
            free.subtract(digits)
            let limit = bound.limit - (isUnrolled ? lane * bound.coefficients[outer] : 0)
            count *= bound.points(over: digits, below: limit, trips: { loops[$0].trips })
        }
        return free.reduce(count) { $0 * loops[$1].trips }
    }
}

extension LoopNest.Bound {
    /// Values of some digits, most significant first, that make a number below a limit.
    fileprivate func points(over digits: [Int], below limit: Int, trips: (Int) -> Int) -> Int {
        var highest = limit - 1
        var count = 0
        if highest < 0 { return 0 }
        for (place, loop) in digits.enumerated() {
            let below = digits[(place + 1)...].reduce(1) { $0 * trips($1) }
            let full = min(trips(loop), highest / coefficients[loop])
            count += full * below
            if full == trips(loop) { return count }
            highest -= full * coefficients[loop]
        }
        return count + 1
    }
}
