import Testing

@testable import OrrerySimulation
@testable import SimulationTestSupport

/// Pending wake-ups: compared relative to now, or left where they are.
struct PendingEventTests {
    /// The time of the next beat is no state of the component, only a pending wake-up.
    @Test func wakeUpsAreComparedRelativeToNow() throws {
        func end(_ cycles: Int, folds: Bool, _ rules: FoldRules = .all) throws -> Cycle {
            let metronome = Metronome(path: "beat", interval: 7)
            let engine = ToyEngine(path: "e0", ports: [metronome])
            var machine = ToyMachine()
            machine.engine {
                loop(0, 20) {
                    compute(cycles)
                    request(0, 0)
                }
                fence()
            }
            let clocks = try #require(ClockSet(machine.clocks))
            let kernel = try Kernel(
                clocks: clocks, components: [engine, metronome], program: machine.program, folds: folds, rules: rules)
            _ = kernel.run()
            return kernel.now(clock: 0)
        }
        var wrong = 0
        for cycles in 5...12 {
            let truth = try end(cycles, folds: false)
            #expect(try end(cycles, folds: true) == truth)
            if try end(cycles, folds: true, .all.subtracting(.pendingEvents)) != truth { wrong += 1 }
        }
        #expect(wrong > 0)
    }

    /// A fold beside a long command ends before it.
    @Test func foldsEndBeforeWhatStays() async throws {
        let truth = try RunResult(Self.besideLongCommand, folds: false)
        let folded = try RunResult(Self.besideLongCommand, folds: true)
        #expect(truth.differences(from: folded) == [])
        #expect(folded.simulated < 40)
        await #expect(processExitsWith: .failure) {
            _ = try RunResult(PendingEventTests.besideLongCommand, folds: true, rules: .all.subtracting(.staticBound))
        }
    }

    private static var besideLongCommand: ToyMachine {
        var machine = ToyMachine()
        machine.engine {
            compute(1003)
            loop(1, 5) { compute(3) }
        }
        machine.engine { loop(0, 10_000) { compute(7) } }
        return machine
    }

    /// What a component that stays has booked changes when one of its times passes, also while it is not woken.
    @Test func noTimeOfAComponentThatStaysPasses() throws {
        var machine = ToyMachine(
            servers: [.memory(ToyMemory.Configuration(bytes: 1, cycles: 400, latency: 20, limit: 2))],
            tokens: [Program.Token(name: "late")])
        machine.engine {
            loop(0, 4) {
                compute(2, latency: 300).posts(0)
                request(0, 0, [], .blocking)
            }
        }
        machine.engine { loop(1, 2000) { compute(1) } }
        machine.engine { loop(2, 4) { wait(0) } }
        let truth = try RunResult(machine, folds: false)
        let folded = try RunResult(machine, folds: true)
        #expect(truth.differences(from: folded) == [])
        #expect(folded.folds > 3)
    }
}
