import Foundation
import OrreryEinsum
import OrreryMachine
@testable import OrrerySimulation
import OrreryText
import Testing

@testable import OrreryLowering

/// Cascades on cores: loops, addresses, counts, and what is refused.
@Suite struct CoreTests {
    private static let core = Result { try machine("champsim-a") }

    private func plain(_ workload: Workload) throws -> Lowered {
        let target = try Self.core.get()
        let cascade = try #require(workload.cascade)
        let mapping = try plainMapping(of: cascade)
        return try Lowering.lower(workload: workload, mapping: mapping, machine: target, diagnostics: Diagnostics())
    }

    private func plainMapping(of cascade: Cascade) throws -> Mapping {
        var none = MappingOverrides()
        let mapping = Mapping.plain(
            of: cascade, on: try Self.core.get(), path: "", overrides: &none, diagnostics: Diagnostics())
        return try #require(mapping)
    }

    private func parse(_ text: String, _ parameters: [String: Int] = [:]) throws -> Workload {
        let diagnostics = Diagnostics()
        let workload = Workload.parse(
            "workload: w\n" + text, file: "w.yaml", overrides: parameters.mapValues { Quantity($0) },
            diagnostics: diagnostics)
        return try #require(workload, "\(diagnostics.all)")
    }

    private func nests(_ lowered: Lowered) -> [LoopNest] {
        lowered.program.accesses.compactMap { if case .nest(let nest) = $0.source { nest } else { nil } }
    }

    /// Elements of a tensor that a stream loads, in order.
    private func elements(of tensor: String, _ lowered: Lowered, _ stream: Int = 0) throws -> [Int] {
        let area = try #require(lowered.plan.areas.first { $0.tensor == tensor })
        let operand = try #require(nests(lowered)[stream].loads.first { $0.tensor == tensor })
        let generator = try InstructionGenerator.make(lowered.program.accesses[stream])
        var result: [Int] = []
        while true {
            let count = generator.refill()
            if count == 0 { return result }
            for place in 0..<count {
                for load in 0..<Int(generator.chunk[place].loadCount) {
                    let offset = generator.chunk[place].loads[load] - area.address
                    if (0..<area.bytes).contains(offset) { result.append(offset / operand.elementBytes) }
                }
            }
        }
    }

    /// Numbers of their elements as the elements of a tensor: what is gathered then says where it came from.
    private func numbered(_ cascade: Cascade, _ tensor: String) throws -> TensorValues {
        let shape = try #require(cascade.tensor(named: tensor)).shape
        return TensorValues(shape: shape, elements: (0..<shape.reduce(1, *)).map(Double.init))
    }

    // MARK: The same index values as the reference evaluator

    @Test func aGatherReadsWhatTheEvaluatorReads() throws {
        let workload = try workload("embedding", ["T": 40, "VOCABULARY": 300, "D": 6])
        let cascade = try #require(workload.cascade)
        let evaluated = try cascade.evaluate(["W": numbered(cascade, "W")])
        #expect(try elements(of: "W", plain(workload)) == evaluated["X"]?.elements.map { Int($0) })
    }

    @Test func aChainReadsWhatTheEvaluatorReads() throws {
        let workload = try workload("chained-gather", ["N": 100, "NODES": 128])
        let cascade = try #require(workload.cascade)
        let evaluated = try cascade.evaluate(["A": numbered(cascade, "A")])
        let lowered = try plain(workload)
        #expect(try elements(of: "A", lowered) == evaluated["Y"]?.elements.map { Int($0) })
        #expect(try elements(of: "C", lowered) == Array(0..<100))
    }

    /// A matrix of ones leaves the sum of what was read of the vector.
    @Test func aSparseProductReadsWhatTheEvaluatorReads() throws {
        let workload = try workload("spmv", ["N": 50, "PER_ROW": 7])
        let cascade = try #require(workload.cascade)
        let ones = TensorValues(shape: [350], elements: Array(repeating: 1, count: 350))
        let evaluated = try cascade.evaluate(["A": ones, "X": numbered(cascade, "X")])
        let lowered = try plain(workload)
        let read = try elements(of: "X", lowered)
        #expect(
            (0..<50).map { row in Double(read[(7 * row)..<(7 * row + 7)].reduce(0, +)) } == evaluated["Y"]?.elements)
        // A row's begin is loaded once, columns, elements and the vector once a point.
        let counts = try #require(nests(lowered).first).counts
        #expect(counts.loads == 50 + 3 * 350 && counts.stores == 50 && counts.branches == 50 + 350)
        #expect(counts.operations == [.init(kind: .multiplyAccumulate, count: 350)])
    }

    @Test func anEmbeddingBagReadsWhatTheEvaluatorReads() throws {
        let sizes = ["SAMPLES": 3, "TABLES": 2, "LOOKUPS": 4, "ROWS": 64, "D": 8]
        let workload = try workload("embedding-bag", sizes)
        let cascade = try #require(workload.cascade)
        let evaluated = try cascade.evaluate(["W": numbered(cascade, "W")])
        let lowered = try Lowering.lower(
            workload: workload, mapping: mapping("embedding-bag"), machine: Self.core.get(),
            diagnostics: Diagnostics())
        let read = try elements(of: "W", lowered)
        var sums: [Double] = []
        for bag in 0..<6 {
            for column in 0..<8 { sums.append((0..<4).reduce(0) { $0 + Double(read[bag * 32 + $1 * 8 + column]) }) }
        }
        #expect(sums == evaluated["S"]?.elements)
        let counts = try #require(nests(lowered).first).counts
        #expect(counts.loads == 24 + 24 * 8 && counts.stores == 48)
    }

    // MARK: Counts and memory

    /// Any cascade whose Einsums follow each other: what a core executes is what the cascade counts.
    @Test(arguments: [
        "gemm", "layernorm", "softmax", "rmsnorm", "swiglu", "residual", "attention-3pass", "attention-1pass",
        "attention-2pass",
    ])
    func operationsAreThoseOfTheCascade(name: String) throws {
        let sizes: [String: [String: Int]] = [
            "gemm": ["M": 9, "N": 10, "K": 11], "layernorm": ["T": 5, "D": 12],
            "attention-3pass": ["B": 1, "H": 2, "M": 300], "attention-2pass": ["B": 1, "H": 2, "M": 300],
            "attention-1pass": ["B": 1, "H": 2, "M": 300],
        ]
        let workload = try workload(name, sizes[name] ?? [:])
        guard let cascade = workload.cascade else { return }
        let lowered = try plain(workload)
        var expected: [String: Int] = [:]
        for (operation, count) in cascade.operationCounts.expanded(cascade.operations).byKind {
            let kind =
                operation == .subtract
                ? "add"
                : operation == .multiplyAccumulate
                    ? "multiply-accumulate"
                    : operation == .sqrt ? "square-root" : operation.name
            expected[kind, default: 0] += count
        }
        var found: [String: Int] = [:]
        for (nest, node) in zip(nests(lowered), lowered.graph.nodes) {
            for counts in nest.counts.operations { found[counts.kind.rawValue, default: 0] += counts.count * node.runs }
        }
        #expect(found == expected)
        #expect(lowered.program.accesses.map(\.count) == nests(lowered).map(\.counts.instructions))
    }

    /// Short last tiles of the mapping and of the cascade exist as far as they do.
    @Test func shortTilesAreShort() throws {
        let workload = try workload("gemm", ["M": 10, "N": 7, "K": 9])
        let lowered = try lower(
            """
            mapping: tiled
            partition: {m: [3, 4], n: [2, 4], k: [3, 4]}
            loops: [m1, n1, k1, m0, k0]
            spatial: {core: {columns: n0}}
            bind: {core: [Z]}
            """, workload, Self.core.get())
        let nest = try #require(nests(lowered).first)
        #expect(nest.counts.operations == [.init(kind: .multiplyAccumulate, count: 10 * 7 * 9)])
        #expect(try elements(of: "A", lowered).sorted() == (0..<90).flatMap { [$0, $0] })
        let padded = try plain(
            parse(
                """
                parameters: {M: 10, M0: 4}
                ranks: {m: M, m1: ceil(M / M0), m0: M0}
                tensors: {A: {ranks: [m], type: fp32}}
                cascade: ["S[m1] = sum[m0](A[m1 * M0 + m0])"]
                """))
        #expect(try elements(of: "A", padded) == Array(0..<10))
    }

    /// Tensors lie one behind the other, at pages; a memory that is too small for them is an error that names them.
    @Test func tensorsLieBehindEachOther() throws {
        let lowered = try plain(workload("embedding", ["T": 16, "VOCABULARY": 1000, "D": 8]))
        #expect(
            lowered.plan.areas.map { "\($0.tensor) \($0.address) \($0.bytes) \($0.memory)" } == [
                "TOKEN 0 64 dram", "W 4096 16000 dram", "X 20480 256 dram",
            ])
        let large = try workload("embedding", ["VOCABULARY": 1 << 30, "D": 1 << 12])
        let error = try #require(throws: CapacityErrors.self) { try plain(large) }
        #expect(error.description.contains("W 8796093022208 B"))
    }

    /// What another core writes is waited for.
    @Test func coresWaitForEachOther() throws {
        let text = """
            machine: two
            extends: \(root)/HardwareSpecs/high-frequency.yaml
            components: {core: {count: 2}}
            connect: [["core[*].memory", memory], [hierarchy.l3.next, memory]]
            """
        let path = FileManager.default.temporaryDirectory.appending(path: "two-\(UUID().uuidString).yaml").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let diagnostics = Diagnostics()
        let target = try #require(Machine.load(path: path, diagnostics: diagnostics), "\(diagnostics.all)")
        let lowered = try lower(
            "mapping: two\nbind: {'core[0]': [S, SS], 'core[1]': [C, R, Y]}", workload("layernorm", ["T": 4, "D": 8]),
            target)
        #expect(lowered.program.tokens.map(\.name) == ["S ready", "C ready", "SS ready"])
        #expect(ProgramCheck(lowered.program).errors.isEmpty)
    }

    // MARK: What is refused

    private func problems(_ mapping: String, _ workload: Workload) throws -> [String] {
        let target = try Self.core.get()
        let error = try #require(throws: InputErrors.self) { try lower(mapping, workload, target) }
        return error.diagnostics.map(\.description)
    }

    @Test func mappingsOfOtherEnginesAreRefused() throws {
        let bag = try workload("embedding-bag")
        let found = try problems(
            """
            mapping: wrong
            loops: [b, t, x]
            spatial: {core: {rows: b, columns: l}}
            bind: {core: [S]}
            depth: {W: 2}
            place: {W: hbm}
            """, bag)
        #expect(
            found == [
                "m.yaml:2:15: error: loops: there is no rank 'x'; expected b, t, l, r or d",
                "m.yaml:5:9: error: depth: 'depth' says nothing about a core; partition, loops, spatial, bind and place do",
                "m.yaml:3:24: error: spatial.core: a core has no rows; columns: RANK lays a rank over its registers",
            ])
        #expect(
            try problems("mapping: wrong\nspatial: {core: {columns: l}}\nbind: {core: [S]}\nplace: {W: hbm}", bag) == [
                "m.yaml:4:12: error: place.W: the machine 'test' has no memory 'hbm'; expected dram"
            ])
        #expect(
            try problems("mapping: wrong\nspatial: {core: {columns: l}}\nbind: {core: [S]}", bag) == [
                "m.yaml:2:27: error: spatial: 'S' reduces over 'l', which can't be laid over registers; name a rank that the result has, or leave it out for 'S'"
            ])
        let wide = try workload("embedding-bag", ["D": 512, "ROWS": 1024])
        #expect(
            try problems("mapping: wrong\nspatial: {core: {columns: d}}\nbind: {core: [S]}", wide).first?.contains(
                "the body needs") ?? false)
    }

    @Test func elementsThatNobodyKnowsAreErrors() throws {
        let head = """
            ranks: {i: 4, v: 9}
            tensors:
              I: {ranks: [i], type: int32}
              T: {ranks: [v], type: fp32}
            """
        let unknown = try parse(head + "\ncascade: ['Y[i] = T[I[i]]']\n")
        let error = try #require(throws: InputErrors.self) { try plain(unknown) }
        #expect(
            error.diagnostics.map(\.description) == [
                "w.yaml:4:3: error: 'I' indexes 'T', and nothing says what its elements are; add values: {pattern: uniform, seed: 1} to 'I'"
            ])
        let computed = try parse(head + "\ncascade: ['J[i] = I[i] * 2', 'Y[i] = T[J[i]]']\n")
        let other = try #require(throws: InputErrors.self) { try plain(computed) }
        #expect(
            other.diagnostics.map(\.message) == [
                "'J' indexes 'T' and is computed, so that its elements are not known"
            ])
    }

    /// A unit of tiles says who can gather.
    @Test func otherEnginesNameWhatToDo() throws {
        let embedding = try workload("embedding")
        let target = try machine("fusemax")
        let error = try #require(throws: InputErrors.self) {
            try lower(
                "mapping: m\nloops: [t]\nbind: {array1d: [X]}\nplace: {W: dram, TOKEN: dram, X: dram}", embedding,
                target)
        }
        #expect(
            error.diagnostics.map(\.description) == [
                "m.yaml:3:18: error: bind: 'X' reads W[TOKEN[t], d], whose address depends on what 'TOKEN' holds: only a core runs that; run it on a machine with a core, such as HardwareSpecs/champsim-a.yaml, as a stage of its own"
            ])
    }

    /// A recurrence through several Einsums is a loop of the program around their nests, whose streams begin where it stands.
    @Test func generationsOfSeveralEinsumsTakeTurns() throws {
        let workload = try parse(
            """
            ranks: {r: 5, i: 3}
            tensors: {X: {ranks: [r, i], type: fp64}, A: {ranks: [r, i], type: fp64}, B: {ranks: [r, i], type: fp64}}
            cascade:
              - A[r+1, i] = A[r, i] + B[r, i]
              - B[r+1, i] = B[r, i] * A[r+1, i]
              - T[r, i] = A[r, i] * X[r, i]
            initial: {A: 0, B: 1}
            """)
        let lowered = try plain(workload)
        #expect(lowered.program.loops == ["r"])
        #expect(lowered.program.operators.sorted() == ["A", "B", "T"])
        let looped = lowered.graph.nodes.filter { $0.runs == 5 }.map(\.name)
        #expect(looped == ["A", "B"])
        let nest = try #require(nests(lowered).first { $0.result.tensor == "A" })
        #expect(nest.fixed == 1 && nest.counts.stores == 3)
        let start = nest.result.start
        for generation in 0..<5 {
            let generator = try InstructionGenerator.make(AccessStream(.nest(nest), count: 1), at: [generation])
            var stores: [Int] = []
            let count = generator.refill()
            for place in 0..<count where generator.chunk[place].storeCount > 0 {
                stores.append((generator.chunk[place].stores[0] - start) / 8)
            }
            #expect(stores == (0..<3).map { 3 * (generation + 1) + $0 })
            #expect(count == nest.counts.instructions)
        }
        let run = try Run(workload, plainMapping(of: #require(workload.cascade)), Self.core.get())
        #expect(run.counts["core/multiply/B"] == 15 && run.counts["core/add/A"] == 15)
        #expect(run.counts["core/store/A"] == 15)
    }

    // MARK: Saved

    @Test(arguments: ["embedding", "embedding-bag", "spmv", "chained-gather", "layernorm"])
    func savedProgramsAreReadBack(name: String) throws {
        let lowered = try plain(workload(name))
        let saved = SavedProgram(
            workload: name, machine: "m", mapping: "plain",
            parts: [SavedProgram.Part(name: "", program: lowered.program)])
        let diagnostics = Diagnostics()
        #expect(SavedProgram.parse(saved.text, file: "p.yaml", diagnostics: diagnostics) == saved)
        #expect(diagnostics.all.map(\.description) == [])
    }

    @Test(arguments: [
        ("loops: [{name: i, trips: 4}]", "loops: [{name: i, trips: 0}]", "the loop 'i' has 0 trips, not 2 to 2^40"),
        ("1 i0", "1 i1", "expected the number of an element, found '1 i1'"),
        ("from: [v1, sum]", "from: [w1, sum]", "expected what a step takes, found 'w1'"),
        ("run: add", "run: ad", "'ad' is no operation of a core"),
        ("below: 9", "beneath: 9", "values: unknown key 'beneath'"),
        ("below: 9", "below: N", "error: nest.values: unknown name 'N'"),
        ("tensor: T", "tensr: T", "unknown key 'tensr' in an operand of a nest"),
    ])
    func damagedProgramsAreErrors(old: String, new: String, message: String) throws {
        let workload = try parse(
            """
            ranks: {i: 4, k: 2, v: 9}
            tensors:
              I: {ranks: [i], type: int32, values: {pattern: uniform}}
              T: {ranks: [v], type: fp32}
            cascade: ['Y[k] = sum[i](T[I[i]])']
            """.replacing("k: 2, ", with: "").replacing("Y[k]", with: "Y[j]").replacing("v: 9", with: "v: 9, j: 1"))
        let lowered = try plain(workload)
        let saved = SavedProgram(
            workload: "w", machine: "m", mapping: "plain",
            parts: [SavedProgram.Part(name: "", program: lowered.program)])
        let text = saved.text.replacing(old, with: new)
        #expect(text != saved.text)
        let diagnostics = Diagnostics()
        #expect(SavedProgram.parse(text, file: "p.yaml", diagnostics: diagnostics) == nil)
        #expect(diagnostics.all.contains { $0.description.contains(message) }, "\(diagnostics.all)")
    }
}
