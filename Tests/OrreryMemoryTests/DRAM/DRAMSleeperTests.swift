import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

@Suite struct DRAMSleeperTests {
    /// Beside a table of when each bank wakes: who sleeps longer than the wheel may only wake early.
    @Test(arguments: [3, 32, 64, 100]) func banksWakeInTheirCycleAndNeverLate(banks: Int) {
        var drawn = UInt64(banks)
        func below(_ bound: Int) -> Int {
            drawn = drawn &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((drawn >> 33) % UInt64(bound))
        }
        let sleepers = DRAMSleepers(banks: banks)
        var until = Array(repeating: 0, count: banks)
        var now = 0
        for _ in 0..<5000 {
            now += below(10) == 0 ? below(200) : below(3)
            sleepers.advance(.readRow, to: now)
            for bank in 0..<banks {
                let isAwake = sleepers.awake(.readRow, bank / 64) & 1 << UInt64(bank % 64) != 0
                if until[bank] <= now { #expect(isAwake, "bank \(bank) at \(now)") }
                if isAwake { until[bank] = 0 }
            }
            let next = until.filter { $0 > now && $0 != .max }.min()
            #expect(next == nil ? sleepers.next(.readRow) == .never : sleepers.next(.readRow) > now)
            if let next { #expect(sleepers.next(.readRow) <= next && sleepers.next(.readRow) >= min(next, now + 1)) }
            let bank = below(banks)
            switch below(4) {
            case 0:
                sleepers.wake(bank)
                until[bank] = 0
            case 1 where until[bank] == 0:
                sleepers.sleep(.readRow, bank, until: .never)
                until[bank] = .max
            case _ where until[bank] == 0:
                until[bank] = now + 1 + below(100)
                sleepers.sleep(.readRow, bank, until: until[bank])
            default: break
            }
        }
        #expect(sleepers.awake(.readAccess, 0) == ~0)
    }
}
