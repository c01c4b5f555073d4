import OrreryText
import Testing

@testable import OrreryLowering

/// Lowered programs fold without a difference: every cycle and every counter is that of the run that simulates all.
@Suite struct FoldingTests {
    private func compare(
        _ workload: String, _ parameters: [String: Int], _ mapping: String, _ machine: String, mustFold: Bool = true
    )
        throws
    {
        let target = try OrreryLoweringTests.machine(machine)
        let folded = try Run(workload, parameters, mapping, target)
        let whole = try Run(workload, parameters, mapping, target, folds: false)
        #expect(folded.cycles == whole.cycles)
        #expect(folded.counts == whole.counts)
        guard mustFold else { return }
        let events = folded.kernels.reduce(0) { $0 + $1.events }
        #expect(events < whole.kernels.reduce(0) { $0 + $1.events })
    }

    @Test func binding() throws {
        try compare("attention-1pass", ["B": 2, "M": 1000, "P": 2000], "fusemax-binding", "fusemax")
    }

    @Test func architecture() throws {
        try compare("attention-1pass", ["B": 2], "fusemax-architecture", "fusemax")
    }

    @Test func cascade() throws { try compare("attention-1pass", ["B": 2], "flat-cascade", "flat") }

    @Test func flat() throws { try compare("attention-3pass", ["B": 2], "flat", "flat") }

    /// Bound by DRAM, whose fractions of a cycle need not recur within the run.
    @Test func products() throws {
        for name in ["output", "weight", "input"] {
            try compare("gemm", ["M": 6000, "N": 512, "K": 1024], "gemm-\(name)-stationary", "flat", mustFold: false)
        }
    }
}
