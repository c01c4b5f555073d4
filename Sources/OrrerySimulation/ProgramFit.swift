/// Checks of programs that do not come from lowering: that the engines of a machine can run every command, and that no
/// count, time or address can overflow.
extension Program {
    /// Everything that keeps the program from running on a machine; empty where nothing does.
    ///
    /// - Parameter components: of one run, such as `Assembly.components`; they are only asked.
    public func problems(on components: [Component]) -> [ProgramError] {
        let check = ProgramCheck(self).errors
        if !check.isEmpty { return check }
        let engines = Dictionary(
            components.compactMap { $0 as? Engine }.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        return queues.flatMap { queue -> [ProgramError] in
            guard let engine = engines[queue.engine] else { return [.unknownEngine(queue.engine)] }
            return queue.problems(on: engine, accesses)
        }
    }
}

extension QueueProgram {
    fileprivate func problems(on engine: Engine, _ accesses: [AccessStream]) -> [ProgramError] {
        var errors: [ProgramError] = []
        var open: [LoopSize] = []
        for (index, instruction) in instructions.enumerated() {
            func report(_ message: String) {
                errors.append(.invalid(queue: self.engine, instruction: index, message))
            }
            switch instruction {
            case .loopBegin(_, let trips, _):
                open.append(LoopSize(trips, within: open))
                if open.last?.iterations == nil { report("the loop has more than 2^60 iterations") }
            case .loopEnd: open.removeLast()
            case .command(let command):
                for work in Set(command.variants) {
                    if let message = engine.generalProblem(with: work, accesses) ?? engine.problem(with: work) {
                        report(message)
                    }
                    if let index = work.accesses, accesses.indices.contains(index),
                        accesses[index].outerLoops > command.addresses.count
                    {
                        report("the stream needs the indices of \(accesses[index].outerLoops) loops as addresses")
                    }
                }
                if let runs = open.last.map(\.iterations) ?? 1, !command.isCountable(over: runs) {
                    report("what the command counts over all its runs does not fit 62 bits")
                }
                for address in command.addresses {
                    if let message = address.problem(open.map(\.trips)) { report(message) }
                }
                for work in command.variants {
                    for stream in work.streams where !stream.hasRoom { report("a stream spans more than 2^60 bytes") }
                }
            }
        }
        return errors
    }

    /// A loop with the most iterations that it can have.
    private struct LoopSize {
        var trips: Int
        /// With those of all loops around it; nil where they are more than 2^60.
        var iterations: Int?

        init(_ count: TripCount, within outer: [LoopSize]) {
            var most = count.constant
            if count.level >= 0, count.level < outer.count, count.coefficient > 0 {
                let (rise, overflow) = count.coefficient.multipliedReportingOverflow(by: outer[count.level].trips)
                most = overflow || rise > 1 << 60 ? 1 << 60 : min(1 << 60, most + rise)
            }
            trips = max(0, min(most, count.limit))
            let (product, overflow) = (outer.last.map { $0.iterations ?? .max } ?? 1)
                .multipliedReportingOverflow(by: trips)
            iterations = overflow || product > 1 << 60 ? nil : product
        }
    }
}

extension Engine {
    /// What keeps every engine from running a command with this work.
    fileprivate func generalProblem(with work: Work, _ accesses: [AccessStream]) -> String? {
        if (work.accesses != nil) != takesStreams {
            return takesStreams ? "'\(path)' runs streams of accesses only" : "'\(path)' runs no streams of accesses"
        }
        if let index = work.accesses, accesses.indices.contains(index), let problem = accesses[index].problem {
            return problem
        }
        if let stream = work.streams.first(where: { !ports.indices.contains($0.port) }) {
            return "'\(path)' has no port \(stream.port)"
        }
        if let stream = work.streams.first(where: { !$0.isWrite && !ports[$0.port].canBeRead }) {
            return "nothing lies behind '\(ports[stream.port].path)' that could be read"
        }
        if work.streams.contains(where: { $0.bytes < 1 || $0.count < 1 }) { return "a stream moves nothing" }
        if work.streams.count > 62 { return "a command has more than 62 streams" }
        if let entry = work.actions.first(where: { !actionNames.indices.contains($0.action) || $0.count < 0 }) {
            return "'\(path)' counts no action \(entry.action) × \(entry.count)"
        }
        return nil
    }
}

extension Command {
    /// Whether all that its runs add up stays below 2^62.
    fileprivate func isCountable(over runs: Int) -> Bool {
        var numbers = (waits + posts).map(\.count)
        for work in variants {
            numbers += work.numbers.map { Int(clamping: $0.magnitude) } + work.actions.map(\.count)
            for stream in work.streams {
                let (bytes, overflow) = stream.bytes.multipliedReportingOverflow(by: stream.count)
                numbers.append(overflow ? .max : bytes)
            }
        }
        return numbers.allSatisfy { number in
            let (product, overflow) = number.multipliedReportingOverflow(by: runs)
            return !overflow && product < 1 << 62
        }
    }
}

extension AddressSource {
    /// - Parameter trips: the most iterations of each loop around it.
    fileprivate func problem(_ trips: [Int]) -> String? {
        var (lower, upper) = (base, base)
        var steps = zip(strides, trips).map { ($0, max(0, $1 - 1)) }
        if ringLevel >= 0 { steps.append((ringStride, ringLength - 1)) }
        for (stride, count) in steps {
            let (reach, overflow) = stride.multipliedReportingOverflow(by: count)
            if overflow || reach.magnitude > 1 << 60 { return "an address lies beyond 2^60" }
            (lower, upper) = (lower + min(0, reach), upper + max(0, reach))
            if upper > 1 << 60 { return "an address lies beyond 2^60" }
        }
        return lower < 0 ? "an address falls below 0" : nil
    }
}

extension Work.Stream {
    fileprivate var hasRoom: Bool {
        let (length, overflow) = stride.multipliedReportingOverflow(by: count)
        return !overflow && length >= 0 && length < 1 << 60 && bytes < 1 << 60
    }
}
