import Testing

@testable import OrrerySimulation
@testable import SimulationTestSupport

/// Each rule of sampling is needed: without it a program is sampled that must not be, is off by more than it says, or its books
/// don't balance.
struct SamplingRuleTests {
    /// A blocking loop on a noisy memory.
    private func machine(_ trips: Int, _ configuration: ToyNoise.Configuration, compute cycles: Int = 1) -> ToyMachine {
        var machine = ToyMachine(servers: [.noise(configuration)])
        machine.engine {
            loop(0, trips) {
                request(0, 0, [1], .blocking)
                compute(cycles)
            }
        }
        return machine
    }

    /// Co-prime loops that share a memory come back to their state late, but they do.
    @Test func patience() throws {
        var late = ToyMachine(servers: [.memory(ToyMemory.Configuration(bytes: 499, cycles: 31, latency: 5, limit: 2))])
        late.engine {
            loop(0, 60_000) { request(0, 0, bytes: 211) }
        }
        let patient = try SamplingTrial(late, patience: 20_000)
        let hasty = try SamplingTrial(late, patience: 20_000, without: .patience)
        #expect(patient.samples == 0 && patient.folds > 0 && patient.error == 0)
        #expect(hasty.samples > 0)
    }

    @Test func warmUp() throws {
        let slow = machine(60_000, .init(base: 20, spread: 10, slowFirst: 60, slowness: 60))
        let kept = try SamplingTrial(slow, tolerance: 0.05, without: .trend)
        let dropped = try SamplingTrial(slow, tolerance: 0.05, without: [.warmUp, .trend])
        #expect(kept.isWithin && kept.samples > 0)
        #expect(dropped.sampled.events > kept.sampled.events || dropped.halfWidth > kept.halfWidth)
    }

    /// A cycle more every 40 requests.
    @Test func trend() throws {
        let drifting = machine(20_000, .init(base: 20, spread: 2, growthEvery: 40))
        let refused = try SamplingTrial(drifting)
        #expect(refused.samples == 0 && refused.error == 0)
        let fooled = try SamplingTrial(drifting, tolerance: 0.2, without: [.trend, .reach, .autocorrelation])
        #expect(fooled.samples > 0 && !fooled.isWithin)
    }

    /// Requests that take as long as those before them: fewer independent ones than there are.
    @Test func autocorrelation() throws {
        var (with, without) = (0, 0)
        var (patient, hasty) = (0, 0)
        for seed in 0..<20 {
            let sticky = machine(40_000, .init(base: 20, spread: 30, seed: seed, hold: 10))
            let careful = try SamplingTrial(sticky, tolerance: 0.2)
            let careless = try SamplingTrial(sticky, tolerance: 0.2, without: .autocorrelation)
            with += abs(careful.error) <= careful.halfWidth ? 0 : 1
            without += abs(careless.error) <= careless.halfWidth ? 0 : 1
            (patient, hasty) = (patient + careful.sampled.events, hasty + careless.sampled.events)
        }
        #expect(patient > hasty)
        #expect(with <= 1)
        #expect(without >= with)
    }

    /// A long pause that comes so rarely that a short sample has none of it.
    @Test func deadlines() throws {
        let pausing = machine(60_000, .init(base: 20, spread: 4, pauseEvery: 60_000, pause: 20_000))
        let careful = try SamplingTrial(pausing)
        let careless = try SamplingTrial(pausing, without: [.deadlines, .reach])
        #expect(careful.isWithin)
        #expect(careless.samples > 0 && !careless.isWithin)
    }

    @Test func tolerance() throws {
        let noisy = machine(60_000, .init(base: 2, spread: 200))
        let careful = try SamplingTrial(noisy, tolerance: 0.06)
        let careless = try SamplingTrial(noisy, tolerance: 0.06, without: .tolerance)
        #expect(careful.relativeHalfWidth <= 0.06 && careful.isWithin && careful.samples > 0)
        #expect(careless.relativeHalfWidth > careful.relativeHalfWidth && careless.relativeHalfWidth > 0.06)
    }

    /// From one request on, long after all that was measured first, everything takes twice as long.
    @Test func reach() throws {
        let changing = machine(60_000, .init(base: 20, spread: 4, stepAt: 20_000, step: 20))
        let careful = try SamplingTrial(changing)
        let careless = try SamplingTrial(changing, without: .reach)
        #expect(careful.isWithin)
        #expect(careless.samples > 0 && !careless.isWithin)
    }

    /// The buffer between the two fills up, and then the second one is what limits.
    @Test func tokens() throws {
        var filling = ToyMachine(servers: [.noise(.init(base: 10, spread: 5))])
        filling.tokens = [Program.Token(name: "work", capacity: 2000)]
        filling.engine { loop(0, 10_000) { compute(8).posts(0) } }
        filling.engine {
            loop(0, 10_000) {
                wait(0)
                request(0, 0, [], .blocking)
            }
        }
        let careful = try SamplingTrial(filling)
        // How far the second one came is an estimate too, and a wide one: only a lax run skips before the buffer is full.
        let careless = try SamplingTrial(filling, without: [.tokens, .reach, .tolerance])
        #expect(careful.broken == [] && careful.isWithin)
        func fullness(_ trial: SamplingTrial) -> Bool {
            trial.counters.allSatisfy {
                $0.name != "e0:stalls work" || abs(Double($0.truth - $0.value)) <= $0.halfWidth + 1
            }
        }
        #expect(fullness(careful))
        #expect(careless.broken != [] || !fullness(careless))
    }

    /// The memory counts bytes when it is done, and not as many were under way at both ends of a window.
    @Test func determined() throws {
        var broken: [String] = []
        for seed in 0..<10 {
            var busy = ToyMachine(servers: [.noise(.init(base: 10, spread: 15, seed: seed, limit: 6))])
            busy.engine {
                loop(0, 20_000) {
                    request(0, 0, bytes: 64)
                    compute(20)
                }
            }
            let careful = try SamplingTrial(busy)
            #expect(careful.samples > 0 && careful.broken == [])
            broken += try SamplingTrial(busy, without: .determined).broken
        }
        #expect(broken.contains { $0.contains("read") })
    }

    /// With two clocks a window is no whole number of cycles of both.
    @Test func timeShares() throws {
        var clocked = machine(60_000, .init(base: 10, spread: 15), compute: 3)
        clocked.clocks = [
            Clock(name: "core", periodNumerator: 1, periodDenominator: 940_000_000),
            Clock(name: "other", periodNumerator: 1, periodDenominator: 1_000_000_000),
        ]
        clocked.serverClocks = [0: 1]
        let careful = try SamplingTrial(clocked, tolerance: 0.05)
        let careless = try SamplingTrial(clocked, tolerance: 0.05, without: .timeShares)
        #expect(careful.samples > 0 && careful.broken == [])
        #expect(careless.broken.contains { $0.contains("e0") })
    }

    /// What an inner loop may be off by, it may be off by in every copy of the outer one.
    @Test func inheritedError() throws {
        var nested = ToyMachine(servers: [.noise(.init(base: 20, spread: 2))])
        nested.engine {
            loop(0, 300) {
                compute(100)
                loop(1, 1000) { request(0, 0, [], .blocking) }
            }
        }
        let careful = try SamplingTrial(nested, tolerance: 0.05)
        let careless = try SamplingTrial(nested, tolerance: 0.05, without: .inheritedError)
        #expect(careful.isWithin && careful.samples > 0)
        #expect(careless.halfWidth < careful.halfWidth, "\(careful.sampled.foldReports)")
    }
}
