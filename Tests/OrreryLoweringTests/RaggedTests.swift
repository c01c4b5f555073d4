import OrreryText
import Testing

@testable import OrreryLowering

/// Lengths that no tile divides: what is executed and moved is what the cascade has.
@Suite struct RaggedTests {
    private static let shapes = [(1000, 777), (257, 1), (256, 9), (511, 513)]

    @Test(arguments: shapes)
    func fusedAttentionExecutesItsOwnPoints(keys: Int, queries: Int) throws {
        let (heads, width) = (2 * 12, 64)
        for (name, target) in [
            ("fusemax-binding", "fusemax"), ("fusemax-architecture", "fusemax"), ("flat-cascade", "flat"),
        ] {
            let run = try Run("attention-1pass", ["B": 2, "M": keys, "P": queries], name, machine(target))
            let scores = heads * keys * queries
            #expect(run.counts["array2d/multiply-accumulate/QK"] == scores * width)
            #expect(run.counts["array2d/multiply-accumulate/SLNV"] == scores * width)
            #expect(run.counts["array1d/divide/AV"] == heads * queries * width)
            #expect(run.traffic == 2 * heads * width * (2 * keys + 2 * queries))
        }
    }

    @Test(arguments: shapes)
    func flatExecutesItsOwnPoints(keys: Int, queries: Int) throws {
        let (heads, width) = (2 * 12, 64)
        let run = try Run("attention-3pass", ["B": 2, "M": keys, "P": queries], "flat", machine("flat"))
        let scores = heads * keys * queries
        #expect(run.counts["array2d/multiply-accumulate/QK"] == scores * width)
        #expect(run.counts["array2d/multiply-accumulate/AV"] == scores * width)
        for (name, einsum) in [("max", "GM"), ("exp", "SN"), ("add", "SD"), ("divide", "A")] {
            #expect(run.counts["array1d/\(name)/\(einsum)"] == scores)
        }
        let blocks = (queries + 255) / 256
        let tiles = (keys + 255) / 256
        #expect(run.traffic == 2 * heads * width * (queries * tiles + 2 * keys * blocks + queries))
    }

    /// Half the lanes: the vector unit takes twice the cycles; an array of other dimensions takes other tiles.
    @Test func followsTheMachine() throws {
        let size = ["B": 1, "M": 1024, "P": 1024]
        let whole = try Run("attention-1pass", size, "fusemax-binding", machine("fusemax"))
        let half = try Run("attention-1pass", size, "fusemax-binding", machine("fusemax", ["array1d.lanes": "128"]))
        #expect(half.total("array1d", "busy") == 2 * whole.total("array1d", "busy"))
        let narrow = try Run("attention-1pass", size, "fusemax-binding", machine("fusemax", ["array2d.columns": "100"]))
        #expect(narrow.counts["array2d/multiply-accumulate/QK"] == whole.counts["array2d/multiply-accumulate/QK"])
    }
}
