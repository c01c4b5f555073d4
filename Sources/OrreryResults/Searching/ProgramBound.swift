import OrreryLowering
import OrreryMachine
import OrrerySimulation

/// The least time that a program can take on a machine, from its loops alone: what the busiest unit is occupied, what the
/// busiest memory has to move.
struct ProgramBound: Comparable {
    /// Seconds.
    private(set) var seconds: Double
    /// Seconds of the busiest unit alone.
    private(set) var occupied: Double
    /// Bytes that all memories move: of two programs with the same bound the one that moves less is likelier to reach it.
    private(set) var bytes: Int
    /// Cycles that each queue's unit is occupied, by its path.
    private(set) var cycles: [String: Int] = [:]
    /// Bytes that each memory moves, by path.
    private(set) var moved: [String: Int] = [:]

    static func < (a: ProgramBound, b: ProgramBound) -> Bool { (a.seconds, a.bytes) < (b.seconds, b.bytes) }

    /// - Returns: nil where the program's commands are too many to count.
    init?(_ program: Program, on machine: Machine, _ hardware: Hardware, _ rates: MemoryRates) {
        occupied = 0
        for queue in program.queues {
            guard let part = machine.part(at: queue.engine), let count = ProgramCount(queue) else { return nil }
            let ports = hardware.units.first { $0.path == part.path }?.ports ?? [:]
            var cycles = 0
            for entry in count.entries {
                for (work, runs) in zip(entry.command.variants, entry.runs) where runs > 0 {
                    cycles += (part.classInfo.occupation?(work) ?? 0) * runs
                    for stream in work.streams {
                        guard let memory = ports[stream.port] ?? ports.min(by: { $0.key < $1.key })?.value else {
                            continue
                        }
                        moved[memory, default: 0] += stream.bytes * stream.count * runs
                    }
                }
            }
            self.cycles[queue.engine, default: 0] += cycles
            occupied = max(occupied, machine.clocks.clocks[part.clock].seconds(cycles))
        }
        seconds = occupied
        for (memory, bytes) in moved {
            if let rate = rates.bytesPerSecond[memory] { seconds = max(seconds, Double(bytes) / rate) }
        }
        bytes = moved.values.reduce(0, +)
    }
}

/// What the memories of a machine can move at most.
struct MemoryRates {
    /// By path.
    private(set) var bytesPerSecond: [String: Double] = [:]

    init(_ machine: Machine) throws {
        let assembly = try machine.instantiate()
        for component in assembly.components {
            guard let server = component as? any Metered else { continue }
            let period = assembly.clocks.clocks[component.clock].seconds(server.peak.cycles)
            bytesPerSecond[component.path] = Double(server.peak.bytes) / period
        }
    }
}
