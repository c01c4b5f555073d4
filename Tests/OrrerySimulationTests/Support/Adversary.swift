@testable import OrrerySimulation
@testable import SimulationTestSupport

/// The adversarial list, with the most iterations that a folded run may simulate.
enum Adversary: CaseIterable {
    case lateFillingBuffer, coprimeSharedLoop, coprimeSeparateLoops, lagOfManyIterations, anotherOuterIteration
    case rowCrossing, twoStrides, movingArrayMeetsFixedRow, triangularBound, clippedBound, earlyFinisher, peeledFirst
    case zeroAndOneTrip, threeLevels, refreshComputeBound, refreshMemoryBound, rates1024To1, twoClocks, fractionalRate
    case nestBesideFlatLoop

    private static let dram = ToyDRAM.Configuration(
        banks: 4, rowBytes: 64, latency: 14, hit: 4, miss: 20, limit: 4)

    var mostSimulated: Int {
        switch self {
        case .lateFillingBuffer: 400
        case .coprimeSharedLoop: 900
        case .coprimeSeparateLoops: 100_000
        case .lagOfManyIterations: 60
        case .anotherOuterIteration: 4000
        case .rowCrossing, .twoStrides: 600
        case .movingArrayMeetsFixedRow: 1000
        case .triangularBound: 45_450
        case .clippedBound: 400
        case .earlyFinisher: 60
        case .peeledFirst: 10
        case .zeroAndOneTrip: 30
        case .threeLevels: 400
        case .refreshComputeBound: 10_000
        case .refreshMemoryBound: 60_000
        case .rates1024To1: 6000
        case .twoClocks: 2000
        case .fractionalRate: 400
        case .nestBesideFlatLoop: 60
        }
    }

    var machine: ToyMachine {
        var machine = ToyMachine()
        switch self {
        case .lateFillingBuffer:
            machine.tokens = [Program.Token(name: "work", capacity: 1000)]
            machine.engine { loop(0, 200_000) { compute(9).posts(0) } }
            machine.engine { loop(0, 200_000) { compute(10).waits(0) } }
        case .coprimeSharedLoop:
            machine.engine { loop(0, 50_000) { compute(101) } }
            machine.engine { loop(0, 50_000) { compute(103) } }
        case .coprimeSeparateLoops:
            for (id, cycles) in [97, 101, 103].enumerated() {
                machine.engine { loop(id, 30_000) { compute(cycles) } }
            }
        case .lagOfManyIterations:
            machine.tokens = [Program.Token(name: "work", capacity: 10_000)]
            machine.engine { loop(0, 100_000) { compute(3).posts(0) } }
            machine.engine {
                compute(15_000)
                loop(0, 100_000) { compute(3).waits(0) }
            }
        case .anotherOuterIteration:
            machine.tokens = [Program.Token(name: "work", capacity: 3200)]
            machine.engine {
                loop(0, 100) {
                    compute(5)
                    loop(1, 2000) { compute(3).posts(0) }
                }
            }
            machine.engine {
                compute(9000)
                loop(0, 100) {
                    loop(1, 2000) { compute(3).waits(0) }
                    compute(5)
                }
            }
        case .rowCrossing:
            machine.servers = [.dram(Self.dram)]
            machine.engine { loop(0, 50_000) { request(0, 0, [8]) } }
        case .twoStrides:
            machine.servers = [.dram(Self.dram)]
            machine.engine {
                loop(0, 50_000) {
                    request(0, 0, [8])
                    request(0, 1 << 22, [24])
                }
            }
        case .movingArrayMeetsFixedRow:
            machine.servers = [.dram(Self.dram)]
            machine.engine {
                loop(0, 50_000) {
                    request(0, 0, [8])
                    request(0, 100_000)
                }
            }
        case .triangularBound:
            machine.servers = [.dram(Self.dram)]
            machine.engine {
                loop(0, 300) {
                    request(0, 0, [4096])
                    loop(1, TripCount(1, plus: 1, timesIndexOf: 0)) { request(0, 1 << 20, [0, 8]) }
                }
            }
        case .clippedBound:
            machine.engine {
                loop(0, 3000) {
                    compute(4)
                    loop(1, TripCount(1, plus: 1, timesIndexOf: 0, limit: 20)) { compute(3) }
                }
            }
        case .earlyFinisher:
            machine.engine { loop(0, 100) { compute(3) } }
            machine.engine { loop(0, 100_000) { compute(5) } }
        case .peeledFirst:
            machine.engine {
                loop(0, 100) {
                    compute(5)
                    compute(10).when(.first, 0)
                }
            }
        case .zeroAndOneTrip:
            machine.engine {
                loop(0, 10) {
                    loop(1, 0) { compute(3) }
                    loop(2, 1) { compute(1) }
                }
            }
        case .threeLevels:
            machine.tokens = [Program.Token(name: "work", capacity: 7)]
            machine.engine {
                loop(0, 40) {
                    loop(1, 300) {
                        loop(2, 20) { compute(3).posts(0) }
                        compute(1)
                    }
                    compute(2)
                }
            }
            machine.engine {
                loop(0, 40) {
                    loop(1, 300) {
                        loop(2, 20) { compute(2).waits(0) }
                        compute(5)
                    }
                }
            }
        default: addTimed(&machine)
        }
        return machine
    }

    private func addTimed(_ machine: inout ToyMachine) {
        var refreshing = Self.dram
        refreshing.refreshCycles = 260
        switch self {
        case .refreshComputeBound:
            refreshing.refreshInterval = 3666
            machine.servers = [.dram(refreshing)]
            machine.tokens = [Program.Token(name: "data", capacity: 4)]
            machine.engine {
                loop(0, 100_000) {
                    request(0, 0, [64], .posting).posts(0)
                    compute(137)
                }
            }
            machine.engine { loop(0, 100_000) { compute(100).waits(0) } }
        case .refreshMemoryBound:
            refreshing.refreshInterval = 3900
            machine.servers = [.dram(refreshing)]
            machine.engine { loop(0, 300_000) { request(0, 0, [8]) } }
        case .rates1024To1:
            machine.tokens = [
                Program.Token(name: "word", capacity: 4096), Program.Token(name: "line", capacity: 2),
            ]
            machine.engine { loop(0, 1 << 18) { compute(3).posts(0) } }
            machine.engine { loop(1, 1 << 8) { compute(2000).waits(0, 1024).posts(1) } }
            machine.engine { loop(2, 1 << 8) { compute(9).waits(1) } }
        case .twoClocks:
            machine.clocks = [
                Clock(name: "core", periodNumerator: 1, periodDenominator: 940_000_000),
                Clock(name: "memory", periodNumerator: 1, periodDenominator: 1_000_000_000),
            ]
            machine.servers = [.memory(ToyMemory.Configuration(bytes: 16, cycles: 3, latency: 40, limit: 8))]
            machine.serverClocks = [0: 1]
            machine.engine {
                loop(0, 50_000) {
                    request(0, 0, [64], bytes: 64)
                    compute(11)
                }
            }
        case .fractionalRate:
            machine.servers = [.memory(ToyMemory.Configuration(bytes: 13, cycles: 5, latency: 20, limit: 8))]
            machine.engine { loop(0, 100_000) { request(0, 0, [32], bytes: 32) } }
        default:
            machine.tokens = [Program.Token(name: "work", capacity: 16)]
            machine.engine { loop(0, 100) { loop(1, 1000) { compute(3).posts(0) } } }
            machine.engine { loop(2, 100_000) { compute(2).waits(0) } }
        }
    }
}
