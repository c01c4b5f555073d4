import Testing

@testable import OrreryMemory

/// Standards and traffic beyond the shared reference, beside what the peers give on the same timings and injection
/// (`reference/memory` §3.1).
///
/// Memory ticks that Ramulator 2.1 (c5b1c3a) and DRAMsim3 (2981759) took, built and run with the settings of §3.1. GDDR6 is DRAMsim3's
/// GDDR5X with a burst of two clocks and tRTRS 5; DDR5 its DDR4; LPDDR5 it doesn't have.
@Suite struct DRAMOtherPeerTests {
    /// Configuration, channels, traffic, map, refresh, requests; Ramulator 2.1's ticks; DRAMsim3's clocks.
    private static let rows = """
        lpddr5_6400 1 rowconf A on 5000 263803 -
        lpddr5_6400 1 bankrr A off 10000 40032 -
        lpddr5_6400 1 bg1 A on 10000 49247 -
        lpddr5_6400 1 chase A on 3000 153579 -
        lpddr5_6400 1 chase A off 3000 152760 -
        lpddr5_6400 1 seq A on 20000 50574 -
        lpddr5_6400 1 seq B on 20000 43444 -
        lpddr5_6400 1 seqw B on 20000 44064 -
        lpddr5_6400 1 rand A on 15000 69372 -
        lpddr5_6400 1 rand67 A on 15000 84299 -
        lpddr5_6400 1 seq67 B off 20000 48796 -
        lpddr5_6400 1 pingpong A on 10000 49482 -
        lpddr5_6400 1 stride2k A on 10000 43542 -
        lpddr5_6400 2 seq B on 20000 21632 -
        lpddr5_6400 2 rand A on 15000 35572 -
        lpddr5_6400 4 seq B on 20000 20742 -
        lpddr5_6400 4 rand A on 15000 18519 -
        gddr6_14000 1 rowconf A on 5000 426946 430314
        gddr6_14000 1 bankrr A off 10000 80046 80047
        gddr6_14000 1 bg1 A on 10000 52447 52450
        gddr6_14000 1 chase A on 3000 231303 237223
        gddr6_14000 1 chase A off 3000 242568 245568
        gddr6_14000 1 seq A on 20000 55000 46683
        gddr6_14000 1 seq B on 20000 43308 43923
        gddr6_14000 1 seqw B on 20000 43765 43950
        gddr6_14000 1 rand A on 15000 131603 133946
        gddr6_14000 1 rand67 A on 15000 138266 154904
        gddr6_14000 1 seq67 B off 20000 53284 46017
        gddr6_14000 1 pingpong A on 10000 126207 126160
        gddr6_14000 1 stride2k A on 10000 87404 88109
        gddr6_14000 2 seq B on 20000 21711 21947
        gddr6_14000 2 rand A on 15000 66685 67467
        gddr6_14000 4 seq B on 20000 20792 20361
        gddr6_14000 4 rand A on 15000 34252 35263
        hbm2_2400 1 rowconf A on 5000 312767 314328
        hbm2_2400 1 bankrr A off 10000 50033 50033
        hbm2_2400 1 bg1 A on 10000 56717 56135
        hbm2_2400 1 chase A on 3000 160891 163019
        hbm2_2400 1 chase A off 3000 161806 164668
        hbm2_2400 1 seq A on 20000 32533 22004
        hbm2_2400 1 seq B on 20000 22348 22025
        hbm2_2400 1 seqw B on 20000 22134 22107
        hbm2_2400 1 rand A on 15000 50856 42913
        hbm2_2400 1 rand67 A on 15000 57360 47423
        hbm2_2400 1 seq67 B off 20000 29497 21437
        hbm2_2400 1 pingpong A on 10000 50076 70899
        hbm2_2400 1 stride2k A on 10000 55236 55466
        hbm2_2400 2 seq B on 20000 11190 11082
        hbm2_2400 2 rand A on 15000 26388 22045
        hbm2_2400 4 seq B on 20000 5605 5574
        hbm2_2400 4 rand A on 15000 13372 11752
        ddr5_6400an 1 rowconf A on 5000 805496 808328
        ddr5_6400an 1 bankrr A off 10000 160085 160086
        ddr5_6400an 1 bg1 A on 10000 191409 191426
        ddr5_6400an 1 chase A on 3000 426317 432306
        ddr5_6400an 1 chase A off 3000 436878 442634
        ddr5_6400an 1 seq A on 20000 191370 174217
        ddr5_6400an 1 seq B on 20000 174012 174336
        ddr5_6400an 1 seqw B on 20000 176756 174451
        ddr5_6400an 1 rand A on 15000 261686 264717
        ddr5_6400an 1 rand67 A on 15000 268215 268578
        ddr5_6400an 1 seq67 B off 20000 178427 164473
        ddr5_6400an 1 pingpong A on 10000 191075 245009
        ddr5_6400an 1 stride2k A on 10000 86991 90199
        ddr5_6400an 2 seq B on 20000 86530 86572
        ddr5_6400an 2 rand A on 15000 132693 132720
        ddr5_6400an 4 seq B on 20000 43290 43360
        ddr5_6400an 4 rand A on 15000 67409 67774
        ddr4_3200aa 1 rand67 A on 15000 139606 138550
        ddr4_3200aa 1 stride2k A on 10000 41997 46081
        ddr4_3200aa 2 seq B on 20000 41930 41987
        ddr5_4800an 1 rand67 A on 15000 201118 202913
        ddr5_4800an 1 stride2k A on 10000 88495 88150
        ddr5_4800an 2 seq B on 20000 87199 87294
        hbm2_2000 1 rand67 A on 15000 53109 41615
        hbm2_2000 1 stride2k A on 10000 44362 44542
        hbm2_2000 2 seq B on 20000 10843 10967
        hbm3_6400 1 rand67 A on 15000 144553 63200
        hbm3_6400 1 stride2k A on 10000 132533 66918
        hbm3_6400 2 seq B on 20000 23371 10973
        """.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }

    private static let mixes: Set = ["rand67", "seq67", "pingpong"]

    @Test(arguments: [Peer.ramulator, .dramsim]) func otherRows(_ peer: Peer) throws {
        var errors: [Double] = []
        for row in Self.rows {
            guard let expected = Int(row[peer == .ramulator ? 6 : 7]) else { continue }
            let fields = [
                "cfg": row[0], "channels": row[1], "trace": row[2], "N": row[5],
                "map": row[3] == "B" ? "robacobgrach" : "robabgcorach", "refresh": row[4] == "on" ? "True" : "False",
            ]
            let run = try #require(try peer.run(PeerRow(fields: fields)))
            #expect(run.driver.hasEnded)
            let ticks = peer == .dramsim ? run.memory.configuration.device.standard.ticksPerClock : 1
            let error = (Double(run.driver.cycles) / Double(ticks * expected) - 1) * 100
            errors.append(abs(error))
            #expect(
                abs(error) <= (Self.mixes.contains(row[2]) ? 5 : 1),
                "\(row[0..<6].joined(separator: " ")): \(run.driver.cycles / ticks) against \(expected)")
        }
        errors.sort()
        try #require(!errors.isEmpty)
        print("\(peer.rawValue), other rows: median \(errors[errors.count / 2]) %, worst \(errors[errors.count - 1]) %")
    }
}
