import OrreryText
import Testing

@testable import OrreryEinsum

/// Index tensors whose elements the workload gives.
@Suite struct ValuesTests {
    private static let gather = """
        parameters: {N: 6, V: 5}
        ranks: {i: N, v: V}
        tensors:
          I: {ranks: [i], type: int32, values: VALUES}
          T: {ranks: [v], type: fp32}
        cascade:
          - Y[i] = T[I[i]]

        """

    private func text(_ values: String) -> String {
        Self.gather.replacing("VALUES", with: values)
    }

    /// The evaluator takes them, and others where they are given.
    @Test func evaluationTakesTheGivenValues() throws {
        let cascade = try cascade(text("[4, 0, 0, 2, 3, 1]"))
        let table = TensorValues(shape: [5], elements: [10, 11, 12, 13, 14])
        #expect(try cascade.evaluate(["T": table])["Y"]?.elements == [14, 10, 10, 12, 13, 11])
        let other = TensorValues(shape: [6], elements: [1, 1, 1, 1, 1, 1])
        #expect(try cascade.evaluate(["T": table, "I": other])["Y"]?.elements == [11, 11, 11, 11, 11, 11])
    }

    /// What a pattern draws stays within the rank that it indexes.
    @Test func theBoundIsTheIndexedRank() throws {
        for pattern in ["uniform", "zipf"] {
            let cascade = try cascade(text("{pattern: \(pattern), seed: V}"))
            let values = try #require(cascade.tensor(named: "I")?.values)
            #expect(values.bound == 5 && values.seed == 5)
        }
        #expect(try cascade(text("{pattern: uniform, below: V - 2}")).tensor(named: "I")?.values?.bound == 3)
        #expect(try cascade(text("[4, 0, 0, 2, 3, 1]"), ["N": 6]).only("Y")?.tensor(named: "I")?.values != nil)
    }

    @Test(arguments: [
        ("{pattern: unifrm}", "w.yaml:5:50: error: values: 'unifrm' is no pattern of values; did you mean 'uniform'?"),
        (
            "{seed: 1}",
            "w.yaml:5:40: error: values: values have a pattern; expected uniform, skewed, zipf, permutation or sequential"
        ),
        (
            "{pattern: uniform, exponent: 2}",
            "w.yaml:5:59: error: values: unknown key 'exponent'; expected below, pattern or seed"
        ),
        (
            "none",
            "w.yaml:5:40: error: values: expected the values of the tensor, found 'none'; for example {pattern: uniform, seed: 1}, or a list of numbers"
        ),
        ("[1, 2, 3]", "w.yaml:5:40: error: 'I': 3 values are given for 6 elements"),
        ("[1, 2, 3, 4, 5, 0]", "w.yaml:8:14: error: the index I[i] of 'T' reaches 5; rank 'v' ends at 4"),
        ("{pattern: uniform, below: 6}", "w.yaml:8:14: error: the index I[i] of 'T' reaches 5; rank 'v' ends at 4"),
        ("{pattern: skewed}", "w.yaml:5:40: error: 'I': 5 is no power of two, as skewed values need"),
        ("{pattern: permutation}", "w.yaml:5:40: error: 'I': a permutation of 5 values has not enough for 6 elements"),
        ("{pattern: zipf, exponent: 99}", "w.yaml:5:40: error: 'I': the exponent 99.0 is out of range: 0 to 16"),
        ("[1, x, 3]", "w.yaml:5:44: error: unknown name 'x'; expected N or V"),
        ("[1, 2.5, 3]", "w.yaml:5:44: error: values: expected a whole number, found 2.5; from 0 to 1099511627776"),
    ])
    func mistakesAreToldWithTheirPlace(values: String, expected: String) {
        #expect(problems("workload: w\n" + text(values)) == [expected])
    }

    @Test func otherTensorsCantHaveValues() {
        let head = "workload: w\nranks: {i: 4, v: 300}\n"
        #expect(
            problems(head + "tensors:\n  I: {ranks: [i], type: fp32, values: [0, 1, 2, 3]}\ncascade: ['Y[i] = I[i]']\n")
                == ["w.yaml:4:39: error: 'I': values are integers, not fp32"])
        #expect(
            problems(
                head
                    + "tensors:\n  I: {ranks: [i], type: int32, values: {pattern: uniform}}\ncascade: ['Y[i] = I[i]']\n"
            )
                == [
                    "w.yaml:4:40: error: 'I': it indexes no rank by itself, so that nothing says how large its values get; say what they stay below: below: N"
                ])
        #expect(
            problems(
                head
                    + "tensors:\n  T: {ranks: [v], type: fp32}\n  I: {ranks: [i], type: int8, values: {pattern: uniform}}\ncascade: ['Y[i] = T[I[i]]']\n"
            ) == ["w.yaml:5:39: error: 'I': values reach 299, more than int8 holds"])
        #expect(
            problems(
                head
                    + "tensors:\n  T: {ranks: [v], type: int32}\n  Y: {ranks: [i], type: int32, values: [1, 2, 3, 4]}\ncascade: ['Y[i] = T[i]']\n"
            ).first == "w.yaml:5:40: error: 'Y': what an Einsum writes can't be given")
    }
}
