import OrreryText
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// A data clock that stands still between accesses (WCK of LPDDR5): started right before the first one, and running on for
/// the read or write latency, the burst and tWCKPST.
@Suite struct DRAMDataClockTests {
    private static let step = 1 << 9

    /// When requests to an idle LPDDR5-6400 are done. ACT-1 of the first one is in cycle 0.
    private func done(_ items: [Requester.Item], _ preset: String = "ideal", _ clock: String = "on-demand") throws
        -> [Cycle]
    {
        let device = try dramDevice("lpddr5-6400")
        let map = try DRAMAddressMap("row column bank bankgroup rank channel", hash: [], device: device, channels: 1)
        let dram = DRAMMemory(
            path: "dram",
            .init(
                device: device, controller: try dramController(preset, "refresh: none, data_clock: \(clock)"), map: map,
                channels: 1))
        let requester = Requester(dram, items)
        try run([requester], [dram])
        return requester.done
    }

    private func read(_ at: Cycle, column: Int = 0) -> Requester.Item {
        Requester.Item(at: at, address: column * Self.step, bytes: 32)
    }

    private func write(_ at: Cycle, column: Int) -> Requester.Item {
        Requester.Item(at: at, address: column * Self.step, bytes: 32, isWrite: true)
    }

    @Test(arguments: ["ideal", "like-ramulator2"]) func theFirstAccessWaitsForIt(preset: String) throws {
        // tRCD 15, CAS, CL 17, burst 2.
        #expect(try done([read(0)], preset) == [15 + 1 + 17 + 2])
        #expect(try done([read(0)], preset, "always-on") == [15 + 17 + 2])
    }

    /// RD in 16: WCK runs up to 16 + CL 17 + burst 2 + tWCKPST 1 = 36.
    @Test func itRunsOnBehindARead() throws {
        #expect(try done([read(0), read(35, column: 1)]) == [35, 35 + 17 + 2])
        #expect(try done([read(0), read(36, column: 1)]) == [35, 36 + 1 + 17 + 2])
    }

    /// WR in 16: WCK runs up to 16 + CWL 9 + burst 2 + tWCKPST 1 = 28.
    @Test func itRunsOnBehindAWrite() throws {
        #expect(try done([write(0, column: 0), write(27, column: 1)]) == [27, 27 + 9 + 2])
        #expect(try done([write(0, column: 0), write(28, column: 1)]) == [27, 28 + 1 + 9 + 2])
    }

    /// A clock of each access is charged to it, and what the first one waited for its row is not.
    @Test func whatItCostsIsNamed() throws {
        let device = try dramDevice("lpddr5-6400")
        let map = try DRAMAddressMap("row column bank bankgroup rank channel", hash: [], device: device, channels: 1)
        let controller = try dramController("ideal", "data_clock: on-demand")
        let dram = DRAMMemory(path: "dram", .init(device: device, controller: controller, map: map, channels: 1))
        let kernel = try run([Requester(dram, [read(0), read(60, column: 1)])], [dram])
        let lost = Dictionary(uniqueKeysWithValues: dram.lostTicks(in: kernel.ledger).map { ($0.cause, $0.ticks) })
        #expect(lost.filter { $0.key != "front end" } == ["row miss": 15, "WCK start": 2])
    }

    @Test(arguments: [
        ("data_clock: {read: nCL, write: nCWL}", "", "there is no 'data_clock'"),
        ("  CAS: {role: start-clock}\n", "", "a data clock needs a command with role start-clock"),
        ("to: [RD, RDA, WR, WRA], clocks: 1", "to: [RD, RDA], clocks: 1", "has no rule from CAS to WR"),
        ("write: nCWL + nBL + nWCKPST", "rwite: nCWL", "did you mean 'write'"),
    ])
    func impossibleOnesAreRefused(part: String, change: String, message: String) throws {
        let file = try String(contentsOfFile: "\(dramParts)/standards/lpddr5.yaml", encoding: .utf8)
        let plain = "data_clock: {read: nCL + nBL + nWCKPST, write: nCWL + nBL + nWCKPST}"
        let text =
            part.hasPrefix("data_clock")
            ? file.replacing(plain, with: change)
            : change.isEmpty
                ? file.replacing(part, with: "").replacing(
                    "  - {level: rank, from: [CAS], to: [RD, RDA, WR, WRA], clocks: 1, because: WCK start}\n", with: "")
                : file.replacing(part, with: change)
        let diagnostics = Diagnostics()
        let node = try #require(YAML.parse(text, file: "lpddr5.yaml", diagnostics: diagnostics))
        #expect(DRAMStandard.read(node, path: "standard", diagnostics: diagnostics) == nil)
        let found = diagnostics.all.map(\.description)
        #expect(found.contains { $0.contains(message) && $0.hasPrefix("lpddr5.yaml:") }, "\(found)")
    }
}
