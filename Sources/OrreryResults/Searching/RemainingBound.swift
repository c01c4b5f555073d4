import OrrerySimulation

/// The least time that a simulation which is under way can take in the end: whatever a unit has waited, it still has to be
/// occupied for all that its program gives it to do; what a memory has not moved yet, it moves at its peak rate at best.
///
/// A run whose least time passes another's time is slower for sure, long before its end.
struct RemainingBound {
    private struct Unit {
        /// Seconds that its program occupies it.
        var occupied: Double
        /// Seconds of a cycle.
        var period: Double
        var ledger: Ledger
        var stalls: Range<Int>
    }

    private struct Memory {
        var bytes: Int
        var bytesPerSecond: Double
        var kernel: Kernel
        var counters: Range<Int>
    }

    private var units: [Unit] = []
    private var memories: [Memory] = []
    private let secondsPerTick: Double

    /// - Parameter simulation: of the program that `bound` is about, not yet run.
    init(_ bound: ProgramBound, _ simulation: Simulation, _ clocks: ClockSet, _ rates: MemoryRates) {
        secondsPerTick = clocks.clocks[0].seconds(1) / Double(clocks.ticks[0])
        for kernel in simulation.kernels {
            let blocks = Dictionary(
                kernel.ledger.blocks.map { ($0.component, $0.base..<$0.base + $0.names.count * $0.width) },
                uniquingKeysWith: { first, _ in first })
            for component in kernel.components {
                let path = component.path
                if let cycles = bound.cycles[path], let stalls = blocks["\(path):stalls"] {
                    let clock = clocks.clocks[component.clock]
                    units.append(
                        Unit(
                            occupied: clock.seconds(cycles), period: clock.seconds(1), ledger: kernel.ledger,
                            stalls: stalls))
                }
                if let bytes = bound.moved[path], let rate = rates.bytesPerSecond[path],
                    let counters = blocks["\(path):bytes"]
                {
                    memories.append(Memory(bytes: bytes, bytesPerSecond: rate, kernel: kernel, counters: counters))
                }
            }
        }
    }

    /// Seconds, as the counters stand now. Requests are counted when they are taken, stalls when they are over: the bound is
    /// somewhat low, never high.
    var seconds: Double {
        var least = 0.0
        for unit in units {
            let stalled = unit.stalls.reduce(0) { $0 + unit.ledger[$1] }
            least = max(least, unit.occupied + Double(stalled) * unit.period)
        }
        for memory in memories {
            let moved = memory.counters.reduce(0) { $0 + memory.kernel.ledger[$1] }
            let rest = Double(max(0, memory.bytes - moved)) / memory.bytesPerSecond
            least = max(least, Double(memory.kernel.instant) * secondsPerTick + rest)
        }
        return least
    }
}
