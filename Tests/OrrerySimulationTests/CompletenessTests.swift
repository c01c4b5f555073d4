import Testing

@testable import OrrerySimulation
@testable import SimulationTestSupport

/// Rules that only make more runs fold: without each, these runs simulate many more iterations, with the same answer.
struct CompletenessTests {
    private func compare(_ machine: ToyMachine, without rule: FoldRules, atMost few: Int, insteadOf many: Int) throws {
        let truth = try RunResult(machine, folds: false)
        let folded = try RunResult(machine, folds: true)
        let without = try RunResult(machine, folds: true, rules: .all.subtracting(rule))
        #expect(truth.differences(from: folded) == [])
        #expect(truth.differences(from: without) == [])
        #expect(folded.simulated <= few)
        #expect(without.simulated >= many)
    }

    @Test func rowsThatWereNotTouchedNeedNotMove() throws {
        var machine = ToyMachine(servers: [
            .dram(ToyDRAM.Configuration(banks: 2, rowBytes: 32, latency: 2, hit: 1, miss: 5, limit: 4))
        ])
        machine.engine {
            loop(0, 400) {
                request(0, 32, [64]).when(.below(2), 0)
                request(0, 0, [64])
                compute(20)
            }
        }
        try compare(machine, without: .untouched, atMost: 20, insteadOf: 400)
    }

    @Test func aBufferThatNeverFills() throws {
        var machine = ToyMachine(tokens: [Program.Token(name: "work", capacity: 1_000_000)])
        machine.engine { loop(0, 200_000) { compute(9).posts(0) } }
        machine.engine { loop(0, 200_000) { compute(10).waits(0) } }
        try compare(machine, without: .drift, atMost: 200, insteadOf: 100_000)
    }

    @Test func theLeadFinishesEarly() throws {
        var machine = ToyMachine()
        machine.engine { loop(0, 100) { compute(3) } }
        machine.engine { loop(0, 100_000) { compute(5) } }
        try compare(machine, without: .handOver, atMost: 60, insteadOf: 99_000)
    }

    @Test func aLongCommandElsewhere() throws {
        var machine = ToyMachine(tokens: [Program.Token(name: "work", capacity: 10_000)])
        machine.engine { loop(0, 100_000) { compute(3).posts(0) } }
        machine.engine {
            compute(15_000)
            loop(0, 100_000) { compute(3).waits(0) }
        }
        try compare(machine, without: .staticTable, atMost: 60, insteadOf: 5000)
    }

    @Test func theStrictTableFindsTheLongRecurrence() throws {
        var machine = ToyMachine(servers: [
            .dram(
                ToyDRAM.Configuration(
                    banks: 4, rowBytes: 64, latency: 14, hit: 4, miss: 20, limit: 4, refreshInterval: 3666,
                    refreshCycles: 260))
        ])
        machine.engine {
            loop(0, 100_000) {
                request(0, 0)
                compute(137)
            }
        }
        try compare(machine, without: .strictTable, atMost: 10_000, insteadOf: 11_000)
    }

    /// A pass comes to bank 0 again only after 64 requests, which the second pass need not wait for: it begins like the first.
    @Test func aPassThatIsKnownIsNotSimulatedAgain() throws {
        var machine = ToyMachine(servers: [
            .scratchpad(ToyScratchpad.Configuration(banks: 64, width: 4, occupancy: 9, latency: 3, limit: 4))
        ])
        machine.engine {
            loop(0, 20) {
                loop(1, 4096) {
                    request(0, 0, [0, 4])
                    compute(2)
                }
            }
        }
        try compare(machine, without: .recollection, atMost: 400, insteadOf: 450)
    }

    /// Loops that are too short to fold around one that is long enough.
    private static var loopsOfTwo: ToyMachine {
        var machine = ToyMachine()
        machine.engine {
            loop(0, 2) {
                loop(1, 2) {
                    loop(2, 2) {
                        loop(3, 100) {
                            compute(3).when(.divisible(by: 64), 3)
                            compute(2)
                        }
                    }
                }
            }
        }
        return machine
    }

    /// Two iterations of a loop are too few to fold; but the first one is known when the loops around it come to it again.
    @Test func aPassageThatIsKnownIsNotSimulatedAgain() throws {
        let machine = Self.loopsOfTwo
        try compare(machine, without: .passages, atMost: 430, insteadOf: 800)
    }

    /// A look-ahead reaches into the next iteration of an outer loop only from the end of the inner ones: what comes before is
    /// known.
    @Test func aLookAheadThatStaysInsideTellsNothingApart() throws {
        var machine = ToyMachine()
        machine.engine {
            loop(0, 2) {
                loop(1, 6) {
                    loop(2, 100) {
                        compute(4).ahead(3)
                        compute(3).when(.divisible(by: 64), 2)
                    }
                }
            }
        }
        try compare(machine, without: [.passages, .recollection], atMost: 530, insteadOf: 600)
    }

    /// A loop of two iterations never folds; where it comes again within a passage that is known, the report says so.
    @Test func reportsSayInWhatIterationsWereSkipped() throws {
        let machine = Self.loopsOfTwo
        let kernel = try machine.kernel(folds: true)
        guard case .completed = kernel.run() else {
            Issue.record("the run did not end")
            return
        }
        let reports = kernel.foldReports
        let skipped = reports.filter { $0.simulated < $0.iterations && $0.folds == 0 }
        #expect(!skipped.isEmpty)
        for report in skipped {
            let count = report.iterations - report.simulated
            #expect(report.reason?.hasPrefix("\(count) iterations were skipped in ") == true, "\(report)")
        }
        #expect(skipped.contains { $0.reason?.contains("passages that had been simulated before") == true })
        for report in reports where report.simulated == report.iterations {
            #expect(report.reason?.contains("skipped") == false, "\(report)")
        }
    }
}
