import Testing

@testable import OrreryCache

@Suite struct VictimaReferenceTests {
    /// The streams of a million accesses.
    static func stream(_ name: String) -> [Int]? {
        let count = 1_000_000
        guard let bits = Int(name.drop { !$0.isNumber }) else { return nil }
        switch name.prefix(while: { !$0.isNumber }) {
        case "gups": return Streams.random(1 << bits, at: Streams.base, count)
        case "chase": return Streams.chase(nodes: 1 << (bits - 6), stride: 64, count)
        case "gather": return gather(bits, count)
        case "pstride": return Streams.strided(4160, 1 << bits, count)
        case "skew": return skew(bits, count)
        default: return nil
        }
    }

    private static func gather(_ bits: Int, _ count: Int) -> [Int] {
        var random = SplitMix64(seed: 1)
        return (0..<count).map { index in
            index % 2 == 0
                ? Streams.base + 4 * (index / 2) : Streams.farBase + 8 * Int(random.next() & (1 << (bits - 3) - 1))
        }
    }

    private static func skew(_ bits: Int, _ count: Int) -> [Int] {
        var random = SplitMix64(seed: 1)
        let mask: UInt64 = 1 << (bits - 3) - 1
        return (0..<count).map { _ in
            let r = random.next()
            return Streams.base + 8 * Int((r & mask) & ((r >> 32) & mask))
        }
    }

    static func configuration(_ row: [String: String]) throws -> FunctionalVictima.Configuration {
        var configuration = FunctionalVictima.Configuration()
        configuration.l2Bytes = try row.int("l2_bytes")
        let entries = try row.int("l2tlb_entries")
        configuration.secondTLB = .init(entries: entries, ways: entries == 1536 ? 12 : 16)
        configuration.instructionsPerAccess = try row.int("instr_per_access")
        let mode = try row.text("mode")
        if mode.hasPrefix("victima") { configuration.predictor = mode == "victima_nopred" ? .always : .paper }
        if mode == "victima" || mode == "victima_nopred" { configuration.policy = .tlbAware(.paper) }
        return configuration
    }

    static func counters(_ system: FunctionalVictima) -> [String: Int] {
        let counts = system.counts
        return [
            "l1d_hit": counts.l1Hits, "l1d_miss": counts.l1Misses, "l2_data_hit": counts.l2Hits,
            "l2_data_miss": counts.l2Misses, "l1tlb_hit": counts.firstTLBHits, "l2tlb_hit": counts.secondTLBHits,
            "l2tlb_miss": counts.secondTLBMisses, "tlbblock_hit": counts.blockHits, "ptw_demand": counts.demandWalks,
            "ptw_background": counts.backgroundWalks, "pte_refs": counts.reads, "pte_refs_l2hit": counts.readHits,
            "pte_refs_mem": counts.readMisses, "tlbblock_inserts_miss": counts.insertionsOnMiss,
            "tlbblock_inserts_evict": counts.insertionsOnEviction, "predictor_reject": counts.rejections,
            "predictor_bypass": counts.bypasses, "tlbblocks_resident_end": system.residentBlocks,
            "tlbblock_evictions": counts.blockEvictions, "second_chance": system.secondChances,
        ]
    }

    /// All rows, to the last count.
    @Test(
        .enabled(if: Reference.isPresent("victima_functional_reference.csv"), "no shared reference data"),
        arguments: Reference.streams("victima_functional_reference.csv")) func counts(stream: String) throws
    {
        let addresses = try #require(Self.stream(stream))
        for row in try Reference.rows("victima_functional_reference.csv") where row["stream"] == stream {
            let system = FunctionalVictima(try Self.configuration(row))
            for address in addresses { system.access(address) }
            for (name, value) in Self.counters(system) {
                #expect(
                    value == (try row.int(name)), "\(name) of \(stream) \(row["mode"] ?? "") \(row["l2_bytes"] ?? "")")
            }
        }
    }
}
