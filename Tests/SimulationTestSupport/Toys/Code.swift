import OrrerySimulation

/// One statement of a queue, as tests write it.
indirect enum Code {
    case loop(id: Int, TripCount, [Code])
    case command(Command)
}

@resultBuilder
enum CodeBuilder {
    static func buildExpression(_ code: Code) -> [Code] { [code] }
    static func buildExpression(_ codes: [Code]) -> [Code] { codes }
    static func buildBlock(_ parts: [Code]...) -> [Code] { parts.flatMap { $0 } }
    static func buildOptional(_ part: [Code]?) -> [Code] { part ?? [] }
    static func buildEither(first: [Code]) -> [Code] { first }
    static func buildEither(second: [Code]) -> [Code] { second }
    static func buildArray(_ parts: [[Code]]) -> [Code] { parts.flatMap { $0 } }
}

func loop(_ id: Int, _ trips: Int, @CodeBuilder _ body: () -> [Code]) -> Code {
    .loop(id: id, TripCount(trips), body())
}

func loop(_ id: Int, _ trips: TripCount, @CodeBuilder _ body: () -> [Code]) -> Code { .loop(id: id, trips, body()) }

/// Occupies the unit for `cycles`; the result follows `latency` later.
func compute(_ cycles: Int, latency: Int = 0) -> Code {
    .command(
        Command(variants: [
            Work(
                opcode: ToyEngine.compute, numbers: [cycles, latency],
                actions: [Work.ActionCount(ToyEngine.computed, cycles)])
        ]))
}

/// Ends at once, after waiting for `count` tokens.
func wait(_ token: Int, _ count: Int = 1) -> Code {
    .command(
        Command(variants: [Work(opcode: ToyEngine.compute, numbers: [0, 0])], waits: [TokenUse(token, count: count)]))
}

/// Ends at once and posts `count` tokens.
func post(_ token: Int, _ count: Int = 1) -> Code {
    .command(
        Command(variants: [Work(opcode: ToyEngine.compute, numbers: [0, 0])], posts: [TokenUse(token, count: count)]))
}

/// Waits until at most `left` requests are under way.
func fence(_ left: Int = 0) -> Code {
    .command(Command(variants: [Work(opcode: ToyEngine.fence, numbers: [left])]))
}

enum RequestMode: Int, CaseIterable {
    /// The queue goes on at once; posts are made at the issue.
    case background
    /// The queue goes on at once; posts are made with the answer.
    case posting
    /// The queue stands until the answer.
    case blocking
}

/// A request through `port`, with a stride for each level of the nest.
func request(
    _ port: Int, _ base: Int, _ strides: [Int] = [], bytes: Int = 1, _ mode: RequestMode = .background
) -> Code {
    let stream = Work.Stream(port: port, address: 0, bytes: bytes, count: 1, stride: 0, isWrite: false)
    return .command(
        Command(
            variants: [Work(opcode: ToyEngine.request, numbers: [mode.rawValue], streams: [stream])],
            addresses: [AddressSource(base: base, strides: strides)]))
}

extension Code {
    private func with(_ change: (inout Command) -> Void) -> Code {
        guard case .command(var command) = self else { return self }
        change(&command)
        return .command(command)
    }

    /// Executes only where the condition on the loop at `level` holds.
    func when(_ kind: Guard.Condition.Kind, _ level: Int) -> Code {
        with { $0.guards.conditions.append(Guard.Condition(kind, level: level)) }
    }

    func ahead(_ iterations: Int) -> Code { with { $0.lookahead = iterations } }

    func waits(_ token: Int, _ count: Int = 1, when guards: Guard = Guard()) -> Code {
        with { $0.waits.append(TokenUse(token, count: count, where: guards)) }
    }

    func posts(_ token: Int, _ count: Int = 1, when guards: Guard = Guard()) -> Code {
        with { $0.posts.append(TokenUse(token, count: count, where: guards)) }
    }

    func ring(_ level: Int, length: Int, stride: Int) -> Code {
        with { command in
            for index in command.addresses.indices {
                command.addresses[index].ringLevel = level
                command.addresses[index].ringLength = length
                command.addresses[index].ringStride = stride
            }
        }
    }

    /// Requests `count` pieces, `stride` bytes apart.
    func pattern(_ count: Int, stride: Int) -> Code {
        with { command in
            command.variants = command.variants.map { work in
                var work = work
                for index in work.streams.indices {
                    work.streams[index].count = count
                    work.streams[index].stride = stride
                }
                return work
            }
        }
    }

    /// The work's first number is less by one for each of these levels that is in its last iteration.
    func ragged(_ levels: [Int]) -> Code {
        with { command in
            guard let whole = command.variants.first else { return }
            command.raggedLevels = levels
            command.variants = (0..<(1 << levels.count)).map { bits in
                var work = whole
                work.numbers[0] = max(0, whole.numbers[0] - bits.nonzeroBitCount)
                return work
            }
        }
    }
}

/// Lays out statements as the kernel takes them.
func compile(_ codes: [Code]) -> [Instruction] {
    var instructions: [Instruction] = []
    func emit(_ codes: [Code]) {
        for code in codes {
            switch code {
            case .command(let command): instructions.append(.command(command))
            case .loop(let id, let trips, let body):
                let begin = instructions.count
                instructions.append(.loopBegin(loop: id, trips: trips, mate: begin))
                emit(body)
                instructions[begin] = .loopBegin(loop: id, trips: trips, mate: instructions.count)
                instructions.append(.loopEnd(mate: begin))
            }
        }
    }
    emit(codes)
    return instructions
}
