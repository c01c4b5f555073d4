import OrreryText
import Testing

@testable import OrreryEinsum

struct OperationTests {
    /// Elementary operations of each Einsum of the 1-pass cascade for whole tiles, as FuseMax's artifact counts them
    /// for each (m1, p): E and F multiply-accumulates a key, one operation for the others; exp after a subtraction.
    @Test func onePassAttentionCountsAsInTheArtifact() throws {
        let cascade = try #require(
            try load("attention-1pass", ["B": 2, "H": 3, "M": 512, "P": 7, "E": 64, "F": 32]).cascade)
        let tiles = 2 * 3 * 2 * 7
        let keys = tiles * 256
        let expected: [(String, [Operation], OperationCounts)] = [
            ("QK", [.multiplyAccumulate], .init([.multiplyAccumulate: keys * 64])),
            ("LM", [.max], .init([.max: keys])),
            ("RM", [.max], .init([.max: tiles])),
            ("SLN", [.subtract, .exp], .init([.subtract: keys, .exp: keys])),
            ("SLD", [.add], .init([.add: keys])),
            ("SLNV", [.multiplyAccumulate], .init([.multiplyAccumulate: keys * 32])),
            ("PRM", [.subtract, .exp], .init([.subtract: tiles, .exp: tiles])),
            ("SPD", [.multiply], .init([.multiply: tiles])),
            ("RD", [.add], .init([.add: tiles])),
            ("SPNV", [.multiply], .init([.multiply: tiles * 32])),
            ("RNV", [.add], .init([.add: tiles * 32])),
            ("AV", [.divide], .init([.divide: tiles / 2 * 32])),
        ]
        #expect(cascade.einsums.map(\.name) == expected.map(\.0))
        for (einsum, (_, operations, counts)) in zip(cascade.einsums, expected) {
            #expect(einsum.pointOperations == operations, "\(einsum.name)")
            #expect(cascade.operations(of: einsum) == counts, "\(einsum.name)")
        }
    }

    /// Closed forms in B, H, M, P, E, F and the number of tiles, on random extents, most of them ragged.
    @Test func countsAreTheClosedFormsOnRaggedShapes() throws {
        var random = SplitMix64(seed: 2024)
        for _ in 0..<40 {
            let size = ["B", "H", "M", "P", "E", "F", "M0"].reduce(into: [String: Int]()) {
                $0[$1] = Int.random(in: 1...($1 == "M" ? 5000 : 300), using: &random)
            }
            func n(_ names: String...) -> Int { names.reduce(1) { $0 * (size[$1] ?? 0) } }
            let each = n("B", "H", "P")
            let keys = each * n("M")
            let tiles = each * ((n("M") + n("M0") - 1) / n("M0"))
            let one = try #require(try load("attention-1pass", size).cascade)
            #expect(
                one.operationCounts
                    == .init([
                        .multiplyAccumulate: keys * (n("E") + n("F")), .max: keys + tiles, .subtract: keys + tiles,
                        .exp: keys + tiles, .add: keys + tiles * (1 + n("F")), .multiply: tiles * (1 + n("F")),
                        .divide: each * n("F"),
                    ]))
            var whole = size
            whole["M0"] = nil
            let three = try #require(try load("attention-3pass", whole).cascade)
            #expect(
                three.operationCounts
                    == .init([
                        .multiplyAccumulate: keys * (n("E") + n("F")), .max: keys, .subtract: keys, .exp: keys,
                        .add: keys, .divide: keys,
                    ]))
        }
    }

    /// Counting points of a partitioned rank against enumeration, for every subset of its parts.
    @Test func guardsCountWhatTheyAdmit() throws {
        var random = SplitMix64(seed: 5)
        for _ in 0..<300 {
            let extents = (0..<3).map { _ in Int.random(in: 1...5, using: &random) }
            let outer = extents[1] * extents[2]
            let limit = Int.random(in: ((extents[0] - 1) * outer + 1)...(extents[0] * outer), using: &random)
            let index = IndexExpression(terms: [
                .init(rank: "b", coefficient: extents[2]), .init(rank: "a", coefficient: outer),
                .init(rank: "c", coefficient: 1),
            ])
            let sizes = ["a": extents[0], "b": extents[1], "c": extents[2]]
            let tile = try #require(Guard(index: index, limit: limit) { sizes[$0] })
            #expect(tile.leavesNoTileEmpty && tile.box == extents.reduce(1, *))
            for subset in 0..<8 {
                let present = ["a", "b", "c"].enumerated().filter { subset >> $0.offset & 1 == 1 }.map(\.element)
                var count = 0
                for a in 0..<(present.contains("a") ? extents[0] : 1) {
                    for b in 0..<(present.contains("b") ? extents[1] : 1) {
                        for c in 0..<(present.contains("c") ? extents[2] : 1)
                        where tile.admits({ ["a": a, "b": b, "c": c][$0] }) { count += 1 }
                    }
                }
                #expect(tile.points(over: Set(present)) == count)
            }
        }
    }

    @Test func onlyTheProductThatIsSummedFuses() throws {
        let several = try cascade(
            """
            parameters: {SCALE: 0.125, N: 5}
            ranks: {m: 3, n: N}
            tensors: {A: {ranks: [m, n], type: fp32}, B: {ranks: [m, n], type: fp32}}
            operations:
              gelu: {arguments: [x], expression: 0.5 * x * (1 + tanh(0.8 * (x + 0.045 * x * x * x)))}
              fast: {arguments: [x, y], expression: "max(x, y)", cost: {mac: 2, max: 1}}
            cascade:
              - C[m] = A[m, n] * B[m, n] * 2
              - D[m] = product[n](A[m, n] + B[m, n])
              - E[m] = min[n](A[m, n])
              - F[m, n] = A[m, n] * B[m, n] + A[m, n]
              - G[m, n] = -A[m, n] * (SCALE * sqrt(4))
              - H[m, n] = max(A[m, n], B[m, n], 0)
              - I[m, n] = gelu(A[m, n]) / fast(A[m, n], B[m, n])
              - J[n, m] = A[m, n]
            """)
        let operations = several.einsums.map(\.pointOperations)
        #expect(
            operations == [
                [.multiply, .multiplyAccumulate], [.add, .multiply], [.min], [.multiply, .add], [.subtract, .multiply],
                [.max, .max], [.user("gelu"), .user("fast"), .divide], [],
            ])
        let counts = several.operations(of: several.einsums[6])
        #expect(counts == .init([.user("gelu"): 15, .user("fast"): 15, .divide: 15]))
        #expect(
            counts.expanded(several.operations)
                == .init([.multiply: 90, .add: 30, .tanh: 15, .multiplyAccumulate: 30, .max: 15, .divide: 15]))
        #expect(counts.byKind.map(\.operation.name) == ["divide", "fast", "gelu"])
        #expect(counts.expanded(several.operations).flops == 90 + 30 + 15 + 60 + 15 + 15)
    }

    /// FuseMax's artifact: an encoder layer's projections and feed-forward network of BERT over 1024 tokens take
    /// 7.52967 ms on 65536 multiply-accumulates a cycle at 940 MHz and move 1.826095e9 bytes.
    @Test func theEncoderLayerIsTheArtifacts() throws {
        let bert = try load("bert")
        let linear = bert.stages.filter { $0.name != "attention" }
        #expect(linear.map(\.name) == ["query", "key", "value", "output", "ffn1", "ffn2"])
        let macs = linear.reduce(0) { $0 + $1.workload.operationCounts[.multiplyAccumulate] }
        #expect(macs == 64 * 1024 * (4 * 768 * 12 * 64 + 2 * 768 * 3072))
        #expect(abs(Double(macs) / 65536 / 940e6 - 7.52967e-3) < 1e-8)
        #expect(linear.reduce(0) { $0 + $1.workload.minimumTrafficBytes } == 1_826_095_104)
    }

    @Test(arguments: [
        ("bert", 12, 768, 64, 3072), ("trxl", 16, 1024, 64, 4096), ("t5", 8, 512, 64, 2048),
        ("xlm", 16, 2048, 128, 8192),
    ])
    func modelsCountUpToAMillionTokens(name: String, heads: Int, width: Int, head: Int, inner: Int) throws {
        for exponent in stride(from: 10, through: 20, by: 2) {
            let m = 1 << exponent
            for (file, extra) in [(name, 2 * m / 256), (name + "-3pass", 0)] {
                let counts = try load(file, ["M": m]).operationCounts
                let projections = 64 * m * (4 * width * heads * head + 2 * width * inner)
                #expect(counts[.multiplyAccumulate] == projections + 64 * heads * m * m * 2 * head)
                #expect(counts[.exp] == 64 * heads * m * (m + extra / 2))
            }
        }
    }
}
