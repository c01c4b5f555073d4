import OrreryText
import Testing

@testable import OrreryEinsum

struct PassTests {
    @Test(arguments: [
        ("attention-unstable", 2), ("attention-unstable-deferred", 1), ("attention-3pass", 3),
        ("attention-2pass-deferred", 2), ("attention-2pass", 2), ("attention-1pass", 1), ("attention-1pass-eager", 1),
        ("attention-gqa", 1), ("attention-mha", 1),
    ])
    func attentionFallsIntoItsClass(name: String, expected: Int) throws {
        let cascade = try #require(try load(name).cascade)
        #expect(cascade.passes(over: "m") == expected)
        // Keys are gone over as often as scores; values only once, when their weights are known.
        #expect(cascade.passes(over: "m", from: "K") == expected)
        #expect(cascade.passes(over: "m", from: "V") == 1)
        #expect(cascade.passes(over: "m", from: "QK") == expected)
        // Queries, and the widths of heads, are never gone over twice.
        for rank in ["p", "e", "f"] { #expect(cascade.passes(over: rank) == 1) }
    }

    @Test func tilesResultsAreGoneOverMoreOftenThanElements() throws {
        let local = try #require(try load("attention-2pass").cascade)
        #expect(local.passes(over: "m") == 2)
        #expect(local.passes(over: "m1") == 3)
        let running = try #require(try load("attention-1pass").cascade)
        #expect(running.passes(over: "m1") == 1)
    }

    @Test func aFibreIsHeldWhereALaterPassReadsIt() throws {
        let three = try #require(try load("attention-3pass", ["M": 4096]).cascade)
        #expect(
            PassAnalysis(of: three, over: "m").held == [
                .init(tensor: "V", from: 1, until: 3, fibreBytes: 8192),
                .init(tensor: "QK", from: 1, until: 2, fibreBytes: 8192),
                .init(tensor: "SN", from: 2, until: 3, fibreBytes: 8192),
            ])
        let one = try #require(try load("attention-1pass", ["M": 4096]).cascade)
        #expect(PassAnalysis(of: one, over: "m").held.isEmpty)
        #expect(PassAnalysis(of: one, over: "m1").held.isEmpty)
        let ragged = try #require(try load("attention-2pass", ["M": 1000]).cascade)
        #expect(
            PassAnalysis(of: ragged, over: "m").held == [
                .init(tensor: "V", from: 1, until: 2, fibreBytes: 2000),
                .init(tensor: "SLN", from: 1, until: 2, fibreBytes: 2000),
            ])
    }

    @Test(arguments: [
        ("gemm", "m", 1), ("gemm", "n", 1), ("gemm", "k", 1), ("softmax", "n", 3), ("softmax", "t", 1),
        ("layernorm", "d", 3), ("layernorm", "t", 1), ("rmsnorm", "d", 2), ("embedding", "t", 1), ("embedding", "d", 1),
        ("rotary", "j", 1), ("swiglu", "s", 1),
    ])
    func libraryCascades(name: String, rank: String, expected: Int) throws {
        #expect(try #require(try load(name).cascade).passes(over: rank) == expected)
    }

    private static let ranks = "ranks: {m: 4, n: 4, k: 4, l: 4, t: 8, t1: 4, t0: 2, d: 4}\n"
    private static let vectors =
        ranks + "tensors: {X: {ranks: [t], type: fp32}, R: {ranks: [t], type: fp32}}\n"

    @Test(arguments: [
        // Chained multiplications hand rows over one by one.
        (
            ranks
                + """
                tensors: {A: {ranks: [m, k], type: fp32}, B: {ranks: [k, n], type: fp32}, C: {ranks: [n, l], type: fp32}}
                cascade: ["Y[m, n] = A[m, k] * B[k, n]", "Z[m, l] = Y[m, n] * C[n, l]"]
                """, ["m": 1, "n": 1, "k": 1, "l": 1]
        ),
        // A matrix times its own product with a vector: y = A (A^T x) goes over the rows of A twice.
        (
            ranks
                + """
                tensors: {A: {ranks: [m, k], type: fp32}, X: {ranks: [m], type: fp32}}
                cascade: ["Y[k] = A[m, k] * X[m]", "Z[m] = A[m, k] * Y[k]"]
                """, ["m": 2, "k": 1]
        ),
        // Variance by the mean of squares.
        (
            vectors
                + """
                cascade:
                  - S[] = sum[t](X[t])
                  - Q[] = X[t] * X[t]
                  - V[] = Q[] / 8 - S[] / 8 * (S[] / 8)
                """, ["t": 1]
        ),
        // Variance by differences from the mean.
        (
            vectors + "cascade: [\"S[] = sum[t](X[t])\", \"C[t] = X[t] - S[] / 8\", \"V[] = C[t] * C[t]\"]",
            ["t": 2]
        ),
        // Variance by Welford's recurrence; R holds 1 / (t + 1).
        (
            vectors
                + """
                cascade:
                  - D[t] = X[t] - U[t]
                  - U[t+1] = U[t] + D[t] * R[t]
                  - V[t+1] = V[t] + D[t] * (X[t] - U[t+1])
                  - Y[] = V[T] / 8
                initial: {U: 0, V: 0}
                """, ["t": 1]
        ),
        // Normalisation after that recurrence.
        (
            vectors
                + """
                cascade:
                  - U[t+1] = U[t] + (X[t] - U[t]) * R[t]
                  - Y[t] = X[t] - U[T]
                initial: {U: 0}
                """, ["t": 2]
        ),
        // The first element of an intermediate, and the first generation, wait for nothing.
        (vectors + "cascade: [\"C[t] = X[t] * R[t]\", \"Y[t] = C[t] - C[0]\"]", ["t": 1]),
        (
            vectors
                + "cascade: [\"S[t+1] = S[t] + X[t]\", \"Y[t] = X[t] - S[0]\"]\ninitial: {S: 1}", ["t": 1]
        ),
        // A prefix sum read as it grows, and one read backwards.
        (
            vectors + "cascade: [\"S[t+1] = S[t] + X[t]\", \"Y[t] = S[t+1] * R[t]\"]\ninitial: {S: 0}", ["t": 1]
        ),
        (
            vectors + "cascade: [\"S[t+1] = S[t] + X[t]\", \"Y[t] = S[T - t] * R[t]\"]\ninitial: {S: 0}", ["t": 2]
        ),
        // Maximum of each tile, then of all; then a difference from both.
        (
            vectors
                + """
                cascade:
                  - L[t1] = max[t0](X[t1 * 2 + t0])
                  - Y[t1, t0] = X[t1 * 2 + t0] - L[t1]
                  - G[] = max[t1](L[t1])
                  - Z[t1] = L[t1] - G[]
                """, ["t": 1, "t1": 2]
        ),
        // A gather of results needs them all first.
        (
            ranks
                + """
                tensors: {X: {ranks: [t], type: fp32}, I: {ranks: [t], type: int32}}
                cascade: ["C[t] = X[t] * 2", "Y[t] = C[I[t]] + X[t]"]
                """, ["t": 2]
        ),
    ])
    func smallCascades(yaml: String, expected: [String: Int]) throws {
        let cascade = try cascade(yaml)
        for (rank, passes) in expected { #expect(cascade.passes(over: rank) == passes, "\(rank) in \(yaml)") }
    }

    @Test func convolutionGoesOverItsWindowOnce() throws {
        let convolution = try cascade(
            """
            ranks: {q: 6, s: 3, w: 8}
            tensors: {I: {ranks: [w], type: fp32}, F: {ranks: [s], type: fp32}}
            cascade: ["O[q] = I[q + s] * F[s]"]
            """)
        #expect(convolution.passes(over: "q") == 1)
        #expect(convolution.passes(over: "s") == 1)
        #expect(convolution.passes(over: "q", from: "F") == 0)
    }

    @Test func dependenciesLeaveGenerationsOut() throws {
        let one = try #require(try load("attention-1pass").cascade)
        let graph = one.dependencies
        func producers(_ name: String) -> [String] {
            let position = one.einsums.firstIndex { $0.name == name } ?? -1
            return graph.producers(of: position).map { one.einsums[$0].name }
        }
        #expect(producers("QK").isEmpty)
        #expect(producers("RM") == ["LM"])
        #expect(producers("SLN") == ["QK", "RM"])
        #expect(producers("PRM") == ["RM"])
        #expect(producers("SPD") == ["PRM"])
        #expect(producers("RD") == ["SLD", "SPD"])
        #expect(producers("AV") == ["RD", "RNV"])
        let generational = graph.dependencies.filter { $0.generational == "m1" }
        #expect(generational.map { one.einsums[$0.consumer].name } == ["RM", "PRM", "SPD", "SPNV"])
    }
}
