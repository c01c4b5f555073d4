import Testing

@testable import OrrerySimulation
@testable import SimulationTestSupport

/// Programs made to fool folding: exact all of them, and folded where an exact fold exists.
struct AdversarialTests {
    @Test(arguments: Adversary.allCases)
    func foldedRunsAgreeAndStayShort(_ adversary: Adversary) throws {
        let truth = try RunResult(adversary.machine, folds: false)
        let folded = try RunResult(adversary.machine, folds: true)
        #expect(truth.differences(from: folded) == [])
        #expect(folded.simulated <= adversary.mostSimulated, "\(folded.simulated) of \(folded.iterations)")
    }

    @Test func aTokenThatIsNeverPostedEndsInADeadlock() throws {
        var machine = ToyMachine(tokens: ["work", "never"].map { Program.Token(name: $0, capacity: 4) })
        machine.engine { loop(0, 100) { compute(2).posts(0) } }
        machine.engine {
            loop(0, 90) { compute(3).waits(0) }
            wait(1)
        }
        let truth = try RunResult(machine, folds: false)
        let folded = try RunResult(machine, folds: true)
        #expect(truth.differences(from: folded) == [])
        #expect(folded.isDeadlocked)
        #expect(folded.folds > 0)
    }

    /// Three nested loops of 10^5: 2·10^15 iterations of two engines that share a token. Nobody can run that unfolded.
    @Test func aQuadrillionIterations() throws {
        var machine = ToyMachine(tokens: [Program.Token(name: "work", capacity: 7)])
        let trips = 100_000
        machine.engine {
            loop(0, trips) {
                loop(1, trips) {
                    loop(2, trips) { compute(3).posts(0) }
                    compute(1)
                }
                compute(2)
            }
        }
        machine.engine {
            loop(0, trips) {
                loop(1, trips) {
                    loop(2, trips) { compute(2).waits(0) }
                    compute(5)
                }
            }
        }
        let folded = try RunResult(machine, folds: true)
        #expect(folded.iterations == 2 * (trips * trips * trips + trips * trips + trips))
        #expect(folded.simulated < 300)
        #expect(folded.events < 2000)
        let commands = trips * trips * trips + trips * trips + trips
        #expect(folded.counter("commands", of: "e0") == commands)
        #expect(folded.counter("busy", of: "e1") == 2 * trips * trips * trips + 5 * trips * trips)
    }

    /// 10^5 seconds and more, in cycles of a gigahertz.
    @Test func aRunOfMoreThanADay() throws {
        var machine = ToyMachine(servers: [
            .memory(ToyMemory.Configuration(bytes: 7, cycles: 3, latency: 90, limit: 64))
        ])
        machine.engine { loop(0, 1 << 45) { request(0, 0, [64], bytes: 16) } }
        let folded = try RunResult(machine, folds: true)
        #expect(folded.end > 100_000 * 1_000_000_000)
        #expect(folded.simulated < 2000)
        #expect(folded.counter("bytes", of: "s0") == 16 << 45)
        let cycles = ((16 << 45) * 3 + 6) / 7
        #expect(abs(folded.end - cycles) < 200)
    }

    /// Co-prime loops that share nothing are folded each on its own.
    @Test func independentPartsFoldSeparately() throws {
        var machine = ToyMachine()
        for (index, period) in [997, 1009, 1013].enumerated() {
            machine.engine { loop(index, 200_000) { compute(period) } }
        }
        let simulation = try machine.simulation(folds: true)
        #expect(simulation.kernels.count == 3)
        _ = simulation.run()
        for (kernel, period) in zip(simulation.kernels, [997, 1009, 1013]) {
            #expect(kernel.now(clock: 0) == 200_000 * period)
            #expect(kernel.foldReports.reduce(0) { $0 + $1.simulated } < 20)
        }
    }

    /// What is joined by a token, a server or a server's server is one part.
    @Test func partsThatMeetAreOne() throws {
        var machine = ToyMachine(
            servers: [
                .memory(ToyMemory.Configuration(bytes: 1, cycles: 1, latency: 3, limit: 1)),
                .link(ToyLink.Configuration(target: 0, latency: 2, limit: 1)),
            ], tokens: [Program.Token(name: "t")])
        machine.engine { compute(1).posts(0) }
        machine.engine { compute(1).waits(0) }
        #expect(try machine.simulation(folds: true).kernels.count == 1)
        machine.servers = []
        #expect(try machine.simulation(folds: true).kernels.count == 1)
        machine.queues[1] = [compute(1)]
        #expect(try machine.simulation(folds: true).kernels.count == 2)
    }

    /// Where nothing folds, looking stays within its budget.
    @Test func lookingIsBounded() throws {
        var machine = ToyMachine(tokens: [Program.Token(name: "work", capacity: 1 << 30)])
        machine.engine { loop(0, 100_000) { compute(9973).posts(0) } }
        machine.engine { loop(0, 100_000) { compute(10_007).waits(0) } }
        for index in 0..<20 { machine.engine { loop(1 + index, 10_000) { compute(99_871 + 2 * index) } } }
        let truth = try RunResult(machine, folds: false)
        let folded = try RunResult(machine, folds: true)
        #expect(truth.differences(from: folded) == [])
        #expect(folded.simulated * 100 > folded.iterations * 99)
        #expect(folded.effort.captures < 1000)
        #expect(folded.effort.spent <= Folding.credit + Folding.share * folded.events + 1000)
    }
}
