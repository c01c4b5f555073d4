import OrrerySimulation

/// Loops inside a component, over the kernel's fixed arrays.
final class BankScan {
    private let ready: FixedArray<Int>
    private let row: FixedArray<Int>
    private let wanted: FixedArray<Int32>

    init(banks: Int) {
        ready = FixedArray(repeating: 0, count: banks)
        row = FixedArray(repeating: -1, count: banks)
        wanted = FixedArray(repeating: 0, count: banks)
    }

    func run(scans: Int) -> UInt64 {
        var random = SplitMix(state: 1)
        var sum: UInt64 = 0
        for scan in 0..<scans {
            let now = scan &* 3
            var (best, pick, count) = (Int.max, -1, 0)
            let banks = ready.count
            ready.withSpan(count: banks) { ready in
                row.withSpan(count: banks) { row in
                    wanted.withSpan(count: banks) { wanted in
                        for bank in 0..<banks {
                            let at = ready[bank] &+ (row[bank] == Int(wanted[bank]) ? 0 : 14)
                            // Adds 1 where `at` has come, without a branch that nobody can predict.
                            count &-= (at &- now &- 1) >> 63
                            if at < best {
                                best = at
                                pick = bank
                            }
                        }
                    }
                }
            }
            row[pick] = Int(wanted[pick])
            ready[pick] = max(best, now) &+ 4
            wanted[pick] = Int32(truncatingIfNeeded: random.next() & 3)
            sum = sum &* 31 &+ UInt64(truncatingIfNeeded: pick) &+ UInt64(truncatingIfNeeded: count)
        }
        return sum
    }
}

/// A cache of 256 sets of 32 ways with LRU replacement.
final class CacheLookup {
    private static let sets = 256
    private static let ways = 32
    private let tags = FixedArray<Int>(repeating: -1, count: sets * ways)
    private let ages = FixedArray<Int32>(repeating: 0, count: sets * ways)

    func run(lookups: Int) -> UInt64 {
        var random = SplitMix(state: 1)
        var hits: UInt64 = 0
        for lookup in 0..<lookups {
            let bits = random.next()
            let line = Int(bits & 1 != 0 ? bits >> 8 & 0xFFF : bits >> 8 & 0x3FFF)
            let base = (line & (Self.sets &- 1)) &* Self.ways
            var (found, oldest) = (-1, 0)
            tags.withSpan(from: base, count: Self.ways) { tags in
                ages.withSpan(from: base, count: Self.ways) { ages in
                    for way in 0..<Self.ways {
                        if tags[way] == line { found = way }
                        if ages[way] < ages[oldest] { oldest = way }
                    }
                }
            }
            if found >= 0 { hits &+= 1 } else { found = oldest }
            tags[base &+ found] = line
            ages[base &+ found] = Int32(truncatingIfNeeded: lookup)
        }
        return hits
    }
}
