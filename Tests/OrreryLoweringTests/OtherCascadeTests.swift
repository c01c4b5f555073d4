import OrreryEinsum
import OrreryMachine
import OrreryText
import Testing

@testable import OrreryLowering

/// Mappings of cascades that nobody had in mind.
@Suite struct OtherCascadeTests {
    private func run(_ text: String, _ workload: Workload, _ machine: Machine) throws -> Run {
        let mapping = try #require(Mapping.parse(text, file: "m.yaml", diagnostics: Diagnostics()))
        return try Run(workload, mapping, machine)
    }

    /// Rows of a softmax over lanes; its passes over the row one after the other, the row held in the buffer.
    @Test(arguments: [1024, 1000])
    func softmaxOfRows(rows: Int) throws {
        let text = """
            mapping: rows
            partition: {t: [ceil(T / array1d.lanes), array1d.lanes]}
            loops: [t1]
            spatial: {array1d: {columns: t0}}
            bind: {array1d: [GM, S, SD, Y]}
            place: {X: dram, Y: dram}
            depth: {X: 2, Y: 2}
            """
        let run = try run(text, workload("softmax", ["T": rows]), machine("flat", idealBuffer))
        #expect(run.traffic == 2 * 2 * rows * 1024)
        for (name, einsum) in [("max", "GM"), ("exp", "S"), ("add", "SD"), ("divide", "Y")] {
            #expect(run.counts["array1d/\(name)/\(einsum)"] == rows * 1024)
        }
        let slots = 1 + 2 + 1 + 1
        #expect(run.total("array1d", "busy") == 4 * slots * 1024)
    }

    /// A second pass reads what the first one left in the buffer; hand-overs between the units wait for a whole pass.
    @Test func attentionInTwoPasses() throws {
        let text = """
            mapping: twopass
            partition: {p: [ceil(P / 256), 256]}
            loops: [b, h, p1]
            passes: [m1]
            spatial: {array2d: {rows: m0, columns: p0}, array1d: {columns: p0}}
            bind: {array2d: [QK, LM, SLN, SLD, A, AV], array1d: [GM, PLM, SD, C]}
            order: {array2d: [[QK, LM, SLN, SLD], [A, AV]], array1d: [GM, [PLM, SD], C]}
            place: {Q: dram, K: dram, V: dram, AV: dram, SLN: buffer, LM: buffer}
            depth: {K: 2, V: 2}
            reload: {K: p1, V: p1}
            """
        let run = try run(text, workload("attention-2pass", ["B": 2]), machine("fusemax"))
        let scores = 2 * 12 * 1024 * 1024
        #expect(run.counts["array2d/multiply-accumulate/QK"] == scores * 64)
        #expect(run.counts["array2d/multiply-accumulate/AV"] == scores * 64)
        #expect(run.counts["buffer:bytes/written/SLN"] == 2 * scores)
        #expect(run.counts["buffer:bytes/read/A"] == 2 * scores)
        let moved = 2 * 1024 + 4 * 2 * 1024
        #expect(run.traffic == 2 * 2 * 12 * 64 * moved)
    }

    /// Keys and values serve several query heads and are moved for each; one query decodes.
    @Test func groupedQueries() throws {
        let target = try machine("fusemax")
        let diagnostics = Diagnostics()
        let model = try workload("attention-gqa")
        for (phase, queries, keys) in [(0, 2048, 2048), (1, 1, 2048 + 6)] {
            let bound = try #require(model.bound(to: model.phases[phase], step: phase * 5, diagnostics: diagnostics))
            let run = try Run(bound, mapping("fusemax-binding-gqa"), target)
            let heads = 8 * 4 * 128
            #expect(run.counts["array2d/multiply-accumulate/QK"] == heads * keys * queries)
            #expect(run.traffic == 2 * heads * (2 * keys + 2 * queries))
        }
    }
}
