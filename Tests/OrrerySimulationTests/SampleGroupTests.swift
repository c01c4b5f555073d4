import Testing

@testable import OrrerySimulation
@testable import SimulationTestSupport

/// Queues that are elsewhere in their iterations at the two ends of a window.
struct SampleGroupTests {
    /// Each waits for the other and for a noisy memory, so that both are hardly ever where they were before.
    @Test func queuesInStepGoEquallyFar() throws {
        var outside: [Int] = []
        for seed in 0..<20 {
            var machine = ToyMachine(servers: [.noise(.init(base: 20, spread: 30, seed: seed))])
            machine.tokens = [Program.Token(name: "ready"), Program.Token(name: "free", initial: 3)]
            machine.engine {
                loop(0, 20_000) {
                    request(0, 0, [], .blocking)
                    compute(4).waits(1).posts(0)
                }
            }
            machine.engine {
                loop(0, 20_000) {
                    compute(1).waits(0)
                    loop(1, 4) {
                        request(0, 0, [], .blocking)
                        compute(3)
                    }
                    compute(2).posts(1)
                }
            }
            let trial = try SamplingTrial(machine, tolerance: 0.05)
            #expect(trial.hasCompleted && trial.broken == [] && trial.samples > 0, "seed \(seed)")
            #expect(trial.sampled.events * 3 < trial.truth.events, "seed \(seed)")
            if !trial.isWithin { outside.append(seed) }
        }
        #expect(outside.count <= 1, "\(outside)")
    }

    /// Nobody waits for the other until the slow one is alone: how far it comes in a skip is an estimate.
    @Test func queuesThatDriftApartGoByTheirOwnPace() throws {
        var outside: [Int] = []
        for seed in 0..<10 {
            var machine = ToyMachine(servers: [
                .noise(.init(base: 20, spread: 30, seed: seed)), .noise(.init(base: 50, spread: 70, seed: seed + 100)),
            ])
            machine.tokens = [Program.Token(name: "ready")]
            machine.engine {
                loop(0, 100_000) {
                    request(0, 0, [], .blocking)
                    compute(4).posts(0)
                }
            }
            machine.engine {
                loop(0, 100_000) {
                    compute(1).waits(0)
                    request(1, 0, [], .blocking)
                    compute(2)
                }
            }
            let trial = try SamplingTrial(machine, tolerance: 0.05)
            #expect(trial.hasCompleted && trial.broken == [] && trial.samples > 1, "seed \(seed)")
            #expect(trial.sampled.events * 2 < trial.truth.events, "seed \(seed)")
            if !trial.isWithin { outside.append(seed) }
        }
        #expect(outside.count <= 1, "\(outside)")
    }
}
