import Foundation
import OrreryMachine
import OrreryResults
import OrreryText
import Testing

@testable import OrreryExplore

/// What makes two points the same.
@Suite struct IdentityTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private static func request(_ overrides: [(String, String)] = [], machine: String? = nil) -> RunRequest {
        RunRequest(
            machine: machine ?? "\(root)/HardwareSpecs/fusemax.yaml",
            workload: "\(root)/Workloads/attention-1pass.yaml",
            overrides: overrides.map { .init(path: $0.0, value: $0.1) })
    }

    private static func hash(_ request: RunRequest, _ repetition: Repetition = .standard) -> ContentHash {
        var identity = InputIdentity()
        return identity.hash(of: request, repetition: repetition)
    }

    /// A copy of the machine and what it needs, with some text replaced.
    private static func copy(_ changes: [(String, String)]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString)")
        try FileManager.default.copyItem(atPath: "\(root)/HardwareSpecs", toPath: folder.path)
        let file = folder.appending(path: "fusemax.yaml")
        var text = try String(contentsOf: file, encoding: .utf8)
        for (old, new) in changes { text = text.replacing(old, with: new) }
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }

    @Test func everySettingCounts() {
        let hashes = [
            Self.hash(Self.request()), Self.hash(Self.request(), .simulated), Self.hash(Self.request(), .folded),
            Self.hash(Self.request(), .estimated(tolerance: 0.01)), Self.hash(Self.request([("M", "4Ki")])),
            Self.hash(Self.request([("dram.bandwidth", "100 GB/s")])),
            Self.hash(Self.request([("mapping.depth.K", "3")])),
            Self.hash(Self.request([("energy.accounting", "artifact")])), Self.hash(Self.request([("P", "4Ki")])),
            Self.hash(Self.request([("no.such", "1")])), Self.hash(Self.request([("clocks.core", "1 GHz")])),
            Self.hash(
                RunRequest(
                    machine: "\(Self.root)/HardwareSpecs/fusemax.yaml",
                    workload: "\(Self.root)/Workloads/attention-1pass.yaml",
                    mapping: "auto")),
            Self.hash(RunRequest(machine: "\(Self.root)/none.yaml", workload: "none.yaml")),
        ]
        #expect(Set(hashes).count == hashes.count)
    }

    @Test func theWayToSayItDoesNot() {
        let one = Self.hash(Self.request([("M", "4Ki"), ("dram.bandwidth", "100 GB/s")]))
        #expect(one == Self.hash(Self.request([("dram.bandwidth", "100 GB/s"), ("M", "4096")])))
        var other = Self.request([("M", "4Ki"), ("dram.bandwidth", "100 GB/s")])
        for index in other.overrides.indices { other.overrides[index].origin = "study s" }
        #expect(one == Self.hash(other))
    }

    @Test func neitherPathsNorCommentsCount() throws {
        let same = try Self.copy([])
        let commented = try Self.copy([("machine:", "# a comment\nmachine:")])
        defer {
            for file in [same, commented] {
                try? FileManager.default.removeItem(atPath: String(file.dropLast("fusemax.yaml".count)))
            }
        }
        let one = Self.hash(Self.request())
        #expect(one == Self.hash(Self.request(machine: same)))
        #expect(one == Self.hash(Self.request(machine: commented)))
    }

    @Test func filesAndTheirBasesCount() throws {
        let copy = try Self.copy([])
        let folder = String(copy.dropLast("fusemax.yaml".count))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let before = Self.hash(Self.request(machine: copy))
        var identity = InputIdentity()
        let files = identity.files(of: Self.request(machine: copy)).map(\.path)
        #expect(files.contains(copy) && files.contains { $0.contains("attention-1pass.yaml") })
        #expect(files.contains { $0.contains("tables/") } && files.contains { $0.contains("mappings/") })
        // A table of energies that is changed is another machine.
        let table = try #require(files.first { $0.contains("tables/") })
        let text = try String(contentsOfFile: table, encoding: .utf8)
        try (text + "\n# nothing\n").write(toFile: table, atomically: true, encoding: .utf8)
        #expect(before == Self.hash(Self.request(machine: copy)))
        let digit = try #require(text.range(of: #"\d+(\.\d+)? pJ"#, options: .regularExpression))
        try text.replacingCharacters(in: digit, with: "77.7 pJ").write(toFile: table, atomically: true, encoding: .utf8)
        #expect(before != Self.hash(Self.request(machine: copy)))
    }

    /// The files of parts that a machine's values name count: a device, what it extends, its standard and its energies, and those
    /// that only an override names.
    @Test(
        arguments: [
            ("parts/dram/hbm2-1671.yaml", "nRP: 14", "nRP: 15", nil),
            ("parts/dram/hbm2-2000.yaml", "nBL: 2", "nBL: 4", nil),
            ("parts/dram/standards/hbm2.yaml", "nCL + nBL + 2", "nCL + nBL + 3", nil),
            ("parts/dram/power/hbm2.yaml", "909 pJ", "910 pJ", nil),
            ("parts/dram/controllers/like-ramulator2.yaml", "reads: 32", "reads: 31", nil),
            ("parts/dram/hbm3-6400.yaml", "nRP: 26", "nRP: 27", ("dram.device", "parts/dram/hbm3-6400.yaml")),
            (
                "parts/dram/controllers/champsim.yaml", "reads: 64", "reads: 63",
                ("dram.controller", "{extends: parts/dram/controllers/champsim.yaml, writes: 32}")
            ),
        ] as [(String, String, String, (String, String)?)])
    func filesOfPartsCount(file: String, old: String, new: String, override: (String, String)?) throws {
        let copy = try Self.copy([])
        let folder = String(copy.dropLast("fusemax.yaml".count))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let request = Self.request([override].compactMap { $0 }, machine: "\(folder)fusemax-hbm2.yaml")
        let before = Self.hash(request)
        var identity = InputIdentity()
        #expect(identity.files(of: request).contains { $0.path.hasSuffix(file) })
        let text = try String(contentsOfFile: folder + file, encoding: .utf8)
        #expect(text.contains(old))
        try ("# nothing\n" + text).write(toFile: folder + file, atomically: true, encoding: .utf8)
        #expect(before == Self.hash(request))
        try text.replacing(old, with: new).write(toFile: folder + file, atomically: true, encoding: .utf8)
        #expect(before != Self.hash(request))
    }

    /// A machine whose device has an error is refused, and energies are not asked of it.
    @Test func aBrokenDeviceIsReported() throws {
        let copy = try Self.copy([])
        let folder = String(copy.dropLast("fusemax.yaml".count))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let device = folder + "parts/dram/hbm2-1671.yaml"
        let text = try String(contentsOfFile: device, encoding: .utf8)
        try text.replacing("nRAS: 34 ns", with: "nRAS: 4 ns").write(toFile: device, atomically: true, encoding: .utf8)
        let diagnostics = Diagnostics()
        #expect(Machine.load(path: "\(folder)fusemax-hbm2.yaml", diagnostics: diagnostics) == nil)
        let found = diagnostics.all.map(\.description)
        #expect(
            found.count == 2
                && found.allSatisfy { $0.contains("hbm2-1671.yaml:") && $0.contains("a row could be closed") },
            "\(found)")
    }

    /// What a result says that it was made from.
    @Test func machinesListTheFilesOfTheirParts() throws {
        let machine = try #require(
            Machine.load(path: "\(Self.root)/HardwareSpecs/fusemax-hbm2.yaml", diagnostics: Diagnostics()))
        for file in ["hbm2-2000.yaml", "standards/hbm2.yaml", "power/hbm2.yaml", "controllers/"] {
            #expect(machine.files.contains { $0.contains(file) }, "\(machine.files)")
        }
        #expect(Set(machine.files).count == machine.files.count)
    }

    @Test func anOverrideIsWhatItMakesOfTheMachine() throws {
        let spec = "\(Self.root)/HardwareSpecs"
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "wider.yaml").path
        let text = "machine: fusemax-cloud\nextends: \(spec)/fusemax.yaml\ncomponents: {dram: {bandwidth: 100 GB/s}}\n"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(Self.hash(Self.request(machine: file)) == Self.hash(Self.request([("dram.bandwidth", "100 GB/s")])))
    }

    @Test func aTraceCountsByItsContent() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let workload = folder.appending(path: "w.yaml").path
        try "workload: w\ntrace: {file: t.champsim, instructions: 1}\n".write(
            toFile: workload, atomically: true, encoding: .utf8)
        let request = RunRequest(machine: "\(Self.root)/HardwareSpecs/fusemax.yaml", workload: workload)
        var hashes = [Self.hash(request)]
        for byte: UInt8 in [1, 2] {
            try Data(repeating: byte, count: 64).write(to: folder.appending(path: "t.champsim"))
            hashes.append(Self.hash(request))
        }
        #expect(Set(hashes).count == 3)
    }

    @Test func conditionsOnTheMachineNeedNoRun() throws {
        let study = try #require(
            StudyReaderTests.read(
                """
                study: s
                base: {machine: \(Self.root)/HardwareSpecs/fusemax.yaml, workload: \(Self.root)/Workloads/attention-1pass.yaml}
                axes:
                  array2d.rows: {log2: [16, 256]}
                  buffer.capacity: [1 MiB, 16 MiB]
                  M: [256, 1Ki]
                where: [area < 500 mm2, buffer.capacity >= 2 MiB, M >= 2 * M0]
                """
            ).0)
        let plan = try study.plan()
        var inputs = PointInputs(study: study)
        let areas = plan.points.map { point in
            inputs.begin(point)
            return inputs.quantity("area")?.doubleValue ?? .nan
        }
        #expect(!areas.isEmpty && areas.allSatisfy { $0 < 500e-6 })
        #expect(plan.points.allSatisfy { $0.labels[1] == "16 MiB" && $0.labels[2] == "1Ki" })
        #expect(plan.total == 20 && plan.removed.reduce(plan.points.count, +) == 20)
        // The area by components is that of the machine as a whole.
        for (point, area) in zip(plan.points, areas) {
            let changes = point.settings.filter { $0.path.contains(".") }
            let machine = try #require(
                Machine.load(
                    path: "\(Self.root)/HardwareSpecs/fusemax.yaml",
                    overrides: changes.map { Override(path: $0.path, text: $0.value) }, diagnostics: Diagnostics()))
            #expect(abs(area / (machine.area?.total(machine) ?? 0) - 1) < 1e-12)
        }
    }

    /// Where no value comes twice: what the conditions say of a machine is what they would say of one that is loaded whole.
    @Test func conditionsOnTheMachineHoldWhereNothingRepeats() throws {
        let study = try #require(
            StudyReaderTests.read(
                """
                study: s
                base: {machine: \(Self.root)/HardwareSpecs/fusemax-llm.yaml, workload: \(Self.root)/Workloads/attention-1pass.yaml}
                axes:
                  rows: {path: array2d.rows, linear: [16, 400], multiple: 1}
                  columns: {path: array2d.columns, linear: [16, 400], multiple: 1}
                  bandwidth: {path: dram.bandwidth, log: [50 GB/s, 1000 GB/s]}
                  clock: {path: clocks.core, linear: [0.5 GHz, 1.5 GHz], multiple: 1 MHz}
                sample: {method: sobol, points: 100, seed: 3}
                derive:
                  buffer.width: array2d.columns * 2 B
                  buffer.capacity: floor(dram.bandwidth / 500 MB/s) * 32 * buffer.width
                  array2d.reduction.max.latency: array2d.rows * 1 cycles
                where: [area <= 1000 mm2, dma.burst * clocks.core < 1.3e12 B * 1 Hz, array1d.clock >= 600 MHz]
                """
            ).0)
        let plan = try study.plan()
        let kept = Set(plan.points.map(\.labels))
        var all = study
        all.conditions = []
        var (inside, outside) = (0, 0)
        for point in try all.points() {
            let machine = Machine.load(
                path: "\(Self.root)/HardwareSpecs/fusemax-llm.yaml",
                overrides: point.settings.filter { $0.path.contains(".") }
                    .map { Override(path: $0.path, text: $0.value) },
                diagnostics: Diagnostics())
            // Whether components go together is told when the point is run.
            guard let machine else { continue }
            let area = machine.area?.total(machine) ?? 0
            let clock = machine.parameter("clocks.core")?.doubleValue ?? 0
            let burst = machine.parameter("dma.burst")?.doubleValue ?? 0
            let holds = area <= 1000e-6 && burst * clock < 1.3e12 && clock >= 600e6
            #expect(kept.contains(point.labels) == holds, "\(point.labels)")
            if holds { inside += 1 } else { outside += 1 }
        }
        #expect(inside > 10 && outside > 10 && plan.removed.allSatisfy { $0 > 0 })
    }

    /// A number in its own unit (`129 cycles`) names no file: machines are not read again for it.
    @Test func numbersNameNoFiles() throws {
        var identity = InputIdentity()
        func hash(_ rows: Int) -> ContentHash {
            identity.hash(
                of: Self.request([("array2d.reduction.max.latency", "\(rows) cycles"), ("buffer.width", "512 B")]))
        }
        let first = hash(100)
        let start = ContinuousClock.now
        var hashes: Set = [first]
        for rows in 101..<400 { hashes.insert(hash(rows)) }
        let each = (ContinuousClock.now - start) / 299
        #expect(hashes.count == 300)
        let loading = ContinuousClock.now
        _ = Machine.load(path: "\(Self.root)/HardwareSpecs/fusemax.yaml", diagnostics: Diagnostics())
        #expect(each < (ContinuousClock.now - loading) / 4)
    }

    @Test func theGapOfASearchCounts() {
        func hash(_ mapping: String?, _ gap: Double) -> ContentHash {
            var request = Self.request()
            (request.mapping, request.mappingGap) = (mapping, gap)
            return Self.hash(request)
        }
        #expect(hash("auto", 0.01) != hash("auto", 0))
        #expect(hash(nil, 0.01) == hash(nil, 0))
        var request = Self.request()
        (request.mapping, request.mappingGap) = ("auto", 0.25)
        #expect(PointWork(PointWork(request: request).json)?.request == request)
    }

    @Test func tenThousandPointsArePlanned() throws {
        let study = try #require(
            StudyReaderTests.read(
                """
                study: s
                base: {machine: \(Self.root)/HardwareSpecs/fusemax.yaml, workload: \(Self.root)/Workloads/attention-1pass.yaml}
                axes:
                  M: {log2: [1Ki, 512Ki]}
                  array2d.rows: {range: [16, 160], step: 16}
                  dram.bandwidth: {range: [100 GB/s, 1000 GB/s], step: 100 GB/s}
                  B: {range: [1, 10]}
                where: [M * B <= 2Mi]
                """
            ).0)
        let plan = try study.plan()
        var identity = InputIdentity()
        let prepared = study.prepared(plan.points, identity: &identity)
        #expect(plan.total == 10_000)
        let hashes = Set(try prepared.map { try $0.work.get().inputs })
        #expect(hashes.count == plan.points.count)
    }
}
