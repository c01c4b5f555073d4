import Testing

@testable import OrreryText

@Suite struct ExpressionTests {
    private static let names: [String: Quantity] = [
        "M": Quantity(65536), "P": Quantity(1024), "M0": Quantity(256), "zero": Quantity(0), "area": "500 mm2",
        "buffer.capacity": "16 MiB", "gpu.sm[3].clock": "1.4 GHz", "b": Quantity(8), "and_more": Quantity(1),
    ]

    private func value(_ text: String) throws -> Quantity {
        try Expression(parsing: text).evaluate { Self.names[$0] }
    }

    @Test(arguments: [
        ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("2 ^ 3 ^ 2", "512"), ("2 ** 3", "8"), ("-2 ^ 2", "-4"),
        ("2 ^ -1", "0.5"),
        ("7 - 3 - 2", "2"), ("64 / 4 / 2", "8"), ("7 % 4", "3"), ("-7 % 4", "1"), ("7 %4", "3"), ("3 %", "0.03"),
        ("3 % * 100", "3"),
        ("M / M0", "256"), ("M/P", "64"), ("16 MiB/b", "128Mi"), ("16 MiB / b", "2 MiB"), ("16 MiB/P", "16 KiB"),
        ("400 GiB/s * 2 s", "800 GiB"), ("64 B / 4 ns", "16 GB/s"), ("1.4 GHz * 1 us", "1400"),
        ("buffer.capacity / 4 KiB", "4096"), ("gpu.sm[3].clock / 2", "700 MHz"), ("1Ki * 2", "2048"), ("64Ki", "65536"),
        ("ceil(7 / 2)", "4"), ("floor(-7 / 2)", "-4"), ("ceil(7 B / 2)", "4 B"), ("min(3, 1, 2)", "1"),
        ("max(1 ns, 2 ns)", "2 ns"),
        ("log2(1024)", "10"), ("log2(1 / 8)", "-3"), ("ceil(log2(1000))", "10"), ("next_pow2(1000)", "1024"),
        ("next_pow2(1)", "1"),
        ("next_pow2(1024)", "1024"), ("largest_divisor(P, 100)", "64"), ("largest_divisor(97, 96)", "1"),
        ("largest_divisor(12, 6.5)", "6"), ("largest_divisor(12, 100)", "12"),
        ("largest_divisor(2^44, 2^43 - 1)", "4398046511104"),
        ("select(M >= P, 1, 2)", "1"), ("select(zero > 0, M / zero, 5)", "5"),
        ("select(not (1 < 2) or 1 == 1, 1, 0)", "1"),
        ("select(true and false, 1, 0)", "0"), ("2 * (and_more)", "2"), ("+3", "3"), ("0x10 + 1_0", "26"),
        ("1e3 B", "1000 B"),
        ("largest_divisor(P / 256, floor((buffer.capacity - 4 MiB) / 6 MiB))", "2"),
    ])
    func evaluates(_ text: String, _ expected: String) throws {
        #expect(try value(text) == Quantity(parsing: expected))
    }

    @Test(arguments: [
        ("M >= P and area < 600 mm2", true), ("M < P or area < 600 mm2", true), ("not M > P", false),
        ("M == 64Ki", true),
        ("M != 65536", false), ("1 <= 1", true), ("zero > 0 and M / zero > 1", false),
        ("zero == 0 or M / zero > 1", true),
        ("3 % < 4 %", true), ("1 == 2 or 2 == 3 or 3 == 3", true), ("true", true), ("not true", false),
    ])
    func decides(_ text: String, _ expected: Bool) throws {
        let expression = try Expression(parsing: text)
        #expect(expression.isCondition)
        #expect(try expression.holds { Self.names[$0] } == expected)
    }

    @Test(arguments: [
        ("", "hw.yaml:4:10: error: there is no value"),
        ("1 +", "hw.yaml:4:13: error: the expression ends too early; expected a value"),
        ("1 2", "hw.yaml:4:12: error: unexpected number; expected an operator or the end"),
        ("(1", "hw.yaml:4:12: error: the expression ends too early; expected ')'"),
        ("a = b", "hw.yaml:4:12: error: unexpected '='; write '==' to compare"),
        ("a && b", "hw.yaml:4:12: error: unexpected '&'; write 'and'"),
        ("é é", "hw.yaml:4:12: error: unexpected 'é'; expected an operator or the end"),
        ("a..b", "hw.yaml:4:10: error: 'a..b' is no name"),
        ("flor(2)", "hw.yaml:4:10: error: unknown function 'flor'; did you mean 'floor'?"),
        ("1 + floor(2, 3)", "hw.yaml:4:14: error: wrong number of arguments; expected floor(x)"),
        ("1 < 2 < 3", "hw.yaml:4:16: error: comparisons do not chain; join two with 'and'"),
        ("1 and 2", "hw.yaml:4:10: error: 'and' takes a condition, such as M >= P, not a value"),
        ("1 + (2 < 3)", "hw.yaml:4:14: error: '+' takes a value, not a condition"),
        ("select(1, 2, 3)", "hw.yaml:4:17: error: select takes a condition, such as M >= P, not a value"),
        ("2 parsec", "hw.yaml:4:12: error: unknown unit 'parsec'"),
        ("1e99", "hw.yaml:4:10: error: the number is too large or too fine"),
    ])
    func syntaxErrors(_ text: String, _ problem: String) {
        let diagnostics = Diagnostics()
        let mark = SourceMark(file: "hw.yaml", line: 4, column: 10)
        #expect(Expression(parsing: text, mark: mark, diagnostics: diagnostics) == nil)
        #expect(diagnostics.all.map(\.description) == [problem])
    }

    @Test(arguments: [
        ("1 + buffer.capacty", "1:5: error: unknown name 'buffer.capacty'; did you mean 'buffer.capacity'?"),
        ("M + 1 B", "1:3: error: '+' takes values of one kind, not a plain number and a size"),
        ("area < 600", "1:6: error: '<' takes values of one kind, not an area and a plain number"),
        ("M / zero", "1:3: error: division by zero"), ("M % zero", "1:3: error: division by zero"),
        ("zero ^ -1", "1:6: error: division by zero"),
        ("2 ^ 0.5", "1:3: error: an exponent must be a whole number, not 0.5"),
        ("2 ^ 200", "1:3: error: the result of '^' is too large or too fine to be exact"),
        ("1 + floor(1.5 ns)", "1:5: error: floor of a time has no meaning; divide by a unit first, as in x / 1 ns"),
        ("log2(0)", "1:1: error: log2 takes a positive plain number, not 0"),
        ("largest_divisor(0, 1)", "1:1: error: largest_divisor takes a whole number from 1, not 0"),
        ("largest_divisor(8, 0.5)", "1:1: error: largest_divisor finds no divisor of 8 up to 0.5"),
        ("largest_divisor(2^60, 5)", "1:1: error: largest_divisor takes numbers up to 2^44, not 1152921504606846976"),
        ("next_pow2(2.5)", "1:1: error: next_pow2 takes a whole number from 1, not 2.5"),
        ("min(1, 1 s)", "1:1: error: min takes values of one kind, not a plain number and a time"),
        ("1 < 2", "1:1: error: '1 < 2' is a condition, not a value"),
    ])
    func evaluationErrors(_ text: String, _ problem: String) throws {
        let expression = try Expression(parsing: text, mark: SourceMark(file: "hw.yaml"))
        let error = #expect(throws: ExpressionError.self) {
            try expression.evaluate(known: Self.names.keys.sorted()) { Self.names[$0] }
        }
        #expect(error?.description == "hw.yaml:" + problem)
    }

    @Test func namesInOrder() throws {
        #expect(try Expression(parsing: "b + a.c[2] * b - floor(d) + 2 m").names == ["b", "a.c[2]", "d"])
    }

    @Test func placesBehindQuotesAnchorsAndInBlocks() throws {
        let root = try node("a: 'x + y'\nb: &m   x + y\nc: >\n  x +\n  y\n")
        let problems = ["a", "b", "c"].map { key in
            let diagnostics = Diagnostics()
            let expression = root[key].flatMap { Expression($0, diagnostics: diagnostics) }
            let error = #expect(throws: ExpressionError.self) { try expression?.evaluate { $0 == "x" ? "1" : nil } }
            return error?.mark?.description
        }
        #expect(problems == ["hw.yaml:1:9", "hw.yaml:2:13", "hw.yaml:3:4"])
    }

    @Test func nestingIsBoundedAndLengthIsNot() throws {
        for opening in ["(", "-", "not ", "2^", "floor("] {
            let text = String(repeating: opening, count: 10_000) + "1"
            let error = #expect(throws: ExpressionError.self) { try Expression(parsing: text) }
            #expect(error?.message == "the expression is nested more than 64 deep")
        }
        let sum = Array(repeating: "1", count: 16_000).joined(separator: " + ")
        #expect(try value(sum) == Quantity(16_000))
        let error = #expect(throws: ExpressionError.self) { try Expression(parsing: sum + sum) }
        #expect(error?.message == "the expression is longer than 65536 bytes")
    }
}
