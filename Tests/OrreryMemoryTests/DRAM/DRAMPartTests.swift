import OrreryText
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// Devices, controllers and maps as files, and the class that joins them.
@Suite struct DRAMPartTests {
    private func problems(_ text: String, _ read: (Node, String, Diagnostics) -> (any Sendable)?) -> [String] {
        let diagnostics = Diagnostics()
        let node = YAML.parse(text, file: "\(dramParts)/test.yaml", diagnostics: diagnostics)
        if let whole = node.flatMap({ PartFile.resolve($0, path: "part", diagnostics: diagnostics) }) {
            _ = read(whole, "part", diagnostics)
        }
        return diagnostics.all.map { $0.description.replacing("\(dramParts)/", with: "") }
    }

    @Test(arguments: DRAMCase.all) func everyNumberHasASource(_ which: DRAMCase) throws {
        let device = try dramDevice(which.part)
        #expect(device.timing.keys.allSatisfy { device.sources["timing.\($0)"] != nil })
        for key in ["tCK", "rows", "columns", "access", "sizes"] { #expect(device.sources[key] != nil) }
    }

    @Test func scaledDevicesKeepTheirTimes() throws {
        let (slow, fast) = (try dramDevice("hbm2-2400"), try dramDevice("hbm2e-3200"))
        for name in ["nCL", "nRCDRD", "nRP", "nRAS", "nWR", "nRFC"] {
            let before = Double(slow.timing[name]!) * 0.833
            let after = Double(fast.timing[name]!) * 0.625
            #expect(after >= before - 1.5 && after < before + 0.625, "\(name): \(before) ns, \(after) ns")
        }
    }

    @Test func everyProblemIsReported() {
        let found = problems(
            "{extends: ddr4-2400.yaml, rows: many, sizes: {rnak: 2}, timing: {nRP: 1 GB}}", DRAMDevice.read)
        #expect(found.count == 3, "\(found)")
        #expect(found.contains { $0.contains("'rows' is no whole number") && $0.hasPrefix("test.yaml:1:") })
        #expect(found.contains { $0.contains("did you mean 'rank'") })
        #expect(problems("nowhere.yaml", DRAMDevice.read).contains { $0.contains("cannot open the file") })
        #expect(problems("test.yaml: 1", DRAMDevice.read).contains { $0.contains("is no DRAM device") })
        let missing = problems(
            "{device: x, standard: standards/ddr4.yaml, tCK: 1 ns, sizes: {rank: 1, bankgroup: 4, bank: 4}, rows: 8, columns: 8, access: 64 B, timing: {nBL: 4}}",
            DRAMDevice.read)
        #expect(missing.contains { $0.contains("timing parameter 'nFAW' is missing") }, "\(missing)")
        #expect(problems("{extends: controllers/ideal.yaml, reads: 0}", DRAMController.read).count == 1)
        #expect(
            problems("{extends: controllers/ideal.yaml, scheduling: first-redy}", DRAMController.read).first?.contains(
                "did you mean 'first-ready'") == true)
    }

    /// Numbers that cannot work are refused where they stand, all of them.
    @Test(arguments: [
        (
            "timing: {nRAS: 4}",
            ["a row could be closed after 4 clocks (nRAS), before its first read after 16 (nRCD)", "first write"]
        ),
        (
            "timing: {nREFI: 500}",
            ["refreshes every 500 clocks (nREFI) leave no time for accesses: REF takes 433 clocks, a row 66"]
        ),
        ("timing: {nREFI: 0}", ["leave no time"]),
        ("timing: {nBL: 0, nRAS: 3}", ["gives a burst of 0 clocks", "first read", "first write"]),
        ("timing: {nRFC: 2 s}", ["gives more than 2^30 clocks"]),
        ("timing: {nFAv: 16}", ["did you mean 'nFAW'"]),
        ("timing: {nFAW: -3}", ["is no number of clocks"]),
        ("sizes: {bank: 16Ki}", ["a channel of more than 4096 banks"]),
        ("rows: 16777216, columns: 16777216", ["a channel of more than 2^50 bytes"]),
        ("access: 0 B", ["'access' is no"]), ("access: 1 MiB", ["'access' is no whole number of bytes"]),
        ("tCK: 0 s, rows: 0, access: 1 s", ["'tCK' is no", "'rows' is no", "'access' is no"]),
    ])
    func impossibleDevicesAreRefused(changes: String, messages: [String]) {
        let found = problems("{extends: ddr4-2400.yaml, \(changes)}", DRAMDevice.read)
        #expect(found.count == messages.count, "\(found)")
        for message in messages {
            #expect(found.contains { $0.contains(message) && $0.hasPrefix("test.yaml:1:") }, "\(found)")
        }
    }

    @Test(arguments: [
        ("timing: {nREFIpb: 9}", "refreshes every 9 clocks (nREFIpb) of one of 32 banks"),
        ("timing: {nRFCpb: 4000}", "leave no time for accesses"),
        ("timing: {nRCDRD: 40}", "before its first read after 40 (nRCDRD)"),
    ])
    func impossibleStackedDevicesAreRefused(changes: String, message: String) {
        let found = problems("{extends: hbm2-2000.yaml, \(changes)}", DRAMDevice.read)
        #expect(found.count == 1 && found.contains { $0.contains(message) && $0.hasPrefix("test.yaml:1:") }, "\(found)")
    }

    @Test(arguments: [
        ("PRE: {role: precharge}", "PRE: {role: precharge, level: rank}", "no command of a bank with role precharge"),
        ("aligned: maybe", "aligned: maybe", "expected true or false"),
        (
            "REF: {role: refresh-all, level: rank}", "REF: {role: refresh-all, level: channel}",
            "are of different levels"
        ),
        ("RDA: {role: read-precharge}", "RDA: {role: read-precharge, level: rank}", "RDA is a command of a bank"),
        ("from: [PRE], to: [ACT]", "from: [PRE], to: [PRE]", "has no rule from PRE to ACT"),
        ("siblings: true", "siblings: perhaps", "expected true or false"),
        ("level: rank, siblings: true", "level: channel, siblings: true", "there is one channel"),
    ])
    func impossibleStandardsAreRefused(part: String, change: String, message: String) throws {
        var text = try String(contentsOfFile: "\(dramParts)/standards/ddr4.yaml", encoding: .utf8)
        text =
            part == change
            ? text.replacing("role: activate", with: "role: activate, \(change)") : text.replacing(part, with: change)
        let diagnostics = Diagnostics()
        let node = try #require(YAML.parse(text, file: "ddr4.yaml", diagnostics: diagnostics))
        #expect(DRAMStandard.read(node, path: "standard", diagnostics: diagnostics) == nil)
        let found = diagnostics.all.map(\.description)
        #expect(found.contains { $0.contains(message) && $0.hasPrefix("ddr4.yaml:") }, "\(found)")
    }

    @Test func watermarksAreInOrder() {
        let found = problems("{extends: controllers/ideal.yaml, drain_low: 81}", DRAMController.read)
        #expect(
            found.count == 1 && found[0].hasPrefix("test.yaml:1:") && found[0].contains("is above drain_high of 80 %"),
            "\(found)")
    }

    @Test(arguments: [
        ("row bank column bankgroup", "bits of 'rank' are missing"),
        ("row bank bank column bankgroup rank channel", "stands twice"),
        ("row bank column[6:2] bankgroup column[2:0] rank channel", "a second time"),
        ("row bank column[9:0] bankgroup rank channel", "doesn't have"),
        ("row bank colum bankgroup rank channel", "is no field"),
        ("row bank column[x] bankgroup rank channel", "is no slice"),
    ])
    func malformedMapsAreRefused(text: String, message: String) throws {
        let device = try dramDevice("ddr4-2400", "sizes: {rank: 2}")
        do {
            _ = try DRAMAddressMap(text, hash: [], device: device, channels: 3)
            Issue.record("made from \(text)")
        } catch { #expect(error.message.contains(message), "\(error.message)") }
    }

    /// Every address has a place of its own, with slices, hashes and twelve channels.
    @Test func mapsAreOneToOne() throws {
        let device = try dramDevice("ddr4-2400", "sizes: {rank: 2}, rows: 16, columns: 32")
        let map = try DRAMAddressMap(
            "row rank column[4:2] bank bankgroup column[1:0] channel",
            hash: [("bankgroup", "row[1:0] ^ row[3:2]"), ("bank", "column[3:2]")], device: device, channels: 12)
        let decoder = DRAMAddressDecoder(map, bankWeight: [16, 4, 1], unitWeight: [0, 0, 0, 1])
        var seen: Set<[Int]> = []
        let accesses = 2 * 16 * 16 * 32 * 12
        for access in 0..<accesses {
            let place = decoder.decode(access * 64)
            #expect(place.unit < 12 && place.bank < 32 && place.row < 16 && place.column < 32)
            seen.insert([place.unit, place.bank, place.row, place.column])
        }
        #expect(seen.count == accesses)
        #expect(map.addressing == .compared(period: accesses / 16 * 64 << 4, unit: accesses / 16 * 64))
    }

    @Test func theClassJoinsThem() throws {
        let known = try #require(memoryClasses.first { $0.name == "dram" })
        func make(_ changes: String, megahertz: Int = 1000) throws -> DRAMMemory? {
            let diagnostics = Diagnostics()
            let text = """
                device: hbm2-2000.yaml
                controller: {extends: controllers/like-ramulator2.yaml, reads: 64}
                mapping: row bank column bankgroup pseudochannel channel
                channels: 40
                \(changes)
                """
            let node = YAML.parse(text, file: "\(dramParts)/machine.yaml", diagnostics: diagnostics)
            let values = ParameterValues.decode(
                node, declared: known.parameters, path: "dram", diagnostics: diagnostics)
            try #require(diagnostics.all.map(\.description) == [] && values.isComplete)
            #expect(known.storage(values)?.capacity == 40 << 31)
            let clocks = ClockSet([Clock(name: "dram", periodNumerator: 1, periodDenominator: megahertz * 1_000_000)])
            return try known.make(Site(path: "dram", clocks: try #require(clocks), clock: 0, values: values)).first
                as? DRAMMemory
        }
        let memory = try #require(try make("hash: {bankgroup: 'row[1:0]'}"))
        #expect(memory.units.count == 40 && memory.units[0].banks == 32)
        #expect(memory.peak == Rate(bytes: 40 * 2 * 32, perCycles: 2))
        #expect(throws: ConfigurationError.self) { try make("", megahertz: 940) }
    }

    /// The earliest cycle of each command, and not one before it: a row miss takes tRCD and the read latency, a hit tCCD_L.
    @Test func latenciesAreTheTimings() throws {
        let device = try dramDevice("ddr4-2400")
        let map = try DRAMAddressMap(
            "row bank column bankgroup rank channel", hash: [], device: device, channels: 1)
        let dram = DRAMMemory(
            path: "dram", .init(device: device, controller: try dramController("ideal"), map: map, channels: 1))
        let row = 64 << 13
        let items = [
            Requester.Item(at: 0, address: 0, bytes: 64), Requester.Item(at: 0, address: 256, bytes: 64),
            Requester.Item(at: 200, address: row, bytes: 64), Requester.Item(at: 400, address: row + 64, bytes: 64),
        ]
        let requester = Requester(dram, items)
        try run([requester], [dram])
        // tRCD 16 + CL 16 + burst 4; then tCCD_L 6; then tRP 16 more; then a row miss in a closed bank of another group.
        #expect(requester.done == [36, 42, 252, 436])
    }
}
