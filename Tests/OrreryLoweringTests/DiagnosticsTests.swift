import OrreryText
import Testing

@testable import OrreryLowering

@Suite struct DiagnosticsTests {
    private func problems(_ text: String) throws -> [String] {
        let workload = try workload("attention-1pass")
        let target = try machine("fusemax")
        let error = try #require(throws: InputErrors.self) { try lower(text, workload, target) }
        return error.diagnostics.map(\.description)
    }

    @Test func everyWrongNameIsReportedAtOnce() throws {
        let found = try problems(
            """
            mapping: wrong
            for: {cascade: attention-1pass}
            parameters: {T: array2d.colums, X: Y, Y: X}
            partition: {q: [2, 4], p: [T, 256]}
            loops: [b, h, p1, m1, z]
            spatial: {array2d: {rows: m0, columns: p0}, array3d: {columns: p0}}
            bind: {array2d: [QK, LM, SLN, SLD, SLNW], array4d: [RM, PRM, SPD, RD, SPNV, RNV]}
            order: {array2d: [QK + 2, LM + 2, SLN, AV]}
            place: {Q: drum, KV: dram}
            """)
        #expect(
            found == [
                "m.yaml:4:13: error: partition: the cascade has no rank 'q'; expected b, h, m, m1, m0, p, e or f",
                "m.yaml:5:23: error: loops: there is no rank 'z'; expected b, h, m, m1, m0, p1, p0, e or f",
                "m.yaml:7:36: error: bind.array2d: the cascade 'attention-1pass' has no Einsum 'SLNW'; did you mean 'SLN'?",
                "m.yaml:9:18: error: place: the cascade has no tensor 'KV'; did you mean 'K'?",
                "m.yaml:3:17: error: parameters.T: unknown name 'array2d.colums'; did you mean 'array2d.columns'?",
                "m.yaml:3:33: error: parameters.X: 'X' is defined in terms of itself",
                "m.yaml:3:39: error: parameters.Y: 'Y' is defined in terms of itself",
                "m.yaml:4:24: error: partition.p: the parts 1 × 256 of 'p' make 256, not 1024; the outermost part is ceil(1024 / 256)",
                "m.yaml:6:45: error: spatial: 'array3d' is neither an engine nor an Einsum; did you mean 'array2d'?",
                "m.yaml:7:43: error: bind: the machine 'test' has no engine 'array4d'; did you mean 'array2d'?",
                "m.yaml:8:40: error: order.array2d: 'AV' is not bound to 'array2d'; expected QK, LM, SLN or SLD",
                "m.yaml:8:9: error: order.array2d: 'SLD' is bound to 'array2d' and missing here",
                "m.yaml:9:12: error: place.Q: the machine 'test' has no memory 'drum'; did you mean 'dram'?",
                "m.yaml:7:8: error: bind: no engine is given for 'SLNV', 'AV'",
            ])
    }

    @Test func unknownKeysAreErrors() throws {
        let found = try problems("mapping: wrong\nbnid: {}\nfor: {machin: x}\ngroups: {a: {lops: [b]}}\n")
        #expect(
            found == [
                "m.yaml:2:1: error: unknown key 'bnid'; did you mean 'bind'?",
                "m.yaml:3:7: error: for: unknown key 'machin'; did you mean 'machine'?",
                "m.yaml:4:14: error: groups.a: unknown key 'lops'; did you mean 'loops'?",
            ])
    }

    private static let head = """
        mapping: wrong
        partition: {p: [4, 256]}
        loops: [b, h, p1, m1]
        spatial: {array2d: {rows: m0, columns: p0}, array1d: {columns: p0}}
        bind: {array2d: [QK, LM, SLN, SLD, SLNV], array1d: [RM, PRM, SPD, RD, SPNV, RNV, AV]}

        """

    @Test func tensorsNeedAPlace() throws {
        let found = try problems(Self.head + "place: {Q: dram, V: dram, AV: dram}")
        #expect(found == ["m.yaml:1:1: error: place: 'K' has no place; such as place: {K: dram}"])
    }

    @Test func ordersThatReadBeforeTheyWriteAreErrors() throws {
        let found = try problems(
            Self.head + """
                order: {array2d: [QK, LM, SLD, SLN, SLNV]}
                place: {Q: dram, K: dram, V: dram, AV: dram}
                """)
        #expect(found == ["m.yaml:5:31: error: order.array2d: 'SLD' is issued before 'SLN', which it reads"])
    }

    @Test func runningAheadNeedsBuffers() throws {
        let found = try problems(
            Self.head + """
                order: {array2d: [QK + 2, LM + 2, SLN, SLD, SLNV]}
                depth: {QK: 2, LM: 2}
                place: {Q: dram, K: dram, V: dram, AV: dram}
                """)
        #expect(
            found == [
                "m.yaml:5:18: error: depth.QK: 'QK' runs 2 iterations before 'SLN' reads it and has 2 buffers; it needs 3"
            ])
    }

    @Test(arguments: ["0", "2^62", "9223372036854775807", "1048577"])
    func depthsHaveABound(_ depth: String) throws {
        let found = try problems(
            Self.head + """
                order: {array2d: [QK, LM, SLN, SLD, SLNV]}
                depth: {K: \(depth)}
                place: {Q: dram, K: dram, V: dram, AV: dram}
                """)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.contains(": error: depth.K: expected a whole number in 1...1048576, found ") })
    }

    @Test func unitsSayWhatTheyCannotRun() throws {
        let found = try problems(
            """
            mapping: wrong
            partition: {p: [4, 256]}
            loops: [b, h, p1, m1]
            spatial: {array2d: {rows: m0, columns: p0}, array1d: {columns: p0}}
            bind: {array2d: [QK, LM, SLN, SLD, SLNV, AV], array1d: [RM, PRM, SPD, RD, SPNV, RNV], "dma[0]": []}
            place: {Q: dram, K: dram, V: dram, AV: dram}
            """)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("m.yaml:5:42: error: bind.array2d: 'array2d' cannot run 'AV': ") == true)
        #expect(found.first?.contains("divide") == true)
    }

    @Test func emptyTilesAreErrors() throws {
        let found = try problems(
            """
            mapping: wrong
            partition: {p: [2, 3, 256]}
            loops: [b, h, p2, p1, m1]
            spatial: {array2d: {rows: m0, columns: p0}, array1d: {columns: p0}}
            bind: {array2d: [QK, LM, SLN, SLD, SLNV], array1d: [RM, PRM, SPD, RD, SPNV, RNV, AV]}
            place: {Q: dram, K: dram, V: dram, AV: dram}
            """)
        #expect(found.count == 12)
        #expect(
            found.first
                == "m.yaml:5:18: error: partition: 'QK': some tiles over p2, p1, p0 are empty: the number of tiles must be a multiple of the inner part's"
        )
    }
}
