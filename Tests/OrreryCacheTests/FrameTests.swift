import Testing

@testable import OrreryCache

@Suite struct FrameTests {
    /// The C++ standard gives the 10000th output of the generator with its default seed 5489 ([rand.predef]); the first
    /// ones of seed 1 are libstdc++'s.
    @Test func mersenneTwisterIsTheStandards() {
        var generator = MersenneTwister64(seed: 5489)
        for _ in 1..<10_000 { _ = generator.next() }
        #expect(generator.next() == 9_981_545_732_273_789_042)
        var first = MersenneTwister64(seed: 1)
        #expect(
            (0..<3).map { _ in first.next() } == [
                2_469_588_189_546_311_528, 2_516_265_689_700_432_462, 8_323_445_853_463_659_930,
            ])
    }

    /// What GCC 12's `std::shuffle` makes of 0..<n with `mt19937_64` of seed 1.
    @Test func shufflesLikeLibstdcxx() {
        let known: [[UInt32]] = [[0], [1, 0], [7, 8, 5, 2, 6, 4, 1, 3, 0], [6, 9, 4, 8, 1, 3, 2, 5, 0, 7]]
        for expected in known {
            var generator = MersenneTwister64(seed: 1)
            var numbers = Array(0..<UInt32(expected.count))
            numbers.shuffleLikeLibstdcxx(&generator)
            #expect(numbers == expected)
        }
    }

    /// The frame list of a memory of 16 GiB: a hash of all 4 194 048 places, and the first frames handed out.
    @Test func framesOf16GiBLieAsInChampSim() {
        var generator = MersenneTwister64(seed: 1)
        var numbers = Array(0..<UInt32(4_194_048))
        numbers.shuffleLikeLibstdcxx(&generator)
        let hash = numbers.reduce(1_469_598_103_934_665_603 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        #expect(hash == 0xc1af_62bc_a921_44f7)
        let table = PageTable(frames: .shuffled(bytes: 16 << 30, seed: 1))
        #expect(table.physical(0x1234) == 1 << 20 + 915_292 << 12 + 0x234)
        #expect(table.physical(0x1FFF) == 1 << 20 + 915_292 << 12 + 0xFFF)
        #expect(table.entry(0x1000, level: 4) == 1 << 20 + 2_667_902 << 12)
    }

    /// Every frame once, in an order that depends on the seed.
    @Test(arguments: [1, 2, 3, 7, 64, 1000, 4096, 5000]) func permutationsTakeEveryFrameOnce(count: Int) {
        let orders = ([1, 2] as [UInt64]).map { seed in
            let permutation = FramePermutation(count: count, seed: seed)
            return (0..<count).map { permutation[$0] }
        }
        for order in orders { #expect(order.sorted() == Array(0..<count)) }
        #expect(count < 64 || orders[0] != orders[1] && orders[0] != Array(0..<count))
    }

    /// The first frames of 16 GiB fall evenly on the 32 colours of a cache with 2048 sets, as random ones do: chi-squared
    /// with 31 degrees of freedom lies between 12 and 61 but once in a thousand times.
    @Test(arguments: [1, 2, 3] as [UInt64]) func permutedFramesAreSpread(seed: UInt64) {
        let table = PageTable(frames: .permuted(bytes: 16 << 30, seed: seed))
        var colours = [Int](repeating: 0, count: 32)
        var tops = colours
        for page in 0..<6400 {
            let frame = table.physical(page << 12) >> 12
            colours[frame & 31] += 1
            tops[frame >> 17] += 1
        }
        for counts in [colours, tops] {
            let squares = counts.reduce(0.0) { $0 + Double(($1 - 200) * ($1 - 200)) / 200 }
            #expect(squares > 12 && squares < 61)
        }
    }

    @Test func sequentialFramesComeInTheOrderOfFirstTouch() {
        let table = PageTable(frames: .sequential(bytes: 1 << 30))
        #expect(table.physical(0x7000_5008) == 1 << 20 + 8)
        #expect(table.physical(0x1000) == 1 << 20 + 0x1000)
        #expect(table.physical(0x7000_5010) == 1 << 20 + 16)
        #expect(table.entry(0x7000_5000, level: 1) == 1 << 20 + 0x2000 + (0x7000_5000 >> 12 & 511) * 8)
        #expect(table.entry(0x7000_6000, level: 1) == table.entry(0x7000_5000, level: 1) + 8)
        #expect(table.footprint == (2, 1))
    }

    /// Pages of different sizes, and tables, never overlap.
    @Test func framesAreDisjoint() {
        let table = PageTable(
            sizes: .mixed(largePercent: 60), frames: .shuffled(bytes: 256 << 20, seed: 3))
        var taken: [(from: Int, bytes: Int)] = []
        for region in 0..<40 {
            let address = region << 21
            let page = table.page(of: address)
            taken.append((table.frame(of: page), page.size.bytes))
            if page.size == .small { taken.append((table.entry(address, level: 1) & ~4095, 4096)) }
        }
        taken.sort { $0.from < $1.from }
        for (lower, upper) in zip(taken, taken.dropFirst()) { #expect(lower.from + lower.bytes <= upper.from) }
        for (from, bytes) in taken { #expect(from % bytes == 0) }
    }

    @Test func sizesAreDrawnByRegion() {
        let table = PageTable(sizes: .mixed(largePercent: 60))
        let large = (0..<10_000).count { table.page(of: $0 << 21).size == .large }
        #expect(abs(large - 6000) < 150)
        for address in stride(from: 0, to: 1 << 26, by: 0x5000) {
            #expect(table.page(of: address).size == table.page(of: address & ~(1 << 21 - 1)).size)
        }
    }
}
