import Yardstick

/// One thing that is measured, in Swift and in C++.
struct Case {
    var name: String
    /// Operations in a timed run, and in a counted one.
    var timed: Int
    var counted: Int
    /// Swift may take this many times as long as C++, and execute this many times its instructions.
    var timeBar: Double
    var countBar: Double
    /// Instructions of the Swift code for one operation, at most: measured, and a tenth more for other tool chains.
    var mostInstructions: Double
    /// Does about as many operations as it is asked for. - Returns: a checksum, and the operations that were done.
    var swift: (Int) -> (sum: UInt64, operations: Int)
    var yardstick: (Int) -> (sum: UInt64, operations: Int)

    static var all: [Case] {
        [
            ring(16, mostInstructions: 220), ring(256, mostInstructions: 170), ring(4096, mostInstructions: 140),
            ring(65536, mostInstructions: 135), banks, cache,
            ticks(64, interval: 1, mostInstructions: 245), ticks(64, interval: 16, mostInstructions: 275),
            ticks(1000, interval: 100, mostInstructions: 255),
        ]
    }

    private static func ring(_ pending: Int, mostInstructions: Double) -> Case {
        Case(
            name: "event ring, \(pending) pending", timed: 2_000_000, counted: 200_000, timeBar: 1.3, countBar: 1.3,
            mostInstructions: mostInstructions,
            swift: { (HoldModel.run(pending: pending, operations: $0), $0) },
            yardstick: { (yardstick_ring(Int32(pending), Int64($0)), $0) })
    }

    private static var banks: Case {
        Case(
            name: "flat loop, scan of 64 banks", timed: 300_000, counted: 3000, timeBar: 1.3, countBar: 1.3,
            mostInstructions: 1060, swift: { (BankScan(banks: 64).run(scans: $0), $0) },
            yardstick: { (yardstick_banks(64, Int64($0)), $0) })
    }

    private static var cache: Case {
        Case(
            name: "flat loop, cache of 32 ways", timed: 1_000_000, counted: 10_000, timeBar: 1.3, countBar: 1.3,
            mostInstructions: 455, swift: { (CacheLookup().run(lookups: $0), $0) },
            yardstick: { (yardstick_cache(Int64($0)), $0) })
    }

    private static func ticks(_ components: Int, interval: Int, mostInstructions: Double) -> Case {
        Case(
            name: "\(components) components, \(interval == 1 ? "all active" : "1 in \(interval) active")",
            timed: 2_000_000, counted: 100_000, timeBar: 2.5, countBar: 2.5, mostInstructions: mostInstructions,
            swift: { Ticks.run(components: components, interval: interval, cycles: $0 * interval / components) },
            yardstick: { events in
                var done: Int64 = 0
                let sum = yardstick_ticks(
                    Int32(components), Int32(interval), Int64(events * interval / components), &done)
                return (sum, Int(done))
            })
    }
}
