import Testing

@testable import OrrerySimulation
@testable import SimulationTestSupport

/// Loops that do not repeat exactly are estimated, and the truth lies where the estimate says.
struct SamplingTests {
    /// Of 300 random programs the true time lies within the stated interval in at least 99 of 100 that were sampled, the true counters
    /// in at least 98 of 100 (they are bounded one by one, and correlated); what the program decides is exact in all.
    @Test func theTruthLiesWithinTheStatedInterval() throws {
        var (sampled, outside, counters, countersOutside) = (0, [Int](), 0, 0)
        for seed in 0..<300 {
            let machine = ToyMachine(noisy: seed)
            let trial = try SamplingTrial(machine, tolerance: 0.05)
            // Toy servers may leave a refused requester asleep.
            if !trial.hasCompleted { continue }
            #expect(trial.broken == [], "seed \(seed)")
            if trial.samples == 0 {
                #expect(trial.error == 0, "seed \(seed)")
                continue
            }
            sampled += 1
            if !trial.isWithin { outside.append(seed) }
            for counter in trial.counters {
                counters += 1
                let error = abs(Double(counter.truth - counter.value))
                // A whole number: what is less than one off is as good as right.
                if error > counter.halfWidth + 1 { countersOutside += 1 }
            }
        }
        #expect(sampled >= 100)
        #expect(outside.count * 100 <= sampled, "\(outside) of \(sampled)")
        #expect(countersOutside * 100 <= counters * 2, "\(countersOutside) of \(counters)")
    }

    /// Programs of every kind end in the same place with and without sampling, whatever they do.
    @Test func whatTheProgramDecidesIsExact() throws {
        for seed in 0..<400 {
            let machine = ToyMachine(seed: seed, .medium)
            let trial = try SamplingTrial(machine, tolerance: 0.9, patience: 0, worth: 0)
            if trial.hasCompleted { #expect(trial.broken == [], "seed \(seed)\n\(machine)") }
        }
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        for seed in 0..<10 {
            let (first, second) = (
                try SamplingTrial(ToyMachine(noisy: seed)), try SamplingTrial(ToyMachine(noisy: seed))
            )
            #expect(first.sampled.ledger.copy() == second.sampled.ledger.copy())
            #expect(first.sampled.instant == second.sampled.instant)
            #expect(first.halfWidth == second.halfWidth)
            #expect(first.sampled.samplingError?.counters == second.sampled.samplingError?.counters)
        }
    }

    @Test func whatFoldsExactlyIsNeverSampled() throws {
        var machine = ToyMachine(servers: [.memory(ToyMemory.Configuration(bytes: 7, cycles: 3, latency: 9, limit: 4))])
        machine.engine {
            loop(0, 100_000) {
                request(0, 0, bytes: 3)
                compute(2)
            }
        }
        let trial = try SamplingTrial(machine)
        #expect(trial.samples == 0 && trial.folds > 0 && trial.error == 0 && trial.halfWidth == 0)
        #expect(trial.sampled.events < 10_000)
    }

    @Test func aTighterToleranceNarrowsTheInterval() throws {
        var machine = ToyMachine(servers: [.noise(ToyNoise.Configuration(base: 20, spread: 30))])
        machine.engine { loop(0, 200_000) { request(0, 0, [], .blocking) } }
        let wide = try SamplingTrial(machine, tolerance: 0.1)
        let narrow = try SamplingTrial(machine, tolerance: 0.02)
        #expect(wide.samples > 0 && narrow.samples > 0)
        #expect(narrow.relativeHalfWidth < wide.relativeHalfWidth)
        #expect(narrow.relativeHalfWidth <= 0.02 && wide.relativeHalfWidth <= 0.1)
        #expect(narrow.isWithin && wide.isWithin)
        #expect(wide.sampled.events < narrow.sampled.events && narrow.sampled.events < narrow.truth.events / 2)
    }

    @Test func loopsInLoopsAreSampledTogether() throws {
        var machine = ToyMachine(servers: [.noise(ToyNoise.Configuration(base: 20, spread: 2))])
        machine.engine {
            loop(0, 300) {
                compute(100)
                loop(1, 1000) { request(0, 0, [], .blocking) }
            }
        }
        let trial = try SamplingTrial(machine, tolerance: 0.05)
        #expect(trial.broken == [])
        #expect(trial.sampled.foldReports.allSatisfy { $0.samples > 0 }, "\(trial.sampled.foldReports)")
        #expect(trial.sampled.events * 10 < trial.truth.events)
        #expect(trial.isWithin && trial.relativeHalfWidth < 0.05)
    }

    /// Tokens that only some iterations post, and post late: as many may be counted at both ends of a window where one more is under way
    /// at its end, and nobody may wait for that one for ever.
    @Test func tokensThatAreLateAndConditionalAreCounted() throws {
        var samples = 0
        for seed in 0..<40 {
            var machine = ToyMachine(servers: [.noise(.init(base: 10, spread: 40, seed: seed, limit: 6))])
            machine.tokens = [Program.Token(name: "ready"), Program.Token(name: "free", initial: 6)]
            let first = Guard([.init(.first, level: 1)])
            machine.engine {
                loop(0, 4000) {
                    loop(1, 3) {
                        request(0, 0, [], .posting).waits(1, when: first).posts(0, when: first)
                        compute(2)
                    }
                }
            }
            machine.engine {
                loop(0, 4000) { loop(1, 3) { compute(seed % 50 + 40).waits(0, when: first).posts(1, when: first) } }
            }
            let trial = try SamplingTrial(machine, tolerance: 0.3)
            #expect(trial.hasCompleted && trial.broken == [], "seed \(seed)")
            samples += trial.samples
        }
        #expect(samples > 40)
    }

    @Test func quantilesOfStudentsT() {
        // Tables of the 99.5 % quantile.
        for (freedom, value) in [(10, 3.16927), (15, 2.94671), (20, 2.84534), (60, 2.66028)] {
            #expect(abs(StudentT.half99(freedom) - value) < 5e-4)
        }
        for (freedom, value) in [(1, 63.6567), (2, 9.92484), (3, 5.84091), (4, 4.60409)] {
            #expect(abs(StudentT.half99(freedom) / value - 1) < 0.01)
        }
    }

    @Test func whatIsKnownOfBatchesCountsInAShortSample() {
        let long = BatchMeans(
            lengths: [Double](repeating: 2, count: 20), amounts: (0..<20).map { $0 % 2 == 0 ? 9.0 : 11 })
        let short = BatchMeans(lengths: [2, 2, 2], amounts: [9, 11, 10])
        var known = BatchSpread()
        known.add(long)
        #expect(known.freedom == 19 && known.deviation == long.deviation && known.correlation == 0)
        let (alone, together) = (
            short.halfWidth(over: 100, correlates: true), short.halfWidth(over: 100, correlates: true, knowing: known)
        )
        #expect(together < alone && together > 0)
        // Equal batches are no proof of equal ones elsewhere where batches of the loop were seen to vary.
        let constant = BatchMeans(lengths: [2, 2, 2], amounts: [10, 10, 10])
        #expect(constant.halfWidth(over: 100, correlates: true, knowing: known) > 0)
    }

    @Test func batchMeans() {
        let lengths = [Double](repeating: 2, count: 20)
        let steady = BatchMeans(lengths: lengths, amounts: (0..<20).map { $0 % 2 == 0 ? 9.0 : 11.0 })
        #expect(steady.mean == 5 && !steady.hasTrend && steady.correlation < 0)
        let rising = BatchMeans(lengths: lengths, amounts: (0..<20).map(Double.init))
        #expect(rising.hasTrend && rising.correlation > 0.6)
        let constant = BatchMeans(lengths: [1, 2, 3, 4, 5], amounts: [10, 20, 30, 40, 50])
        #expect(constant.mean == 10 && constant.deviation == 0 && constant.halfWidth(over: 1000, correlates: true) == 0)
    }
}
