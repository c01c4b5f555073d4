import Testing

@testable import OrrerySimulation
@testable import SimulationTestSupport

/// Each rule of folding is needed: without it this program gives another answer than an unfolded run.
struct RuleTests {
    @Test(arguments: SoundnessRule.allCases)
    func withoutTheRuleTheAnswerIsWrong(_ rule: SoundnessRule) throws {
        let machine = rule.machine
        let truth = try RunResult(machine, folds: false)
        let folded = try RunResult(machine, folds: true)
        let broken = try RunResult(machine, folds: true, rules: .all.subtracting(rule.rule))
        #expect(truth.differences(from: folded) == [])
        #expect(broken.folds > 0)
        #expect(!truth.differences(from: broken).isEmpty)
    }
}

enum SoundnessRule: CaseIterable {
    case firstIteration, lastIteration, shortTile, modulo, ring, dependentBounds, lookahead, settle, admissible,
        commandIDs
    case aliasing, driftBlocked, driftBound, plainState, clockPhases, keptLoops

    var rule: FoldRules {
        switch self {
        case .firstIteration: .firstIteration
        case .lastIteration, .shortTile: .lastIteration
        case .modulo, .ring: .modulo
        case .dependentBounds: .dependentBounds
        case .lookahead: .lookahead
        case .settle: .settle
        case .admissible: .admissible
        case .commandIDs: .commandIDs
        case .aliasing: .aliasing
        case .driftBlocked: .driftBlocked
        case .driftBound: .driftBound
        case .plainState: .plainState
        case .clockPhases: .clockPhases
        case .keptLoops: .keptLoops
        }
    }

    var machine: ToyMachine {
        var machine = ToyMachine()
        switch self {
        case .firstIteration:
            machine.engine {
                loop(0, 4) {
                    compute(1)
                    compute(1).when(.first, 0)
                }
            }
        case .lastIteration: machine.engine { loop(0, 3) { compute(1).when(.notLast, 0) } }
        case .shortTile: machine.engine { loop(0, 4) { compute(5).ragged([0]) } }
        case .modulo:
            machine.engine {
                loop(0, 6) {
                    compute(1)
                    compute(5).when(.divisible(by: 2), 0)
                }
            }
        case .ring:
            machine.servers = [.scratchpad(Self.twoBanks)]
            machine.engine {
                loop(0, 6) {
                    compute(5)
                    request(0, 0).ring(0, length: 3, stride: 4)
                    request(0, 0)
                    compute(20)
                }
            }
        case .dependentBounds:
            machine.engine {
                loop(0, 4) {
                    compute(1)
                    loop(1, TripCount(1, plus: 1, timesIndexOf: 0)) { compute(1) }
                }
            }
        case .lookahead: machine.engine { loop(0, 10) { compute(4).ahead(7) } }
        case .settle:
            machine.tokens = [Program.Token(name: "never")]
            machine.engine { loop(0, 4) { compute(1) } }
            machine.engine { wait(0) }
        case .admissible:
            machine.servers = [.scratchpad(Self.twoBanks)]
            machine.engine {
                loop(0, 6) {
                    compute(5)
                    request(0, 0, [4])
                    request(0, 0)
                    compute(20)
                }
            }
        case .commandIDs:
            machine.servers = [
                .dram(ToyDRAM.Configuration(banks: 1, rowBytes: 32, latency: 1, hit: 2, miss: 1, limit: 2))
            ]
            machine.engine {
                loop(0, 10) {
                    request(0, 65536)
                    request(0, 458_752)
                }
            }
        case .aliasing:
            machine.servers = [.dram(Self.oneBank)]
            machine.engine {
                loop(0, 8) {
                    request(0, 128, [], .blocking)
                    request(0, 0, [32], .blocking)
                }
            }
        case .driftBlocked:
            machine.tokens = [Program.Token(name: "work", initial: 1, capacity: 1000)]
            machine.engine {
                loop(0, 20) {
                    compute(10)
                    post(0, 5)
                }
            }
            machine.engine {
                loop(0, 101) {
                    wait(0)
                    compute(3)
                }
            }
        case .driftBound:
            machine.tokens = [Program.Token(name: "work", capacity: 8)]
            machine.engine { loop(0, 100) { compute(3).posts(0) } }
            machine.engine { loop(0, 50) { compute(4).waits(0) } }
        case .plainState:
            machine.servers = [.memory(ToyMemory.Configuration(bytes: 9, cycles: 4, latency: 6, limit: 1))]
            machine.engine { loop(0, 20) { request(0, 0) } }
            machine.engine {
                compute(48)
                loop(1, 20) { request(0, 0, bytes: 3) }
            }
        case .clockPhases:
            machine.clocks = [
                Clock(name: "core", periodNumerator: 1, periodDenominator: 940_000_000),
                Clock(name: "other", periodNumerator: 1, periodDenominator: 1_000_000_000),
            ]
            machine.tokens = [Program.Token(name: "work", capacity: 1)]
            machine.engineClocks = [1: 1]
            machine.engine { loop(0, 40) { compute(2).posts(0) } }
            machine.engine { loop(1, 40) { compute(1).waits(0) } }
        case .keptLoops:
            // The seventh iteration of loop 0 begins where the second engine is about to leave loop 3, and the 23rd, in the
            // same state, where it has just come in.
            machine.engine { loop(0, 50) { loop(1, 2) { compute(300) } } }
            machine.engine {
                loop(2, 30) {
                    loop(3, 100) { compute(10) }
                    compute(3)
                }
            }
        }
        return machine
    }

    static let twoBanks = ToyScratchpad.Configuration(banks: 2, width: 4, occupancy: 6, latency: 9, limit: 4)
    static let oneBank = ToyDRAM.Configuration(banks: 1, rowBytes: 32, latency: 2, hit: 1, miss: 5, limit: 4)
}
