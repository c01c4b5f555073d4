import OrrerySimulation

extension Program {
    /// The same program with perfectly nested loops made one where nothing tells them apart: no condition (but first or last of both), ring or short tile
    /// looks at one of the two, and every address goes on evenly from the end of the inner loop to the next outer iteration.
    ///
    /// Batches and heads then are one loop, and a simulation that folds has one period to find instead of one inside the
    /// other. Queues that share a loop's id must all agree, so that iterations of one id stay iterations of one loop.
    func coalesced() -> Program {
        var program = self
        while let pair = program.evenPair() {
            program.queues = program.queues.map { $0.coalescing(outer: pair.outer, inner: pair.inner) }
            program.loops[pair.outer] += "·\(program.loops[pair.inner].split(separator: " ").last ?? "")"
        }
        return program
    }

    /// Ids of an outer and an inner loop that all queues with either nest evenly.
    private func evenPair() -> (outer: Int, inner: Int)? {
        var candidates: [(outer: Int, inner: Int)] = []
        for queue in queues {
            for (outer, inner) in queue.nestedPairs where !candidates.contains(where: { $0 == (outer, inner) }) {
                candidates.append((outer, inner))
            }
        }
        return candidates.first { pair in queues.allSatisfy { $0.nestsEvenly(outer: pair.outer, inner: pair.inner) } }
    }
}

extension QueueProgram {
    private func loop(at index: Int) -> (id: Int, trips: TripCount, mate: Int)? {
        guard instructions.indices.contains(index), case .loopBegin(let id, let trips, let mate) = instructions[index]
        else {
            return nil
        }
        return (id, trips, mate)
    }

    /// Ids of loops that hold nothing but one other loop, with that one.
    fileprivate var nestedPairs: [(outer: Int, inner: Int)] {
        instructions.indices.compactMap { index in
            guard let outer = loop(at: index), let inner = loop(at: index + 1), inner.mate + 1 == outer.mate else {
                return nil
            }
            return (outer.id, inner.id)
        }
    }

    /// Whether every loop of either id is one of an even pair of both; true where the queue has neither.
    fileprivate func nestsEvenly(outer: Int, inner: Int) -> Bool {
        var depth = 0
        for index in instructions.indices {
            switch instructions[index] {
            case .loopBegin(let id, _, _):
                if id == outer, !isEvenPair(at: index, inner: inner, level: depth) { return false }
                if id == inner, loop(at: index - 1)?.id != outer { return false }
                depth += 1
            case .loopEnd: depth -= 1
            case .command: continue
            }
        }
        return true
    }

    private func isEvenPair(at index: Int, inner: Int, level: Int) -> Bool {
        guard let first = loop(at: index), let second = loop(at: index + 1), second.id == inner,
            second.mate + 1 == first.mate,
            first.trips.level < 0, second.trips.level < 0, first.trips.constant > 0, second.trips.constant > 0
        else { return false }
        for instruction in instructions[(index + 2)..<second.mate] {
            switch instruction {
            case .loopBegin(_, let trips, _): if trips.level == level || trips.level == level + 1 { return false }
            case .command(let command):
                if !command.isEven(at: level, innerTrips: second.trips.constant) { return false }
            case .loopEnd: continue
            }
        }
        return true
    }

    fileprivate func coalescing(outer: Int, inner: Int) -> QueueProgram {
        var result: [Instruction] = []
        var moved: [Int] = []
        var level = 0
        var merged: [Int] = []
        for (index, instruction) in instructions.enumerated() {
            moved.append(result.count)
            switch instruction {
            case .loopBegin(let id, let trips, let mate):
                if id == outer, let second = loop(at: index + 1) {
                    merged.append(level)
                    let product = TripCount(trips.constant * second.trips.constant)
                    result.append(.loopBegin(loop: outer, trips: product, mate: mate))
                } else if id != inner {
                    result.append(.loopBegin(loop: id, trips: trips.without(merged), mate: mate))
                }
                level += 1
            case .loopEnd(let mate):
                level -= 1
                if loop(at: mate)?.id != inner { result.append(.loopEnd(mate: mate)) }
                if loop(at: mate)?.id == outer { merged.removeLast() }
            case .command(let command): result.append(.command(command.without(merged)))
            }
        }
        return QueueProgram(
            engine: engine,
            instructions: result.map { instruction in
                switch instruction {
                case .loopBegin(let id, let trips, let mate): .loopBegin(loop: id, trips: trips, mate: moved[mate])
                case .loopEnd(let mate): .loopEnd(mate: moved[mate])
                case .command: instruction
                }
            })
    }
}

extension Command {
    /// Whether the command cannot tell the loops at `level` and below it from one.
    fileprivate func isEven(at level: Int, innerTrips: Int) -> Bool {
        let all = [guards] + (waits + posts).map(\.guards)
        let looked = raggedLevels + addresses.filter { $0.ringStride != 0 }.map(\.ringLevel)
        if looked.contains(level) || looked.contains(level + 1) || !all.allSatisfy({ $0.isEven(at: level) }) {
            return false
        }
        return addresses.allSatisfy { address in
            let outer = level < address.strides.count ? address.strides[level] : 0
            let inner = level + 1 < address.strides.count ? address.strides[level + 1] : 0
            return outer == inner * innerTrips
        }
    }

    /// The command with each of these levels made one with the level below it.
    fileprivate func without(_ merged: [Int]) -> Command {
        var command = self
        for level in merged.reversed() {
            command.guards = command.guards.without(level)
            command.waits = command.waits.map { TokenUse($0.token, count: $0.count, where: $0.guards.without(level)) }
            command.posts = command.posts.map { TokenUse($0.token, count: $0.count, where: $0.guards.without(level)) }
            command.raggedLevels = command.raggedLevels.map { $0 > level ? $0 - 1 : $0 }
            command.addresses = command.addresses.map { address in
                var address = address
                if level < address.strides.count { address.strides.remove(at: level) }
                if address.ringLevel > level { address.ringLevel -= 1 }
                return address
            }
        }
        return command
    }
}

extension Guard {
    /// Whether it looks at none of the two loops, or says of both that it is the first or the last iteration.
    fileprivate func isEven(at level: Int) -> Bool {
        let outer = conditions.filter { $0.level == level }.map(\.kind)
        let inner = conditions.filter { $0.level == level + 1 }.map(\.kind)
        return outer == inner && (outer.isEmpty || outer == [.first] || outer == [.last])
    }

    fileprivate func without(_ level: Int) -> Guard {
        Guard(
            conditions.filter { $0.level != level }.map {
                Condition($0.kind, level: $0.level > level ? $0.level - 1 : $0.level)
            })
    }
}

extension TripCount {
    fileprivate func without(_ merged: [Int]) -> TripCount {
        var trips = self
        for level in merged.reversed() where trips.level > level { trips.level -= 1 }
        return trips
    }
}
