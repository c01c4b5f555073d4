import Foundation
import OrreryText
import Testing

@testable import OrreryEinsum

/// Softmax attention computed directly: Q [b, h, e, p], K [b, h, e, m], V [b, h, f, m] to AV [b, h, f, p].
private func attention(_ q: TensorValues, _ k: TensorValues, _ v: TensorValues) -> TensorValues {
    let (b, h, e, p) = (q.shape[0], q.shape[1], q.shape[2], q.shape[3])
    let (f, m) = (v.shape[2], v.shape[3])
    var result: [Double] = []
    for i in 0..<b {
        for j in 0..<h {
            let weights = (0..<p).map { query -> [Double] in
                let scores = (0..<m).map { key in
                    (0..<e).reduce(0.0) { $0 + q[i, j, $1, query] * k[i, j, $1, key] }
                }
                let greatest = scores.max() ?? 0
                let exponentials = scores.map { exp($0 - greatest) }
                let sum = exponentials.reduce(0, +)
                return exponentials.map { $0 / sum }
            }
            for value in 0..<f {
                for query in 0..<p {
                    result.append((0..<m).reduce(0.0) { $0 + weights[query][$1] * v[i, j, value, $1] })
                }
            }
        }
    }
    return TensorValues(shape: [b, h, f, p], elements: result)
}

struct EvaluatorTests {
    /// Whole tiles, a partial last tile, fewer keys than a tile, and a single key.
    @Test(
        arguments: attentionCascades,
        [[2, 3, 12, 5, 4, 3, 4], [1, 2, 13, 4, 3, 5, 4], [1, 1, 3, 2, 2, 2, 8], [1, 1, 1, 1, 1, 1, 1]])
    func everyAttentionCascadeIsAttention(name: String, sizes: [Int]) throws {
        var overrides = Dictionary(
            uniqueKeysWithValues: zip(["B", "H", "M", "P", "E", "F", "M0"], sizes))
        if !name.contains("1pass"), name != "attention-2pass" { overrides["M0"] = nil }
        let cascade = try #require(try load(name, overrides).cascade)
        for seed in 1...3 as ClosedRange<UInt64> {
            let inputs = cascade.randomInputs(seed: seed)
            let output = try #require(try cascade.evaluate(inputs)["AV"])
            let expected = attention(
                try #require(inputs["Q"]), try #require(inputs["K"]), try #require(inputs["V"]))
            #expect(distance(output, expected) < 1e-13)
        }
    }

    @Test func stableCascadesSurviveLargeScoresAndUnstableOnesDoNot() throws {
        for name in attentionCascades {
            var overrides: [String: Int] = ["B": 1, "H": 1, "M": 6, "P": 2, "E": 1, "F": 2]
            if name.contains("1pass") || name == "attention-2pass" { overrides["M0"] = 4 }
            let cascade = try #require(try load(name, overrides).cascade)
            var inputs = cascade.randomInputs(seed: 7)
            inputs["Q"]?.elements = [2000, 3000]
            inputs["K"]?.elements = [1, 2, 3, 4, 5, 6]
            let output = try #require(try cascade.evaluate(inputs)["AV"])
            #expect(output.elements.allSatisfy(\.isFinite) == !name.contains("unstable"), "\(name)")
        }
    }

    @Test(arguments: [[1, 2, 3, 9, 9, 4, 4], [2, 2, 1, 6, 1, 3, 4]])
    func groupedQueriesShareKeysAndValues(sizes: [Int]) throws {
        let (b, g, r, m, p, e, tile) = (sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], sizes[6])
        let overrides: [String: Int] = [
            "B": b, "G": g, "R": r, "E": e, "M0": tile, "PROMPT": m,
        ]
        let workload = try load("attention-gqa", overrides)
        let phase = try #require(workload.phases.first { $0.name == (p == 1 ? "decode" : "prefill") })
        let bound = try #require(workload.bound(to: phase, step: 0, diagnostics: Diagnostics()))
        let cascade = try #require(bound.cascade)
        let keys = p == 1 ? m + 1 : m
        let inputs = cascade.randomInputs(seed: 11)
        let (q, k, v) = (try #require(inputs["Q"]), try #require(inputs["K"]), try #require(inputs["V"]))
        #expect(q.shape == [b, g, r, e, p] && k.shape == [b, g, e, keys])
        func repeated(_ x: TensorValues) -> TensorValues {
            let head = x.elements.count / (b * g)
            let elements = (0..<b * g).flatMap { place in
                (0..<r).flatMap { _ in x.elements[place * head..<(place + 1) * head] }
            }
            return TensorValues(shape: [b, g * r] + x.shape[2...], elements: elements)
        }
        let flat = TensorValues(shape: [b, g * r, e, p], elements: q.elements)
        let output = try #require(try cascade.evaluate(inputs)["AV"])
        let expected = attention(flat, repeated(k), repeated(v))
        #expect(output.shape == [b, g, r, e, p])
        #expect(distance(TensorValues(shape: expected.shape, elements: output.elements), expected) < 1e-13)
    }

    @Test func gatherReadsTheRowsThatAnotherTensorNames() throws {
        let embedding = try #require(try load("embedding", ["T": 5, "VOCABULARY": 7, "D": 3]).cascade)
        let inputs = embedding.randomInputs(seed: 3, below: 7)
        let output = try #require(try embedding.evaluate(inputs)["X"])
        let (tokens, table) = (try #require(inputs["TOKEN"]), try #require(inputs["W"]))
        for t in 0..<5 {
            for d in 0..<3 { #expect(output[t, d] == table[Int(tokens[t]), d]) }
        }
        var outside = inputs
        outside["TOKEN"]?.elements[2] = 7
        #expect(throws: EvaluationError.indexOutOfRange(access: "W[TOKEN[t], d]", value: 7)) {
            try embedding.evaluate(outside)
        }
    }

    @Test func convolutionSlidesAndStrides() throws {
        let convolution = try cascade(
            """
            parameters: {Q: 4, S: 3, STRIDE: 2}
            ranks: {q: Q, s: S, w: (Q - 1) * STRIDE + S}
            tensors: {I: {ranks: [w], type: fp32}, F: {ranks: [s], type: fp32}}
            cascade: ["O[q] = I[q * STRIDE + s] * F[s]"]
            """)
        let inputs = convolution.randomInputs(seed: 5)
        let output = try #require(try convolution.evaluate(inputs)["O"])
        let (i, f) = (try #require(inputs["I"]), try #require(inputs["F"]))
        for q in 0..<4 {
            #expect(abs(output[q] - (0..<3).reduce(0.0) { $0 + i[2 * q + $1] * f[$1] }) < 1e-15)
        }
    }

    /// Einsums that wait for each other, which no file can say, are no cascade without work.
    @Test func whatHasNoOrderIsAnError() throws {
        func einsum(_ statement: String, input: String) throws -> Cascade {
            try cascade(
                """
                ranks: {n: 2}
                tensors:
                  A: {ranks: [n], type: fp32}
                  \(input): {ranks: [n], type: fp32}
                cascade:
                  - \(statement)
                """)
        }
        let (one, other) = (
            try einsum("Y[n] = X[n] * A[n]", input: "X"), try einsum("X[n] = Y[n] * A[n]", input: "Y")
        )
        let circle = Cascade(
            name: "circle", ranks: one.ranks, tensors: one.tensors, einsums: one.einsums + other.einsums,
            batchRanks: [], guards: [], operations: [])
        #expect(throws: Schedule.Unsatisfiable(members: [0, 1])) { try circle.schedule }
        #expect(throws: EvaluationError.noOrder(Schedule.Unsatisfiable(members: [0, 1]))) {
            try circle.evaluate(one.randomInputs(seed: 1))
        }
    }

    @Test func aRecurrenceThroughSeveralEinsumsAdvancesOneGenerationAtATime() throws {
        let scan = try cascade(
            """
            ranks: {t: 6, n: 2}
            tensors:
              A: {ranks: [t, n], type: fp32}
              X: {ranks: [t], type: fp32}
            cascade:
              - D[t, n] = S[t, n] * A[t, n]
              - S[t+1, n] = D[t, n] + X[t]
              - Y[t] = sum[n](S[t+1, n])
            initial: {S: 0.5}
            """)
        #expect(try scan.schedule == [.loop(rank: "t", [.einsum(0), .einsum(1)]), .einsum(2)])
        let inputs = scan.randomInputs(seed: 9)
        let (a, x) = (try #require(inputs["A"]), try #require(inputs["X"]))
        let output = try #require(try scan.evaluate(inputs)["Y"])
        var state = [0.5, 0.5]
        for t in 0..<6 {
            for n in 0..<2 { state[n] = state[n] * a[t, n] + x[t] }
            #expect(abs(output[t] - state[0] - state[1]) < 1e-14)
        }
    }

    @Test func operationsOfTheWorkloadRunAsDefined() throws {
        let swiglu = try #require(try load("swiglu", ["T": 2, "S": 3]).cascade)
        let inputs = swiglu.randomInputs(seed: 13)
        let output = try #require(try swiglu.evaluate(inputs)["Y"])
        let (g, u) = (try #require(inputs["G"]), try #require(inputs["U"]))
        for t in 0..<2 {
            for s in 0..<3 {
                #expect(abs(output[t, s] - g[t, s] / (1 + exp(-g[t, s])) * u[t, s]) < 1e-15)
            }
        }
    }

    @Test func layerNormalisationGivesMeanZeroAndVarianceOne() throws {
        let norm = try #require(try load("layernorm", ["T": 3, "D": 8, "EPSILON": 0]).cascade)
        var inputs = norm.randomInputs(seed: 17)
        inputs["G"]?.elements = [Double](repeating: 1, count: 8)
        inputs["B"]?.elements = [Double](repeating: 0, count: 8)
        let output = try #require(try norm.evaluate(inputs)["Y"])
        for t in 0..<3 {
            let row = (0..<8).map { output[t, $0] }
            #expect(abs(row.reduce(0, +)) < 1e-13)
            #expect(abs(row.reduce(0) { $0 + $1 * $1 } - 8) < 1e-13)
        }
    }

    @Test func wrongInputsAreNamed() throws {
        let gemm = try #require(try load("gemm", ["M": 2, "N": 2, "K": 2]).cascade)
        var inputs = gemm.randomInputs(seed: 1)
        inputs["W"] = TensorValues(shape: [2], elements: [1, 2])
        #expect(throws: EvaluationError.wrongShape(tensor: "W", expected: [2, 2], given: [2])) {
            try gemm.evaluate(inputs)
        }
        inputs["W"] = nil
        #expect(throws: EvaluationError.missingInput("W")) { try gemm.evaluate(inputs) }
        let large = try #require(try load("gemm").cascade)
        #expect(throws: EvaluationError.tooLarge("Z")) { try large.evaluate(large.randomInputs(seed: 1)) }
    }
}
