import Testing

@testable import OrreryCache

@Suite struct CacheReferenceTests {
    /// FNV-like hashes of all streams: the generators are those of the reference.
    @Test(.enabled(if: Reference.isPresent("streams.csv"), "no shared reference data")) func streams() throws {
        for row in try Reference.rows("streams.csv") {
            let name = try row.text("stream")
            let addresses = try #require(Streams.named(name), "\(name)")
            let hash = addresses.reduce(1_469_598_103_934_665_603 as UInt64) {
                ($0 ^ UInt64($1)) &* 1_099_511_628_211
            }
            #expect(String(hash, radix: 16) == trimmed(try row.text("fnv1a64_of_addresses")), "\(name)")
            #expect(addresses.indices.count(where: Streams.isWrite) == (try row.int("n_writes")), "\(name)")
        }
    }

    private func trimmed(_ text: String) -> String { String(text.drop { $0 == "0" }) }

    private static let policies: [String: ReplacementPolicy] = [
        "LRU": .lru, "FIFO": .fifo, "SRRIP_HP2": .srrip(.hitPriority), "SRRIP_FP2": .srrip(.frequencyPriority),
        "TREE_PLRU": .treePLRU, "NRU": .nru, "BELADY_OPT": .belady,
    ]

    /// All rows, to the last count.
    @Test(
        .enabled(if: Reference.isPresent("cache_reference.csv"), "no shared reference data"),
        arguments: Reference.streams("cache_reference.csv")) func counts(stream: String) throws
    {
        let addresses = try #require(Streams.named(stream))
        let writes = addresses.indices.map(Streams.isWrite)
        var nextUses: [Int: [Int]] = [:]
        for row in try Reference.rows("cache_reference.csv") where row["stream"] == stream {
            let line = try row.int("line_bytes")
            let policy = try #require(Self.policies[row.text("policy")])
            let cache = FunctionalCache(
                bytes: try row.int("size_bytes"), ways: try row.int("ways"), line: line, policy)
            if policy == .belady, nextUses[line] == nil {
                nextUses[line] = Belady.nextUses(of: addresses.map { cache.line(of: $0) })
            }
            let next = policy == .belady ? nextUses[line] : nil
            for (index, address) in addresses.enumerated() {
                cache.access(address, isWrite: writes[index], nextUse: next?[index] ?? .max)
            }
            let expected = FunctionalCache.Counts(
                hits: try row.int("hits"), misses: try row.int("misses"), evictions: try row.int("evictions"),
                writeBacks: try row.int("dirty_writebacks"))
            #expect(cache.counts == expected, "\(row)")

        }
    }
}
