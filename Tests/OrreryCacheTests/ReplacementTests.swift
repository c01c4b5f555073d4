import Testing

@testable import OrreryCache

@Suite struct ReplacementTests {
    /// Keys with reuse at several distances.
    private func keys(seed: UInt64, count: Int = 4000) -> [Int] {
        var random = SplitMix64(seed: seed)
        var recent: [Int] = []
        return (0..<count).map { _ in
            let key = recent.isEmpty || random.below(3) == 0 ? random.below(200) : recent[random.below(recent.count)]
            recent.append(key)
            if recent.count > 12 { recent.removeFirst() }
            return key
        }
    }

    private func agrees<Naive: NaiveSet>(_ policy: ReplacementPolicy, _: Naive.Type, ways: Int, sets: Int) {
        for seed in 1...5 as ClosedRange<UInt64> {
            let tags = TagArray(sets: sets, ways: ways, policy)
            var naive = (0..<sets).map { _ in Naive(ways: ways) }
            for (index, key) in keys(seed: seed).enumerated() {
                let use = Use(key: key)
                let isHit = tags.use(use) >= 0
                if !isHit { tags.fill(use) }
                #expect(naive[key % sets].use(key) == isHit, "access \(index) of seed \(seed)")
            }
        }
    }

    @Test(arguments: [1, 2, 4, 7, 16], [1, 3, 4]) func listsOfRecencyAndArrival(ways: Int, sets: Int) {
        agrees(.lru, NaiveLRU.self, ways: ways, sets: sets)
        agrees(.fifo, NaiveFIFO.self, ways: ways, sets: sets)
        agrees(.srrip(bits: 3, .hitPriority), NaiveRRIP.self, ways: ways, sets: sets)
    }

    /// Lines that are never hit leave first, the lowest way always; ways that were hit age only where all were.
    @Test func distantInsertion() {
        let tags = TagArray(sets: 1, ways: 4, .distantRRIP())
        func access(_ keys: Int...) { for key in keys where tags.use(Use(key: key)) < 0 { tags.fill(Use(key: key)) } }
        func holds(_ keys: Int...) -> Bool { keys.allSatisfy { tags.find($0) >= 0 } }
        access(0, 1, 2, 3, 4, 5, 6)
        #expect(holds(6, 1, 2, 3))
        access(6, 7)
        #expect(holds(6, 7, 2, 3))
        access(7, 2, 3, 8)
        #expect(holds(8, 7, 2, 3))
        access(9)
        #expect(holds(9, 7, 2, 3))
    }

    @Test(arguments: [1, 2, 4, 8, 16]) func treesOfHalves(ways: Int) {
        agrees(.treePLRU, NaivePLRU.self, ways: ways, sets: 2)
    }

    private func misses(
        _ policy: ReplacementPolicy, _ keys: [Int], sets: Int, ways: Int, unneeded: [Bool]? = nil
    ) -> Int {
        let cache = FunctionalCache(bytes: sets * ways, ways: ways, line: 1, policy)
        let next = Belady.nextUses(of: keys)
        for (index, key) in keys.enumerated() {
            cache.access(key, isUnneeded: unneeded?[index] ?? false, nextUse: next[index])
        }
        return cache.counts.misses
    }

    /// For each use whether Belady's policy puts the line out before its next use.
    private func perfectBits(_ keys: [Int], sets: Int, ways: Int) -> [Bool] {
        let tags = TagArray(sets: sets, ways: ways, .belady)
        let next = Belady.nextUses(of: keys)
        var bits = [Bool](repeating: true, count: keys.count)
        var last: [Int: Int] = [:]
        for (index, key) in keys.enumerated() {
            let use = Use(key: key, nextUse: next[index])
            if tags.use(use) >= 0, let earlier = last[key] { bits[earlier] = false } else { tags.fill(use) }
            last[key] = index
        }
        return bits
    }

    @Test(arguments: [(1, 4), (1, 16), (4, 8), (3, 5)]) func noPolicyBeatsTheOptimum(shape: (sets: Int, ways: Int)) {
        for seed in 1...4 as ClosedRange<UInt64> {
            let keys = keys(seed: seed)
            let optimum = misses(.belady, keys, sets: shape.sets, ways: shape.ways)
            for policy in [
                ReplacementPolicy.lru, .fifo, .srrip(), .brrip(), .drrip(), .nru, .random(), .mark0(),
                .markAndPredict(), .tlbAware(.paper), .tlbAware(.artifact),
            ] {
                #expect(misses(policy, keys, sets: shape.sets, ways: shape.ways) >= optimum, "\(policy)")
            }
        }
    }

    @Test(arguments: [(1, 4), (1, 16), (4, 8), (16, 2), (3, 5)])
    func perfectPredictionsMakeMark0Optimal(shape: (sets: Int, ways: Int)) {
        for seed in 1...8 as ClosedRange<UInt64> {
            let keys = keys(seed: seed)
            let bits = perfectBits(keys, sets: shape.sets, ways: shape.ways)
            #expect(
                misses(.mark0(), keys, sets: shape.sets, ways: shape.ways, unneeded: bits)
                    == misses(.belady, keys, sets: shape.sets, ways: shape.ways))
        }
    }

    /// Flipped bits cost misses: the more are flipped, the more; without predictions Mark0 is a marking algorithm, which never
    /// misses more than k times per phase (k-competitive).
    @Test func wrongPredictionsCostMisses() {
        let keys = keys(seed: 3, count: 20_000)
        let bits = perfectBits(keys, sets: 1, ways: 16)
        var last = misses(.belady, keys, sets: 1, ways: 16)
        let optimum = last
        for percent in [10, 50, 100] {
            var random = SplitMix64(seed: 7)
            let flipped = bits.map { random.below(100) < percent ? !$0 : $0 }
            let now = misses(.mark0(), keys, sets: 1, ways: 16, unneeded: flipped)
            #expect(now > last)
            last = now
        }
        #expect(misses(.mark0(), keys, sets: 1, ways: 16) <= 16 * optimum)
        #expect(misses(.markAndPredict(), keys, sets: 1, ways: 16) <= 16 * optimum)
    }

    /// With bits that say what the next phase does not need, Mark&Predict misses at most twice as often as the optimum
    /// (arXiv 2210.02775: (2, H_k, 1)-competitive).
    @Test func phaseBitsMakeMarkAndPredictTwiceTheOptimumAtMost() {
        let ways = 8
        for seed in 1...5 as ClosedRange<UInt64> {
            let keys = keys(seed: seed)
            var phases: [Set<Int>] = [[]]
            var phase: [Int] = []
            for key in keys {
                if !phases[phases.count - 1].contains(key), phases[phases.count - 1].count == ways { phases.append([]) }
                phases[phases.count - 1].insert(key)
                phase.append(phases.count - 1)
            }
            let bits = keys.indices.map { index in
                phase[index] + 1 >= phases.count || !phases[phase[index] + 1].contains(keys[index])
            }
            let predicted = misses(.markAndPredict(), keys, sets: 1, ways: ways, unneeded: bits)
            #expect(predicted <= 2 * misses(.belady, keys, sets: 1, ways: ways) + ways)
        }
    }

    /// A loop over twice the cache: LRU never hits, BRRIP keeps a part, and DRRIP follows BRRIP (Jaleel et al., ISCA 2010, §3).
    @Test func duellingFindsTheBetterPolicy() {
        let (sets, ways) = (1024, 16)
        let loop = (0..<40).flatMap { _ in Array(0..<2 * sets * ways) }
        #expect(misses(.lru, loop, sets: sets, ways: ways) == loop.count)
        let bimodal = misses(.brrip(), loop, sets: sets, ways: ways)
        let duelling = misses(.drrip(), loop, sets: sets, ways: ways)
        #expect(bimodal < loop.count * 7 / 10)
        #expect(duelling < loop.count * 3 / 4 && duelling >= bimodal)
    }

    /// Under pressure a TLB block enters with 0 and is passed over; without it goes like the most distant line.
    @Test func tlbBlocksStayUnderPressure() throws {
        for isUnderPressure in [true, false] {
            let tags = TagArray(sets: 1, ways: 4, .tlbAware(.paper))
            try #require(tags.replacement as? TLBAwareRRIP).isUnderPressure = isUnderPressure
            tags.fill(Use(key: 1, isTranslation: true), marks: .translations)
            for key in 2...9 { tags.fill(Use(key: key)) }
            #expect((tags.find(1) >= 0) == isUnderPressure)
        }
    }

    @Test func randomChoiceIsTheSeeds() {
        let keys = keys(seed: 9)
        #expect(misses(.random(seed: 5), keys, sets: 4, ways: 4) == misses(.random(seed: 5), keys, sets: 4, ways: 4))
        #expect(misses(.random(seed: 5), keys, sets: 4, ways: 4) != misses(.random(seed: 6), keys, sets: 4, ways: 4))
    }
}
