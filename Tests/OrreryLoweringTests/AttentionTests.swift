import OrreryText
import Testing

@testable import OrreryLowering

/// The five configurations of FuseMax's artifact at its own sizes, against its published results (`attn-*.csv`): BERT and T5, 64
/// sequences. Latency within 3 %; traffic to the byte where nothing spills, else within 1 %.
@Suite struct AttentionTests {
    struct Point: CustomTestStringConvertible, Sendable {
        var mapping: String
        var machine: String
        var heads: Int
        var tokens: Int
        var seconds: Double
        var bytes: Double
        var utilisation: Double
        var testDescription: String { "\(mapping), \(heads) heads, \(tokens) tokens" }
    }

    static let points = [
        Point(
            mapping: "fusemax-binding", machine: "fusemax", heads: 12, tokens: 1 << 10, seconds: 0.002013140425531915,
            bytes: 402_653_184, utilisation: 0.8896103896103896),
        Point(
            mapping: "fusemax-binding", machine: "fusemax", heads: 12, tokens: 1 << 12, seconds: 0.02970035744680851,
            bytes: 1_610_612_736, utilisation: 0.9647887323943661),
        Point(
            mapping: "fusemax-binding", machine: "fusemax", heads: 12, tokens: 1 << 16, seconds: 7.402500357446808,
            bytes: 38_654_705_664, utilisation: 0.9909584086799277),
        Point(
            mapping: "fusemax-binding", machine: "fusemax", heads: 8, tokens: 1 << 10, seconds: 0.0013420936170212767,
            bytes: 268_435_456, utilisation: 0.8896103896103896),
        Point(
            mapping: "fusemax-architecture", machine: "fusemax", heads: 12, tokens: 1 << 10,
            seconds: 0.005987131914893616,
            bytes: 402_653_184, utilisation: 0.2991266375545852),
        Point(
            mapping: "fusemax-architecture", machine: "fusemax", heads: 12, tokens: 1 << 12,
            seconds: 0.09579411063829786,
            bytes: 1_610_612_736, utilisation: 0.2991266375545852),
        Point(
            mapping: "flat-cascade", machine: "flat", heads: 12, tokens: 1 << 10, seconds: 0.015333855319148937,
            bytes: 402_653_184, utilisation: 0.10912190963341858),
        Point(
            mapping: "flat-cascade", machine: "flat", heads: 12, tokens: 1 << 14, seconds: 3.8752691744680856,
            bytes: 9_663_676_416, utilisation: 0.11053541587219343),
        Point(
            mapping: "flat", machine: "flat", heads: 12, tokens: 1 << 10, seconds: 0.013386076595744681,
            bytes: 1_308_622_848,
            utilisation: 0.125),
        Point(
            mapping: "flat", machine: "flat", heads: 8, tokens: 1 << 10, seconds: 0.008924051063829787,
            bytes: 872_415_232,
            utilisation: 0.125),
    ]

    @Test(arguments: points)
    func agreesWithTheArtifact(_ point: Point) throws {
        let cascade = point.mapping == "flat" ? "attention-3pass" : "attention-1pass"
        let run = try Run(
            cascade, ["H": point.heads, "M": point.tokens, "P": point.tokens], point.mapping, machine(point.machine))
        #expect(abs(Double(run.cycles) / 940e6 / point.seconds - 1) < 0.03)
        #expect(Double(run.traffic) == point.bytes)
        #expect(abs(run.utilisation("array2d") - point.utilisation) < 0.02)
        #expect(run.total("array2d", "multiply-accumulate") >= run.lowered.operations[.multiplyAccumulate])
    }

    @Test(arguments: [
        (1 << 12, 0.2141772255319149, 21_128_367_461.2), (1 << 14, 3.4268356085106383, 333_222_041_171.3),
    ])
    func flatSpillsWhatDoesNotFit(tokens: Int, seconds: Double, bytes: Double) throws {
        let run = try Run(
            "attention-3pass", ["M": tokens, "P": tokens], "flat", machine("flat", copyEngines: 4))
        #expect(abs(Double(run.cycles) / 940e6 / seconds - 1) < 0.03)
        // Whole rows spill: 2 of 256 where the artifact has 256 / 129.
        #expect(abs(Double(run.traffic) / bytes - 1) < 0.001)
        #expect(abs(run.utilisation("array2d") - 0.125) < 0.02)
    }

    /// A buffer of 2 MiB stands for long sequences: 16 Ki tokens against it are as 256 Ki against 32 MiB.
    @Test func flatStreamsScoresWhereSpillingIsMoreTraffic() throws {
        let (tokens, width) = (1 << 14, 64)
        let run = try Run(
            "attention-3pass", ["B": 1, "H": 1, "M": tokens, "P": tokens], "flat",
            machine("flat", ["buffer.capacity": "2 MiB"], copyEngines: 4))
        let queries = 2 * tokens * width
        #expect(run.traffic == queries * (2 + 2 * tokens / 1024 + 4 * tokens / width))
        // Bound by DRAM: 400 GiB/s at 940 MHz.
        let bound = Double(run.traffic) / Double(400 << 30) * 940e6
        #expect(abs(Double(run.cycles) / bound - 1) < 0.01)
    }

    /// Scores and quotients leave by the ports to DRAM; on a machine without such ports they wait in the buffer.
    @Test func resultsLeavePastTheBufferWhereTheMachineCan() throws {
        let parameters = ["B": 1, "H": 2]
        let direct = try Run("attention-3pass", parameters, "unfused", machine("flat"))
        let staged = try Run("attention-3pass", parameters, "unfused", machine("flat", copyEngines: 4))
        let scores = 2 * 1024 * 1024 * 2
        #expect(direct.traffic == staged.traffic)
        #expect(staged.total("buffer:bytes", "written") - direct.total("buffer:bytes", "written") == 2 * scores)
        #expect(staged.total("buffer:bytes", "read") - direct.total("buffer:bytes", "read") == 2 * scores)
        #expect(direct.counts["dram:bytes/written/QK"] == scores)
        #expect(direct.counts["dram:bytes/written/A"] == scores)
        #expect(staged.counts["dram:bytes/written/store A"] == scores)
        #expect(
            !direct.lowered.plan.areas.contains { $0.tensor == "QK" && $0.memory == "buffer" && $0.group == "scores" })
    }

    @Test func whatGoesDirectIsATensor() throws {
        let text = """
            mapping: wrong
            partition: {m: [4, 256], n: [4, 256]}
            loops: [m1, n1]
            spatial: {array2d: {rows: m0, columns: n0}}
            bind: {array2d: [Z]}
            place: {A: buffer, W: buffer, Z: buffer}
            direct: [Y]
            """
        let error = try #require(throws: InputErrors.self) { try lower(text, workload("gemm"), machine("flat")) }
        #expect(
            error.diagnostics.map(\.description).contains {
                $0.hasPrefix("m.yaml:7:10: error: ") && $0.contains("the cascade has no tensor 'Y'")
            })
    }

    /// With the ports straight to DRAM and, on the machine that lacks them, through the buffer.
    @Test(arguments: [true, false])
    func unfusedIsTheSumOfItsPhases(isDirect: Bool) throws {
        let flat = try isDirect ? machine("flat") : machine("flat", copyEngines: 4)
        let run = try Run("attention-3pass", ["B": 4], "unfused", flat)
        let (tiles, scores) = (4 * 12 * 16, 4 * 12 * 1024 * 1024 * 2)
        let operands = 4 * 12 * 1024 * 64 * 2
        #expect(run.traffic == 4 * scores + 4 * operands)
        let memory = Double(scores + 2 * operands) / Double(400 << 30) * 940e6
        #expect(abs(Double(run.cycles) / (Double(1024 * tiles) + 2 * memory) - 1) < 0.03)
    }
}
