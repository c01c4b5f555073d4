import Testing

@testable import OrreryText

@Suite struct RationalTests {
    private static func random(_ random: inout SeededGenerator, _ bits: Int) -> Rational {
        let size = Int.random(in: 1...bits, using: &random)
        let top = Int.random(in: -(1 << size)...(1 << size), using: &random)
        let bottom = Int.random(in: 1...(1 << size), using: &random)
        return Rational(Int128(top), Int128(bottom)) ?? .zero
    }

    @Test func fieldLaws() throws {
        var random = SeededGenerator(state: 7)
        for _ in 0..<5000 {
            let a = Self.random(&random, 20)
            let b = Self.random(&random, 20)
            let c = Self.random(&random, 20)
            #expect(a.adding(b) == b.adding(a))
            #expect(a.adding(b)?.subtracting(b) == a)
            #expect(a.multiplied(by: b) == b.multiplied(by: a))
            let sum = try #require(b.adding(c))
            let (ab, ac) = (try #require(a.multiplied(by: b)), try #require(a.multiplied(by: c)))
            #expect(a.multiplied(by: sum) == ab.adding(ac))
            if !b.isZero {
                #expect(a.divided(by: b)?.multiplied(by: b) == a)
                let rest = try #require(a.remainder(dividingBy: b))
                let quotient = try #require(a.subtracting(rest)?.divided(by: b))
                #expect(quotient.isWhole)
                #expect(rest.isZero || rest.isNegative == b.isNegative)
                #expect(abs(rest.doubleValue) < abs(b.doubleValue))
            }
        }
    }

    @Test func orderIsThatOfReals() {
        var random = SeededGenerator(state: 8)
        for _ in 0..<5000 {
            let a = Self.random(&random, 24)
            let b = Self.random(&random, 24)
            let difference = a.subtracting(b)
            #expect((a < b) == difference?.isNegative)
            #expect((a == b) == difference?.isZero)
        }
        let large = Rational(.max, 3)
        let larger = Rational(.max, 2)
        #expect(large.flatMap { a in larger.map { a < $0 } } == true)
        #expect(large.flatMap { a in larger.map { $0 < a } } == false)
        #expect(large.flatMap { a in larger.map { $0.negated < a.negated } } == true)
    }

    @Test func roundingAndIntegers() throws {
        for top in -20...20 {
            let value = try #require(Rational(Int128(top), 4))
            #expect(value.floor == Int128((Double(top) / 4).rounded(.down)))
            #expect(value.ceiling == Int128((Double(top) / 4).rounded(.up)))
            #expect(value.integer == (top % 4 == 0 ? top / 4 : nil))
        }
        #expect(Rational(Int128(Int.max) + 1, 1)?.integer == nil)
    }

    @Test func overflowIsNil() throws {
        let most = try #require(Rational(.max, 1))
        let least = try #require(most.inverse)
        #expect(most.adding(.one) == nil)
        #expect(most.negated.subtracting(.one) == nil)
        #expect(most.multiplied(by: 2) == nil)
        #expect(least.divided(by: 2) == nil)
        #expect(least.adding(Rational(1, 2) ?? .zero) == nil)
        #expect(most.multiplied(by: least) == .one)
        #expect(Rational(2).power(127) == nil)
        #expect(Rational(2).power(126)?.power(-1)?.denominator == Int128(1) << 126)
        #expect(Rational(1).power(.max) == .one)
        #expect(Rational(0).power(-1) == nil)
        #expect(Rational(3).power(.min) == nil)
        #expect(Rational(-1).power(.max) == -1)
        #expect(Rational(1, 0) == nil)
        #expect(Rational(.min, 1) == nil)
        #expect(Rational(1, .min) == nil)
    }

    @Test func decimals() throws {
        #expect(Rational("0.1")?.doubleValue == 0.1)
        #expect(Rational("-12.50")?.description == "-12.5")
        #expect(Rational("1e-12")?.description == "0.000000000001")
        #expect(Rational(1, 3)?.description == "1/3")
        #expect(Rational("1e20")?.description == "100000000000000000000")
        #expect(Rational("") == nil)
        #expect(Rational("--1") == nil)
        #expect(Rational("1.") == nil)
        #expect(Rational("1 ") == nil)
        #expect(Rational("1e") == nil)
        #expect(Rational("0e99999")?.isZero == true)
        var random = SeededGenerator(state: 9)
        for _ in 0..<2000 {
            let value = Double.random(in: -1e6...1e6, using: &random)
            let short = (value * 1000).rounded() / 1000
            #expect(Rational(short.description)?.doubleValue == short)
        }
    }
}
