import OrrerySimulation

/// Components that wake themselves, and each other, under the kernel.
enum Ticks {
    static func run(components count: Int, interval: Int, cycles: Int) -> (sum: UInt64, operations: Int) {
        var components: [Ticking] = []
        for index in 0..<count {
            let before = components.last
            components.append(
                index % 2 == 0
                    ? Steady(index, behind: before, interval: interval, end: cycles)
                    : Uneven(index, behind: before, interval: interval, neighbour: (index + 1) % count, end: cycles))
        }
        guard let clocks = ClockSet([Clock(name: "core", periodNumerator: 1, periodDenominator: 1_000_000_000)]),
            let simulation = try? Simulation(clocks: clocks, components: components, program: Program(), folds: false)
        else { return (0, 0) }
        _ = simulation.run()
        let events = simulation.kernels.reduce(0) { $0 + $1.events }
        return (components.reduce(0) { $0 &* 31 &+ $1.state }, events)
    }
}

private class Ticking: Server {
    final var state: UInt64
    final let interval: Int
    final let end: Int
    /// Joins all components into one part.
    private let before: Ticking?

    init(_ index: Int, behind before: Ticking?, interval: Int, end: Int) {
        self.before = before
        state = UInt64(index)
        self.interval = interval
        self.end = end
        super.init(path: "c\(index)")
    }

    final override var behind: [Server] { before.map { [$0] } ?? [] }

    final override func start(_ kernel: Kernel) { kernel.poke(id) }

    @inline(__always)
    final func advance() { state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407 }
}

/// Advances its state and wakes again.
private final class Steady: Ticking {
    override func wake(_ kernel: Kernel) {
        advance()
        let now = kernel.now(self)
        if now < end { kernel.wake(id, at: now + interval) }
    }
}

/// The same with an interval that varies, and a poke of its neighbour now and then.
private final class Uneven: Ticking {
    private let neighbour: Int

    init(_ index: Int, behind before: Ticking?, interval: Int, neighbour: Int, end: Int) {
        self.neighbour = neighbour
        super.init(index, behind: before, interval: interval, end: end)
    }

    override func wake(_ kernel: Kernel) {
        advance()
        let now = kernel.now(self)
        if now >= end { return }
        if state >> 40 & 7 == 0, neighbour > id { kernel.poke(neighbour) }
        kernel.wake(id, at: now + interval + Int(state >> 60 & 1))
    }
}
