import Testing

@testable import OrreryCache

@Suite struct TLBReferenceTests {
    /// All rows, to the last count.
    @Test(
        .enabled(if: Reference.isPresent("tlb_reference.csv"), "no shared reference data"))
    func counts() throws {
        var streams: [String: [Int]] = [:]
        let rows = try Reference.rows("tlb_reference.csv")
        for row in rows {
            let stream = try row.text("stream")
            let addresses = try #require(streams[stream] ?? Streams.named(stream))
            streams[stream] = addresses
            let size = try #require(PageSize(bytes: row.int("page_bytes")))
            let tlbs = TLBHierarchy(
                first: TLBArray([.init(entries: try row.int("l1_entries"), ways: try row.int("l1_ways"))]),
                second: TLBArray([.init(entries: try row.int("l2_entries"), ways: try row.int("l2_ways"))]),
                filling: try #require(TLBHierarchy.Filling(rawValue: row.text("fill_mode"))))
            let caches =
                row["psc"] == "none"
                ? nil
                : WalkCaches([
                    .init(entries: 32, ways: 4), .init(entries: 16, ways: 4), .init(entries: 16, ways: 4),
                ])
            let translation = FunctionalTranslation(
                table: PageTable(sizes: .uniform(size)), tlbs: tlbs, caches: caches)
            for address in addresses { translation.access(address) }
            let counts = translation.counts
            let measured = [
                "l1_hits": counts.firstHits, "l1_misses": counts.firstMisses, "l2_hits": counts.secondHits,
                "l2_misses": counts.secondMisses, "walks": counts.secondMisses, "walk_memrefs": counts.reads,
                "psc_pde_hits": counts.begins[2], "psc_pdpte_hits": counts.begins[3],
                "psc_pml4e_hits": counts.begins[4], "psc_none": counts.begins[0],
            ]
            for (name, value) in measured { #expect(value == (try row.int(name)), "\(name) of \(row)") }
        }
        #expect(!rows.isEmpty)
    }
}
