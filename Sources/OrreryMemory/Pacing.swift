import OrrerySimulation

/// When the pieces of a request may begin: `pace` cycles of the requester's clock apart, counted in the server's clock.
///
/// Where the clocks differ the distance is a fraction of the server's cycles; pieces that begin as early as they may keep
/// the exact average, and a piece that the server held up starts the count anew.
struct Pacing {
    private var cycle: Cycle
    private var part = 0
    private let cycles: Int
    private let parts: Int
    private let unit: Int

    init(_ request: Request, from arrival: Cycle, at server: Component, _ kernel: Kernel) {
        cycle = arrival
        let theirs = kernel.clocks.ticks[kernel.clock(of: request.requester)]
        let ours = kernel.clocks.ticks[server.clock]
        let divisor = greatestCommonDivisor(theirs, ours)
        unit = ours / divisor
        (cycles, parts) = (request.pace * (theirs / divisor)).quotientAndRemainder(dividingBy: unit)
    }

    /// The earliest cycle for the next piece.
    @inline(__always)
    var earliest: Cycle { part > 0 ? cycle + 1 : cycle }

    /// Whether the distance between two pieces is at most `duration` of a channel, so that back-to-back transfers of that
    /// length keep it by themselves.
    func isWithin(_ duration: Rate.Duration) -> Bool { cycles <= duration.cycles && parts == 0 }

    @inline(__always)
    mutating func started(at start: Cycle) {
        if start > earliest {
            cycle = start
            part = 0
        }
        cycle += cycles
        part += parts
        if part >= unit {
            part -= unit
            cycle += 1
        }
    }
}
