import OrreryText
import Testing

@testable import OrreryLowering

@Suite struct CapacityTests {
    @Test func namesTensorsAndBytes() throws {
        let text = """
            mapping: resident
            partition: {p: [4, 256]}
            loops: [b, h, p1, m1]
            spatial: {array2d: {rows: m0, columns: p0}, array1d: {columns: p0}}
            bind: {array2d: [QK, LM, SLN, SLD, SLNV], array1d: [RM, PRM, SPD, RD, SPNV, RNV, AV]}
            place: {Q: dram, K: dram, V: buffer, AV: dram}
            """
        let error = try #require(throws: CapacityErrors.self) {
            try lower(text, workload("attention-1pass"), machine("fusemax"))
        }
        let expected = CapacityError(
            memory: "buffer", capacity: 16 << 20, group: "resident",
            entries: [
                CapacityError.Entry(tensor: "V", bytes: 64 * 12 * 64 * 1024 * 2),
                // All keys of a head are kept for the next row of tiles.
                CapacityError.Entry(tensor: "K", bytes: 64 * 1024 * 2),
                CapacityError.Entry(tensor: "Q", bytes: 64 * 256 * 2),
                CapacityError.Entry(tensor: "AV", bytes: 64 * 256 * 2),
            ])
        #expect(error.errors == [expected])
        #expect(
            error.description
                == "'buffer' holds 16777216 B and resident needs 100859904 B: V 100663296 B, K 131072 B, Q 32768 B, AV 32768 B"
        )
    }

    @Test func memoriesOfDRAMAreCheckedToo() throws {
        let target = try machine("fusemax", ["dram.capacity": "100 MiB"])
        let error = try #require(throws: CapacityErrors.self) {
            try Lowering.lower(
                workload: workload("attention-1pass"), mapping: mapping("fusemax-binding"), machine: target,
                diagnostics: Diagnostics())
        }
        #expect(error.errors.map(\.memory) == ["dram"])
        #expect(error.errors.first?.neededBytes == 4 * 64 * 12 * 64 * 1024 * 2)
    }

    /// The mapping plans its tiles by the buffer: it fits from small buffers to large ones, and lengths that don't divide.
    @Test(arguments: ["1 MiB", "4 MiB", "16 MiB", "64 MiB"], [1 << 10, 100_000, 1 << 20])
    func bindingPlansByTheBuffer(capacity: String, tokens: Int) throws {
        let lowered = try Lowering.lower(
            workload: workload("attention-1pass", ["M": tokens, "P": tokens]), mapping: mapping("fusemax-binding"),
            machine: machine("fusemax", ["buffer.capacity": capacity]), diagnostics: Diagnostics())
        #expect(lowered.plan.usedBytes(of: "buffer") <= (try Quantity(parsing: capacity)).value.integer ?? 0)
        #expect(lowered.plan.areas.contains { $0.tensor == "RNV" && $0.memory == "buffer" })
    }

    @Test func flatSpillsWhereverTheRowsDoNotFit() throws {
        for tokens in [2048, 4096, 30_000, 1 << 15, 1 << 16, 100_000, 1 << 17, 1 << 20] {
            let lowered = try Lowering.lower(
                workload: workload("attention-3pass", ["M": tokens, "P": tokens]), mapping: mapping("flat"),
                machine: machine("flat"), diagnostics: Diagnostics())
            #expect(lowered.plan.usedBytes(of: "buffer") <= 32 << 20)
        }
    }

    /// Areas of one memory that exist at the same time do not overlap, and begin at rows.
    @Test func areasAreApart() throws {
        let lowered = try Lowering.lower(
            workload: workload("attention-1pass"), mapping: mapping("fusemax-binding"), machine: machine("fusemax"),
            diagnostics: Diagnostics())
        for memory in ["buffer", "dram"] {
            let areas = lowered.plan.areas.filter { $0.memory == memory }.sorted { $0.address < $1.address }
            #expect(areas.count >= 4)
            for (low, high) in zip(areas, areas.dropFirst()) { #expect(low.address + low.bytes <= high.address) }
            for area in areas { #expect(area.address % (memory == "buffer" ? 512 : 64) == 0) }
        }
        // Tensors that stream at the same time begin in different banks.
        let banks = lowered.plan.areas.filter { $0.memory == "buffer" }.map { $0.address / 512 % 32 }
        #expect(Set(banks).count == banks.count)
    }
}
