import OrreryText

extension LoopNest {
    /// What keeps the nest from being run; nil where nothing does.
    public var problem: String? { shapeProblem ?? operandProblem ?? stepProblem ?? sizeProblem }

    private static let largest = 1 << 40

    private var shapeProblem: String? {
        if loops.count > Self.mostLoops { return "a nest has \(Self.mostLoops) loops at most" }
        if let loop = loops.first(where: { !(2...Self.largest).contains($0.trips) }) {
            return "the loop '\(loop.name)' has \(loop.trips) trips, not 2 to 2^40"
        }
        if !(0...(loops.count - (isUnrolled && !loops.isEmpty ? 1 : 0))).contains(fixed)
            || loops[..<fixed].contains(where: \.isReduced)
        {
            return "loops around the nest are some of its outermost, which are not reduced"
        }
        if isUnrolled {
            guard let last = loops.last else { return "there is no loop to be unrolled" }
            if last.trips > Self.mostLanes {
                return "'\(last.name)' is unrolled over more than \(Self.mostLanes) lanes"
            }
            if last.isReduced { return "'\(last.name)' is reduced, and can't be laid over lanes" }
        }
        if !(1...Self.mostLanes).contains(width) { return "a vector register holds 1 to \(Self.mostLanes) elements" }
        var taken: Set<Int> = []
        for bound in bounds {
            guard bound.coefficients.count == loops.count, bound.limit > 0, bound.limit <= 1 << 50 else {
                return "a bound has a coefficient for each loop, and a limit"
            }
            let digits = loops.indices.filter { bound.coefficients[$0] != 0 }
            if !taken.isDisjoint(with: digits) { return "two bounds share a loop" }
            if digits.contains(where: { $0 < fixed }) { return "a loop around the nest has short tiles" }
            taken.formUnion(digits)
            var least = 1
            for loop in digits.sorted(by: { bound.coefficients[$0] < bound.coefficients[$1] }) {
                let (next, overflow) = bound.coefficients[loop].multipliedReportingOverflow(by: loops[loop].trips)
                guard bound.coefficients[loop] >= least, !overflow, next <= 1 << 50 else {
                    return "a bound counts in mixed radix"
                }
                least = next
            }
        }
        return nil
    }

    private var operandProblem: String? {
        for (place, operand) in (loads + [result]).enumerated() {
            let index = operand.index
            guard index.coefficients.count == loops.count,
                index.lookups.allSatisfy({ $0.load < place && loads.indices.contains($0.load) })
            else { return "'\(operand.tensor)' has a coefficient for each loop, and looks up what was loaded before" }
            if index.lookups.contains(where: { loads[$0.load].values == nil }) {
                return "'\(operand.tensor)' is indexed by elements that nobody knows"
            }
            if index.lookups.count > 4 { return "an index of '\(operand.tensor)' looks up more than 4 elements" }
            guard (1...64).contains(operand.elementBytes), (0...(1 << 56)).contains(operand.start),
                let range = range(of: index), range.lowerBound >= 0,
                range.upperBound < (1 << 56) / operand.elementBytes
            else { return "an address of '\(operand.tensor)' lies outside 0 to 2^56" }
            let elements = range.upperBound + 1
            if case .given(let list)? = operand.values?.pattern, list.count < elements {
                return "'\(operand.tensor)' has no element \(range.upperBound)"
            }
            if let values = operand.values, let problem = values.problem(of: values.given ?? elements) {
                return "'\(operand.tensor)': \(problem)"
            }
        }
        if loads.count > 64 { return "the body has more than 64 loads" }
        if !result.index.lookups.isEmpty { return "'\(result.tensor)' can't be written through another tensor" }
        if isUnrolled, result.index.coefficients.last == 0 {
            return "'\(result.tensor)' has one element for all lanes"
        }
        return nil
    }

    private var stepProblem: String? {
        for (place, step) in steps.enumerated() {
            if !(1...Self.mostCount).contains(step.count) || step.sources.count > 4 {
                return "a step is 1 to \(Self.mostCount) instructions of up to 4 sources"
            }
            for source in step.sources where !exists(source, before: place, isLast: place == steps.count - 1) {
                return "a step takes what is not there"
            }
        }
        if let stored, !exists(stored, before: steps.count, isLast: true) { return "what is stored is not there" }
        let isFolded = steps.last?.sources.contains(.sum) ?? false
        if isFolded != (stored == .sum) { return "what is folded is stored" }
        if !isFolded, loops.contains(where: \.isReduced) { return "a reduced loop needs a step that folds" }
        let registers = NestLayout(self).registers(of: self)
        if registers > NestInstructions.registers.count {
            return
                "the body needs \(registers) registers, and \(NestInstructions.registers.count) have names: unroll fewer lanes"
        }
        return nil
    }

    private func exists(_ source: Source, before place: Int, isLast: Bool) -> Bool {
        switch source {
        case .load(let load): loads.indices.contains(load)
        case .step(let step): (0..<place).contains(step)
        case .sum: isLast
        }
    }

    private var sizeProblem: String? {
        let points = loops[fixed...].reduce(1.0) { $0 * Double($1.trips) }
        let body = Double(loads.count + loops.count + 2 + steps.reduce(0) { $0 + $1.count })
        return points * body > 0x1p50 ? "the nest runs more than 2^50 instructions" : nil
    }

    /// Least and greatest number of an element; nil beyond 2^60.
    private func range(of index: Index) -> ClosedRange<Int>? {
        var (low, high) = (index.constant, index.constant)
        func add(_ coefficient: Int, upTo last: Int, from first: Int = 0) -> Bool {
            let (a, overflow) = coefficient.multipliedReportingOverflow(by: first)
            let (b, another) = coefficient.multipliedReportingOverflow(by: last)
            guard !overflow, !another, a.magnitude < 1 << 58, b.magnitude < 1 << 58 else { return false }
            (low, high) = (low + min(a, b), high + max(a, b))
            return low.magnitude < 1 << 60 && high.magnitude < 1 << 60
        }
        guard index.constant.magnitude < 1 << 58 else { return nil }
        // What a bound forbids is not reached.
        var free = Set(loops.indices)
        for bound in bounds {
            let digits = loops.indices.filter { bound.coefficients[$0] != 0 }
            guard let first = digits.first, index.coefficients[first] % bound.coefficients[first] == 0 else { continue }
            let factor = index.coefficients[first] / bound.coefficients[first]
            guard digits.allSatisfy({ index.coefficients[$0] == factor * bound.coefficients[$0] }) else { continue }
            if !add(factor, upTo: bound.limit - 1) { return nil }
            free.subtract(digits)
        }
        for loop in free where !add(index.coefficients[loop], upTo: loops[loop].trips - 1) { return nil }
        for lookup in index.lookups {
            guard let values = loads[lookup.load].values else { return nil }
            let range = values.range(of: Self.largest)
            if !add(lookup.coefficient, upTo: range.upperBound, from: range.lowerBound) { return nil }
        }
        return low...high
    }
}

extension GeneratedValues {
    /// How many are given one by one; nil where a pattern makes them.
    fileprivate var given: Int? { if case .given(let list) = pattern { list.count } else { nil } }
}
