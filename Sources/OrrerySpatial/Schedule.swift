import OrrerySimulation

/// The cycles of one command of a `ScheduledEngine`: how long its unit is occupied, when its result is there, and when each
/// stream is under way, all counted in the unit's own cycles (cycles in which it is not stalled).
struct Schedule {
    /// Cycles that the unit is occupied.
    var cycles: Int
    /// Cycles from the end of the occupation to the result.
    var resultLatency: Int
    /// Numbers of the class.
    var details: [Int] = []
    private(set) var streams: [Work.Stream] = []
    private var windows: [Window] = []

    /// When a stream is under way.
    struct Window {
        /// Own cycle at which it is given to its server.
        var opens: Int
        /// Own cycle that the unit cannot pass before the stream is over.
        var closes: Int
        /// Cycles between two pieces; 0 for as fast as the server can.
        var pace: Int
    }

    init(cycles: Int, resultLatency: Int = 0, details: [Int] = []) {
        self.cycles = cycles
        self.resultLatency = resultLatency
        self.details = details
    }

    /// Adds the pieces of an operand or a result, one each `pace` cycles from `opens` on, where it lies behind a port.
    mutating func stream(
        _ operand: TileOperation.Operand, bytes: Int, count: Int, pace: Int, opens: Int, isWrite: Bool
    ) {
        guard let port = operand.port else { return }
        streams.append(
            Work.Stream(
                port: port, address: operand.address, bytes: bytes, count: count, stride: bytes, isWrite: isWrite))
        windows.append(Window(opens: opens, closes: opens + (count - 1) * pace + 1, pace: pace))
    }

    /// The same work on a unit that never limits: one cycle, streams as fast as their servers are.
    func instant() -> Schedule {
        var schedule = self
        schedule.cycles = 1
        schedule.resultLatency = 0
        schedule.windows = windows.map { _ in Window(opens: 0, closes: 1, pace: 0) }
        return schedule
    }

    /// The schedule as a command's work; streams in the order in which they begin.
    func work(opcode: Int = 0, actions: [Work.ActionCount]) -> Work {
        let order = windows.indices.sorted { (windows[$0].opens, $0) < (windows[$1].opens, $1) }
        let times = order.flatMap { [windows[$0].opens, windows[$0].closes, windows[$0].pace] }
        return Work(
            opcode: opcode, numbers: [cycles, resultLatency, details.count] + details + times,
            streams: order.map { streams[$0] }, actions: actions)
    }
}

/// How `Schedule` lies in a work's numbers.
extension Work {
    var cycles: Int { numbers[0] }
    var resultLatency: Int { numbers[1] }
    var details: ArraySlice<Int> { numbers[3..<(3 + numbers[2])] }

    private func window(_ stream: Int) -> Int { 3 + numbers[2] + 3 * stream }
    func opens(_ stream: Int) -> Int { numbers[window(stream)] }
    func closes(_ stream: Int) -> Int { numbers[window(stream) + 1] }
    func pace(_ stream: Int) -> Int { numbers[window(stream) + 2] }
}

extension Work {
    /// What keeps the numbers from being a schedule, nil where nothing does.
    /// - Parameter lengths: numbers of its own that the class gives a command.
    func scheduleProblem(details lengths: [Int]) -> String? {
        guard numbers.count >= 3, lengths.contains(numbers[2]), numbers.count == 3 + numbers[2] + 3 * streams.count
        else {
            return "the work has \(numbers.count) numbers, which is no schedule of \(streams.count) streams"
        }
        if cycles < 1 || resultLatency < 0 { return "the work takes \(cycles) cycles and \(resultLatency) more" }
        var before = 0
        for stream in streams.indices {
            if opens(stream) < before || closes(stream) <= opens(stream) || pace(stream) < 0 {
                return "stream \(stream) runs from cycle \(opens(stream)) to \(closes(stream))"
            }
            before = opens(stream)
        }
        return nil
    }
}
