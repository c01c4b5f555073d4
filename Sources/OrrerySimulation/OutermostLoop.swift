/// How a queue went through one of its outermost loops, in ticks of the run.
///
/// The times are those of the true history: a fold moves them with everything else, so that they are the same with and
/// without folding.
public struct OutermostLoop: Hashable, Sendable {
    /// Id of the loop in the program.
    public var loop: Int
    /// Path of the queue's engine.
    public var engine: String
    /// Iterations; at least 2.
    public var trips: Int
    /// When the queue's first command in the loop began, when the queue entered the second iteration and the last one, and
    /// when it left the loop.
    public var begin: Int128
    public var second: Int128
    public var last: Int128
    public var end: Int128
}

extension Engine {
    /// The outermost loop that the queue is in, in cycles of its clock. It is a record, and no state: nothing reads it before
    /// the end.
    struct LoopRecord {
        var loop = -1
        var trips = 0
        /// `.never` while no command of the loop has run.
        var begin = Cycle.never
        var second: Cycle = 0
        var last: Cycle = 0
        var end: Cycle = 0
    }

    @inline(never)
    final func enteredOutermost(_ loop: Int, trips: Int) {
        outermost = LoopRecord(loop: loop, trips: trips)
        awaitsFirstCommand = true
    }

    @inline(never)
    final func begunOutermost() {
        awaitsFirstCommand = false
        outermost.begin = began
    }

    @inline(__always)
    final func enteredNextOutermost(_ kernel: Kernel) {
        outermost.last = kernel.now(self)
        if indices[0] == 1 { outermost.second = outermost.last }
    }

    @inline(never)
    final func leftOutermost(_ kernel: Kernel) {
        outermost.end = kernel.now(self)
        if outermost.trips > 1, outermost.begin != .never { outermostLoops.append(outermost) }
    }
}

extension Kernel {
    /// The outermost loops that ran several times, queue by queue, in the order in which each queue left them.
    public var outermostLoops: [OutermostLoop] {
        engines.flatMap { engine in
            let ticks = Int128(clocks.ticks[engine.clock])
            return engine.outermostLoops.map { record in
                OutermostLoop(
                    loop: record.loop, engine: engine.path, trips: record.trips, begin: ticks * Int128(record.begin),
                    second: ticks * Int128(record.second), last: ticks * Int128(record.last),
                    end: ticks * Int128(record.end))
            }
        }
    }
}
