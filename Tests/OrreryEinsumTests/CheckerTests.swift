import OrreryText
import Testing

@testable import OrreryEinsum

/// Exact messages, place included. The cascade stands in lines 8 and following.
struct CheckerTests {
    private static let head = """
        workload: w
        parameters: {M: 8, K: 4, HALF: 0.5}
        ranks: {m: M, m1: 2, m0: 4, k: K, n: 3}
        tensors:
          A: {ranks: [m, k], type: fp16}
          I: {ranks: [k], type: int32}
        cascade:

        """

    /// What is reported about statements, without unused tensors and ranks.
    private func report(_ statements: String..., initial: String? = nil) -> [String] {
        let lines = statements.map { "  - \($0)\n" }.joined() + (initial.map { "initial: {\($0)}\n" } ?? "")
        return problems(Self.head + lines).filter { !$0.contains("never used") }
    }

    @Test(arguments: [
        ("Z[m] = B[m]", "w.yaml:8:12: error: unknown tensor 'B'; expected A, I or Z"),
        ("Z[m] = AA[m, k]", "w.yaml:8:12: error: unknown tensor 'AA'; did you mean 'A'?"),
        ("Z[m] = A[m, q]", "w.yaml:8:17: error: unknown rank 'q'; expected m, m1, m0, k, n, HALF, K or M"),
        ("Z[m] = A[m]", "w.yaml:8:12: error: 'A' takes 2 indices [m, k], not 1"),
        ("Z[m] = A[m, k, n]", "w.yaml:8:12: error: 'A' takes 2 indices [m, k], not 3"),
        (
            "Z[m] = A[k, m]",
            "w.yaml:8:14: error: 'k' indexes rank 'm' of 'A', which has a rank 'k' of its own; the ranks of 'A' are [m, k]"
        ),
        (
            "Z[n] = A[n, k]",
            "w.yaml:8:14: error: rank 'n' (extent 3) does not match rank 'm' (extent 8) of 'A'; the ranks of 'A' are [m, k]"
        ),
        (
            "Z[m] = A[m + 1, k]",
            "w.yaml:8:14: error: the index m + 1 of 'A' reaches 8; rank 'm' ends at 7"
        ),
        (
            "Z[m1, m0] = A[m1 * 5 + m0, k]",
            "w.yaml:8:19: error: the index m1 * 5 + m0 of 'A' reaches 8; rank 'm' ends at 7"
        ),
        ("Z[m] = A[m - 1, k]", "w.yaml:8:14: error: the index m - 1 of 'A' falls to -1; coordinates start at 0"),
        (
            "Z[k] = A[m * k, k]",
            "w.yaml:8:16: error: an index multiplies a rank by a number, not by a rank"
        ),
        (
            "Z[m] = A[m, k / 2]",
            "w.yaml:8:19: error: an index divides whole numbers without a rest, nothing else; split the rank into two and read index r1 * R0 + r0"
        ),
        ("Z[m] = A[m, HALF]", "w.yaml:8:17: error: parameter 'HALF' is no whole number, as an index must be"),
        ("Z[m] = A[m, exp(k)]", "w.yaml:8:17: error: 'exp' can't stand in an index; an index is affine in the ranks"),
        (
            "Z[m] = A[m, A[m, k]]",
            "w.yaml:8:17: error: 'A' of type fp16 can't serve as an index; its type must be one of the integers"
        ),
        (
            "Z[m, k] = sum[k](A[m, k])",
            "w.yaml:8:19: error: 'sum' reduces over 'k', which the output has"
        ),
        ("Z[m, k] = max[n](A[m, k])", "w.yaml:8:19: error: 'max' reduces over 'n', which no input has"),
        ("Z[m, k] = max[kk](A[m, k])", "w.yaml:8:19: error: unknown rank 'kk'; did you mean 'k'?"),
        (
            "Z[] = max[m](A[m, k])",
            "w.yaml:8:11: error: rank 'k' is neither in the output nor reduced; write max[m, k](…)"
        ),
        (
            "Z[m] = 2 * sum[k](A[m, k])",
            "w.yaml:8:16: error: 'sum[…]' must be the outermost operation; write it as a statement of its own"
        ),
        ("Z[m] = sum(A[m, k])", "w.yaml:8:12: error: 'sum' needs the ranks it reduces; write sum[rank](…)"),
        ("Z[m, k] = expp(A[m, k])", "w.yaml:8:15: error: unknown operation 'expp'; did you mean 'exp'?"),
        ("Z[m, k] = exp(A[m, k], 2)", "w.yaml:8:15: error: 'exp' takes 1 operand, not 2"),
        ("Z[m, k] = max(A[m, k])", "w.yaml:8:15: error: 'max' takes two operands or more, not 1"),
        ("Z[m, k] = A(m, k)", "w.yaml:8:15: error: the indices of tensor 'A' stand in [ ]"),
        ("Z[m, k] = A", "w.yaml:8:15: error: tensor 'A' is read without its indices; write A[…]"),
        ("Z[m, k] = A[m, k] * m", "w.yaml:8:25: error: rank 'm' can't serve as a value; read it from a tensor"),
        ("Z[m, k] = A[m, k] * HALV", "w.yaml:8:25: error: unknown parameter 'HALV'; did you mean 'HALF'?"),
        ("Z[m, m] = A[m, k]", "w.yaml:8:10: error: a rank can't index the output twice"),
        (
            "Z[A] = A[m, k]",
            "w.yaml:8:7: error: unknown rank 'A'; expected m, m1, m0, k, n, HALF, K or M"
        ),
        (
            "Z[m * 2] = A[m, k]",
            "w.yaml:8:7: error: the ranks of 'Z' can't be inferred from this index; declare 'Z' under tensors:"
        ),
        (
            "A[m, 0] = I[k]",
            "w.yaml:8:10: error: an output needs a rank here, not a number; every element is written by one Einsum"
        ),
        ("Z[m] = A[m, k] +", "w.yaml:8:21: error: expected a value, found the end of the statement"),
        ("Z[m] = A[m, k", "w.yaml:8:18: error: expected ']' after the list, found the end of the statement"),
        ("Z[m] A[m, k]", "w.yaml:8:10: error: expected '=' after the output 'Z', found 'A'"),
        ("Z[m] = A[m, k] A[m, k]", "w.yaml:8:20: error: expected an operator or the end, found 'A'"),
        ("Z[m] = A[m, k] ^ 2", "w.yaml:8:20: error: '^' has no meaning in a statement"),
        (
            "3 = A[m, k]",
            "w.yaml:8:5: error: a statement begins with the tensor it writes, not '3'; for example Z[m, n] = A[m, k] * B[k, n]"
        ),
        ("Z[m] = max[3](A[m, k])", "w.yaml:8:16: error: 'max[…]' takes the names of ranks, not '3'"),
        (
            "Z[m] = Z[m] + A[m, k]",
            "w.yaml:8:5: error: 'Z' reads itself; an iterative rank breaks a cycle: write generation r + 1 from generation r"
        ),
        (
            "Z[m+1] = Z[m] + A[m, 0]",
            "w.yaml:8:5: error: 'Z' has the iterative rank 'm' but no initial value; add it under initial:"
        ),
    ])
    func oneProblem(statement: String, message: String) {
        let found = report(statement)
        #expect(found.first == message)
        #expect(found.count == 1, "\(found)")
    }

    /// What a broken statement writes is not unknown to others.
    @Test func oneProblemOfWhatIsReadAgain() {
        #expect(
            report("Z[m] = A[m, k] ^ 2", "Y[m] = Z[m]") == ["w.yaml:8:20: error: '^' has no meaning in a statement"])
    }

    @Test func order() {
        #expect(
            report("Y[m] = X[m] + A[m, k]", "X[m] = A[m, k]") == [
                "w.yaml:8:5: error: 'X' is read before it is written; its statement is at line 9"
            ])
        #expect(
            report("X[m] = Z[m]", "Y[m] = X[m] + A[m, k]", "Z[m] = Y[m]") == [
                "w.yaml:8:5: error: cycle: X → Z → Y → X; an iterative rank breaks a cycle: write generation r + 1 from generation r"
            ])
        #expect(
            report("X[m] = A[m, k]", "X[k] = A[m, k]") == [
                "w.yaml:9:5: error: 'X' is written a second time; the first statement is at line 8; each Einsum writes a tensor of its own"
            ])
        #expect(
            report("D[] = sum[m](S[m] * A[m, 0])", "S[m+1] = S[m] + D[]", initial: "S: 0") == [
                "w.yaml:8:5: error: the recurrence through D, S can't advance one generation at a time; each of them must have the iterative rank and read the others in the same generation"
            ])
        #expect(
            report("D[m] = S[m] * A[m, 0]", "S[m+1] = S[m] + D[M - 1 - m]", initial: "S: 0") == [
                "w.yaml:8:5: error: the recurrence through D, S can't advance one generation at a time; each of them must have the iterative rank and read the others in the same generation"
            ])
        #expect(report("S[m+1] = S[m] + A[m, 0]", "Y[m] = S[m+1] - S[M]", initial: "S: 0").isEmpty)
        #expect(report("Y[m] = S[0] * A[m, 0]", "S[m+1] = S[m] + Y[m]", initial: "S: 1").isEmpty)
    }

    @Test func initialValues() {
        #expect(
            report("S[m+1] = S[m] + A[m, 0]", initial: "S: 0, SS: 1, A: 2") == [
                "w.yaml:9:17: error: unknown tensor 'SS'; did you mean 'S'?",
                "w.yaml:9:24: error: 'A' has an initial value but no iterative rank; its statement must write generation r + 1 of some rank r",
            ])
    }

    @Test func everyProblemIsReportedAtOnce() {
        let found = problems(
            """
            workload: w
            parametres: {}
            parameters: {M: N, N: M, X: 1 KiB, Y: 3, Y0: Z + 1}
            ranks: {m: 7 / 2, n: 0, k: Q, p: 4}
            tensors:
              A: {ranks: [m, z], type: fp17, color: red}
              B: {ranks: [p], type: fp16, density: 2}
              C: {type: fp16}
            cascade:
              - Z[p] = B[p] +
              - Y[p] = B[p] * Z[p] * W[p]
              - 7
            """)
        #expect(
            found == [
                "w.yaml:2:1: error: unknown key 'parametres'; did you mean 'parameters'?",
                "w.yaml:3:46: error: unknown name 'Z'; expected X or Y",
                "w.yaml:3:17: error: parameters M, N depend on each other",
                "w.yaml:3:29: error: parameter 'X' is 1 KiB, but a cascade computes with plain numbers",
                "w.yaml:4:12: error: the extent of rank 'm' is 3.5, no whole number; ceil(7 / 2) leaves the last tile partial",
                "w.yaml:4:28: error: unknown name 'Q'; expected X or Y",
                "w.yaml:6:34: error: unknown key 'color'; expected ranks, type, density, output or values",
                "w.yaml:6:28: error: 'fp17' is no element type; did you mean 'fp16'?",
                "w.yaml:8:6: error: expected the ranks of tensor 'C', found a mapping; for example {ranks: [m, k], type: fp16}",
                "w.yaml:10:18: error: expected a value, found the end of the statement",
                "w.yaml:12:5: error: a statement begins with the tensor it writes, not '7'; for example Z[m, n] = A[m, k] * B[k, n]",
                "w.yaml:4:22: error: the extent of rank 'n' is 0; expected 1 to 2^40",
                "w.yaml:7:3: error: the density of tensor 'B' is 2.0; expected more than 0 and at most 1",
                "w.yaml:6:18: error: unknown rank 'z' of tensor 'A'; expected m, n, k or p",
                "w.yaml:11:26: error: unknown tensor 'W'; expected A, B or Y",
            ])
    }

    @Test func whatIsNeverUsedIsAWarning() {
        let found = problems(
            """
            workload: w
            ranks: {m: 4, k: 4, n: 2}
            tensors:
              A: {ranks: [m], type: fp16}
              AA: {ranks: [k], type: fp16}
            cascade: ["Z[m] = A[m]"]
            """)
        #expect(
            found == [
                "w.yaml:5:3: warning: tensor 'AA' is never used; did you mean 'A'?",
                "w.yaml:2:24: warning: rank 'n' is never used",
            ])
    }

    @Test func batchRanksMustAgreeAndSurvive() {
        let found = problems(
            """
            workload: w
            ranks: {b: 2, h: 2, m: 4, k: 3}
            tensors:
              A: {ranks: [b, h, m], type: fp16}
              B: {ranks: [h, b, m], type: fp16}
              Z: {ranks: [m], type: fp16}
            cascade: ["Z[m] = A[m] * B[m]", "Y[k] = A[k]"]
            """)
        #expect(
            found == [
                "w.yaml:5:3: error: statements leave out the ranks [h, b] of 'B'; elsewhere they leave out [b, h]",
                "w.yaml:7:12: error: 'Z' lacks the ranks [b, h] that its inputs have implicitly; write these ranks out in every statement to reduce over them",
                "w.yaml:7:43: error: rank 'k' (extent 3) does not match rank 'm' (extent 4) of 'A'; the ranks of 'A' are [m]",
            ])
    }

    @Test func onlyTheLastTileMayBePartial() {
        func report(_ extent: Int) -> [String] {
            problems(
                """
                workload: w
                ranks: {m: \(extent), m1: 3, m0: 4}
                tensors: {A: {ranks: [m], type: fp16}}
                cascade: ["Z[m1] = A[m1 * 4 + m0]"]
                """)
        }
        #expect(report(12).isEmpty && report(9).isEmpty)
        #expect(
            report(8) == ["w.yaml:4:22: error: the index m1 * 4 + m0 of 'A' reaches 11; rank 'm' ends at 7"])
    }

    @Test func sizesStayWithinIntegers() {
        let found = problems(
            """
            workload: w
            ranks: {m: 2^40, k: 2^21, n: 2^40, big: 2^41}
            tensors: {A: {ranks: [m, k], type: fp16}, B: {ranks: [k], type: fp16}}
            cascade: ["Z[m] = A[m, k]", "Y[k] = B[k]"]
            """)
        #expect(found == ["w.yaml:2:41: error: the extent of rank 'big' is 2199023255552; expected 1 to 2^40"])
        let large = problems(
            """
            workload: w
            ranks: {m: 2^40, k: 2^21}
            tensors: {A: {ranks: [m], type: fp16}, B: {ranks: [k], type: fp16}}
            cascade: ["Z[m] = A[m] * B[k]", "Y[k, m] = A[m] * B[k]"]
            """)
        #expect(
            large == [
                "w.yaml:4:34: error: tensor 'Y' has more than 2^62 bits",
                "w.yaml:4:12: error: 'Z' brings the cascade to more than 2^62 operations",
            ])
        let work = problems(
            """
            workload: w
            ranks: {m: 2^40, k: 2^21}
            tensors: {A: {ranks: [m], type: fp16}, B: {ranks: [k], type: fp16}}
            cascade: ["Z[m] = A[m] * B[k]", "Y[k] = A[m] * B[k]"]
            """)
        #expect(work == ["w.yaml:4:12: error: 'Z' brings the cascade to more than 2^62 operations"])
    }

    @Test func operationsThatOutgrowCountingAreErrors() {
        let levels = (1...4).map {
            "  g\($0): {expression: \(Array(repeating: "g\($0 - 1)(x)", count: 200).joined(separator: " + "))}\n"
        }
        let found = problems(
            "workload: w\nranks: {m: 4}\ntensors: {A: {ranks: [m], type: fp16}}\noperations:\n"
                + "  g0: {expression: x * x}\n" + levels.joined() + "cascade: [\"Z[m] = g3(A[m])\"]")
        #expect(found == ["w.yaml:9:20: error: one application of 'g4' takes more than 2^30 operations"])
    }
}
