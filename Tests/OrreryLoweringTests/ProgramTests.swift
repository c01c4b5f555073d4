import OrrerySimulation
import OrreryText
import Testing

@testable import OrreryLowering

/// What the program of a small fused cascade looks like.
@Suite struct ProgramTests {
    private static let text = """
        mapping: fused
        partition: {m: [ceil(M / 256), 256], n: [ceil(N / 256), 256]}
        loops: [n1, m1]
        spatial: {array2d: {rows: m0, columns: n0}}
        bind: {array2d: [Z]}
        order: {array2d: [Z + 1]}
        place: {A: dram, W: dram, Z: dram}
        depth: {Z: 2}
        """

    @Test func readsAsText() throws {
        let lowered = try lower(
            Self.text, workload("gemm", ["M": 512, "N": 512, "K": 64]), machine("flat", copyEngines: 2))
        let text = ProgramText(lowered.program).description
        #expect(
            text == """
                token 0 'A ready' starts at 0
                token 1 'A free' starts at 2
                token 2 'W ready' starts at 0
                token 3 'W free' starts at 1
                token 4 'Z to store ready' starts at 0
                token 5 'Z to store free' starts at 2
                token 6 'Z result ready' starts at 0
                token 7 'Z result free' starts at 2
                queue array2d
                  Z; wait 'A ready'; wait 'W ready'; wait 'Z result free'; read 64 × 512 B at 0; read 64 × 512 B at 66048; post 'Z result ready'
                  loop n1 × 2 {
                    loop m1 × 2 {
                      Z; +1; wait 'A ready' if i0 first; wait 'W ready' if i1 first; wait 'Z result free'; read 64 × 512 B at 0 + 32768 i1; read 64 × 512 B at 66048; post 'A free' if i0 last; post 'W free' if i1 last; post 'Z result ready'
                    }
                  }
                queue dma[0]
                  load A; wait 'A free'; read 1 × 32768 B at 0; write 1 × 32768 B at 0; post 'A ready'
                  load W; wait 'W free'; read 1 × 32768 B at 65536; write 1 × 32768 B at 66048; post 'W ready'
                  loop n1 × 2 {
                    loop m1 × 2 {
                      load A; +1; if i0 first; wait 'A free'; read 1 × 32768 B at 0 + 32768 i1; write 1 × 32768 B at 0 + 32768 i1; post 'A ready'
                      load W; +1; if i1 first; wait 'W free'; read 1 × 32768 B at 65536 + 32768 i0; write 1 × 32768 B at 66048; post 'W ready'
                    }
                  }
                queue dma[1]
                  store Z; wait 'Z to store ready'; read 1 × 131072 B at 99328; write 1 × 131072 B at 131072; post 'Z to store free'
                  loop n1 × 2 {
                    loop m1 × 2 {
                      store Z; +1; wait 'Z to store ready'; read 1 × 131072 B at 99328 + 131072 (i1 % 2); write 1 × 131072 B at 131072 + 131072 i0 + 262144 i1; post 'Z to store free'
                    }
                  }
                queue array2d.drain
                  Z; wait 'Z result ready'; wait 'Z to store free'; write 256 × 512 B at 99328; post 'Z to store ready'; post 'Z result free'
                  loop n1 × 2 {
                    loop m1 × 2 {
                      Z; +1; wait 'Z result ready'; wait 'Z to store free'; write 256 × 512 B at 99328 + 131072 (i1 % 2); post 'Z to store ready'; post 'Z result free'
                    }
                  }
                """)
    }

    /// The prologue of what runs ahead has as many commands as iterations, each with its own addresses.
    @Test func prologuesAreStatic() throws {
        let lowered = try lower(
            Self.text.replacing("Z + 1", with: "Z + 3"), workload("gemm", ["M": 512, "N": 512, "K": 64]),
            machine("flat", copyEngines: 2))
        let queue = try #require(lowered.program.queues.first { $0.engine == "array2d" })
        let bases = queue.instructions.prefix(3).map { instruction -> [Int] in
            if case .command(let command) = instruction { command.addresses.map(\.base) } else { [] }
        }
        // A's rows alternate; W's columns change after two.
        #expect(bases.map(\.first) == [0, 32768, 0])
    }

    @Test func assumptionsAndCountsAreHandedOn() throws {
        let lowered = try Lowering.lower(
            workload: workload("attention-3pass"), mapping: mapping("flat"), machine: machine("flat"),
            diagnostics: Diagnostics())
        #expect(lowered.assumptions.count == 6)
        #expect(lowered.minimumTraffic == 4 * 64 * 12 * 1024 * 64 * 2)
        #expect(lowered.operations[.multiplyAccumulate] == 2 * 64 * 12 * 1024 * 1024 * 64)
        let honest = try Lowering.lower(
            workload: workload("attention-3pass"), mapping: mapping("flat-plain"), machine: machine("flat"),
            diagnostics: Diagnostics())
        #expect(honest.assumptions.isEmpty)
    }
}
