import Testing

@testable import OrreryText

@Suite struct QuantityTests {
    @Test(
        arguments: [
            ("400 GiB/s", Rational(400 << 30), Dimension.bytesPerSecond),
            ("400GiB/s", Rational(400 << 30), .bytesPerSecond),
            ("800 GB/s", Rational(800_000_000_000), .bytesPerSecond),
            ("100 Gb/s", Rational(12_500_000_000), .bytesPerSecond),
            ("100 Gbps", Rational(12_500_000_000), .bytesPerSecond),
            ("940 MHz", Rational(940_000_000), .hertz),
            ("3200 MT/s", Rational(3_200_000_000), .hertz),
            ("100 ns", Rational(1, 10_000_000), .seconds),
            ("1.5 µs", Rational(3, 2_000_000), .seconds),
            ("1.5 us", Rational(3, 2_000_000), .seconds),
            ("16 MiB", Rational(16 << 20), .bytes),
            ("1 byte", Rational(1), .bytes),
            ("17.1645 pJ", Rational(171645, 10_000_000_000_000_000), .joules),
            ("600 mm2", Rational(6, 10_000), .squareMetres),
            ("600 mm^2", Rational(6, 10_000), .squareMetres),
            ("1030 um2", Rational(103, 100_000_000_000), .squareMetres),
            ("3.9 pJ/bit", Rational(312, 10_000_000_000_000), .joulesPerByte),
            ("0.5 W/mm2", Rational(500_000), .wattsPerSquareMetre),
            ("5 cycles", Rational(5), .cycles),
            ("64 B/cycle", Rational(64), .bytesPerCycle),
            ("312 TFLOP/s", Rational(312_000_000_000_000), .operationsPerSecond),
            ("312 TFLOPS", Rational(312_000_000_000_000), .operationsPerSecond),
            ("1.2 V", Rational(6, 5), .volts),
            ("3 %", Rational(3, 100), .dimensionless),
            ("64Ki", Rational(65536), .dimensionless),
            ("1 Mi", Rational(1 << 20), .dimensionless),
            ("-0.5", Rational(-1, 2), .dimensionless),
            ("1e-3", Rational(1, 1000), .dimensionless),
            ("2E3 B", Rational(2000), .bytes),
            ("0x1F", Rational(31), .dimensionless),
            ("1_000_000", Rational(1_000_000), .dimensionless),
            (".5 s", Rational(1, 2), .seconds),
        ] as [(String, Rational?, Dimension)])
    func parses(_ text: String, _ value: Rational?, _ dimension: Dimension) throws {
        let quantity = try Quantity(parsing: text)
        #expect(quantity.value == value)
        #expect(quantity.dimension == dimension)
    }

    @Test(
        arguments: [
            ("", "there is no value", nil, 0),
            ("  ", "there is no value", nil, 0),
            ("abc", "'abc' is no number", nil, 0),
            ("12 parsecs", "unknown unit 'parsecs'", nil, 3),
            ("64 KB", "unknown unit 'KB'", "kB is 1000 bytes, KiB is 1024", 3),
            ("1M", "unknown unit 'M'", "write 1e6 or 1Mi", 1),
            ("940 Mhz", "unknown unit 'Mhz'", "did you mean 'MHz'?", 4),
            ("400 GiB/sec", "unknown unit 'sec'", nil, 8),
            ("5 cycels", "unknown unit 'cycels'", "did you mean 'cycles'?", 2),
            ("1T", "unknown unit 'T'", "write 1e12 or 1Ti", 1),
            ("1 2", "'2' is no unit", nil, 2),
            ("1__0", "'__0' is no unit", nil, 1),
            ("1 GiB / s", "'GiB / s' is no unit", nil, 2),
            ("1e39", "the number is too large or too fine", nil, 0),
            ("1e-39", "the number is too large or too fine", nil, 0),
            ("1e999999999999", "the number is too large or too fine", nil, 0),
            ("99999999999999999999999999999999999999999", "the number is too large or too fine", nil, 0),
            ("1e38 GiB", "the number is too large or too fine", nil, 0),
            ("inf", "'inf' is no number", nil, 0),
            ("0x", "'0x' is no number", nil, 0),
            ("1 µx", "unknown unit 'µx'", nil, 2),
        ] as [(String, String, String?, Int)])
    func rejects(_ text: String, _ message: String, _ hint: String?, _ offset: Int) {
        #expect(throws: ExpressionError(message, hint: hint, offset: offset)) { try Quantity(parsing: text) }
    }

    @Test(arguments: [
        ("16 MiB", "16 MiB"), ("100 ns", "100 ns"), ("400 GiB/s", "400 GiB/s"), ("800 GB/s", "800 GB/s"),
        ("940 MHz", "940 MHz"), ("600 mm2", "600 mm2"), ("1030 um2", "1030 um2"), ("3.9 pJ/bit", "31.2 pJ/B"),
        ("5 cycles", "5 cycles"), ("3 %", "0.03"), ("0 B", "0 B"), ("1.5 us", "1.5 us"), ("-2 ns", "-2 ns"),
        ("64 B/cycle", "64 B/cycle"), ("0.5 b", "62.5 mB"),
    ])
    func prints(_ text: String, _ expected: String) throws {
        let quantity = try Quantity(parsing: text)
        #expect(quantity.description == expected)
        #expect(try Quantity(parsing: expected) == quantity)
    }

    @Test func unitsWithoutAName() throws {
        let odd = try #require(Dimension.bytes.multiplied(by: .seconds))
        #expect(odd.canonicalUnit == "B·s")
        #expect(odd.name == "a value in B·s")
        #expect(Dimension.joulesPerByte.divided(by: .seconds)?.canonicalUnit == "J/B/s")
        #expect(Dimension.bytes.power(13) == nil)
        #expect(Dimension.squareMetres.power(6)?.multiplied(by: .metres) == nil)
    }

    @Test func cyclesRoundUp() {
        let period = Rational(1, 940_000_000) ?? .one
        #expect(Quantity("100 ns").cycles(period: period) == 94)
        #expect(Quantity("100.01 ns").cycles(period: period) == 95)
        #expect(Quantity("0 s").cycles(period: period) == 0)
        #expect(Quantity("5 cycles").cycles(period: period) == 5)
        #expect(Quantity("5 B").cycles(period: period) == nil)
        #expect(Quantity("1e18 s").cycles(period: period) == nil)
        #expect(Quantity("1 s").cycles(period: .zero) == nil)
    }

    /// What is read as a literal is what the expression would give, whatever is written.
    @Test func literalsAreTheExpressionsThatTheyAre() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "1", "0", "64", "3.25", "1e3", "0x1F", "1_000", ".", "-", "+", " ", "  ", "*", "/", "%", "^", "(", ")",
            "Ki", "KiB", "B",
            "GB/s", "ns", "mm2", "pJ/bit", "cycles", "and", "x", "foo", "GiB/foo", "s", "K", "\t", "µs", "1e40",
            "1e-40",
        ]
        var literals = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...4, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }
            .joined()
            guard let literal = Quantity(literal: text) else { continue }
            literals += 1
            let expression = try? Expression(parsing: text)
            #expect(try! expression?.evaluate { _ in nil } == literal, "\(text)")
        }
        #expect(literals > 500)
    }
}
