import Yardstick

let clock = ContinuousClock()
func time(_ name: String, _ n: Int, _ body: () -> UInt64) -> UInt64 {
    var best = Duration.seconds(1000)
    var sum: UInt64 = 0
    for _ in 0..<5 { best = min(best, clock.measure { sum = body() }) }
    let c = best.components
    print(name, (Double(c.seconds) * 1e9 + Double(c.attoseconds) * 1e-9) / Double(n), sum)
    return sum
}
for p in [16, 256, 4096, 65536] {
    _ = time("ring \(p) swift", 1_000_000) { HoldModel.run(pending: p, operations: 1_000_000) }
    _ = time("ring \(p) c++  ", 1_000_000) { yardstick_ring(Int32(p), 1_000_000) }
}
_ = time("banks swift", 200_000 * 64) { BankScan(banks: 64).run(scans: 200_000) }
_ = time("banks c++", 200_000 * 64) { yardstick_banks(64, 200_000) }
_ = time("cache swift", 1_000_000) { CacheLookup().run(lookups: 1_000_000) }
_ = time("cache c++", 1_000_000) { yardstick_cache(1_000_000) }
for (n, i, c) in [(64, 1, 20000), (64, 16, 200_000), (1000, 100, 100_000)] {
    var ev: Int64 = 0
    _ = yardstick_ticks(Int32(n), Int32(i), Int64(c), &ev)
    print(ev, Ticks.run(components: n, interval: i, cycles: c).events)
    _ = time("ticks \(n) \(i) swift", Int(ev)) { Ticks.run(components: n, interval: i, cycles: c).sum }
    _ = time("ticks \(n) \(i) c++", Int(ev)) { var e: Int64 = 0; return yardstick_ticks(Int32(n), Int32(i), Int64(c), &e) }
}
