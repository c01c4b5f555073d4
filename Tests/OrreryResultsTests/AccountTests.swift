import OrrerySimulation
import OrreryText
import Testing

@testable import OrreryResults

@Suite struct AccountTests {
    private func component(_ path: String, _ result: RunResult) throws -> ComponentAccount {
        try #require(result.components.first { $0.path == path })
    }

    @Test(arguments: [true, false], [["fetch", "multiply"], ["everything"]])
    func everyCycleIsBusyStalledOrIdle(isFolded: Bool, operators: [String]) throws {
        let result = try Toy(operators: operators, isFolded: isFolded).result()
        #expect(result.latency.cycles == [.init("core", 1209)])
        let array = try component("array", result)
        #expect(array.time?.busy.total == 1200)
        #expect(array.time?.stalls == [.init("tile ready", 9)])
        #expect(array.time?.idle == 0)
        let reader = try component("reader", result)
        #expect(reader.time?.busy.total == 400)
        // The last of 100 tiles is announced at 9 + 12 * 97 = 1173.
        #expect(reader.time?.stalls == [.init("port memory", 500), .init("tile ready", 273)])
        #expect(reader.time?.idle == 36)
        #expect(array.actions.map(\.total) == [10_000])
        #expect(array.utilisation == 1200.0 / 1209)
    }

    @Test func trafficStandsBesideThePeak() throws {
        let memory = try component("dram", try Toy().result())
        #expect(memory.readBytes == 6400)
        #expect(memory.writtenBytes == 0)
        #expect(memory.bytes.map(\.name) == ["read", "written"])
        // 6400 bytes in 1209 cycles of at most 16 bytes.
        let achieved = try #require(memory.achievedFraction)
        #expect(abs(achieved - 6400.0 / (1209 * 16)) < 1e-12)
    }

    @Test func energyIsCountsTimesCostsAndPowerTimesTime() throws {
        let energy = try #require(try Toy().result().energy)
        // 10,000 operations at 1 pJ, 400 reads at 10 pJ, 1 mW for 1209 ns.
        #expect(abs(energy.dynamicJoules - (1e-8 + 4e-9)) < 1e-20)
        #expect(abs(energy.staticJoules - 1.209e-9) < 1e-20)
        #expect(energy.operators.map(\.name) == ["fetch", "multiply"])
        #expect(abs(energy.operators[0].joules - 4e-9) < 1e-20)
        #expect(abs(energy.operators[1].joules - 1e-8) < 1e-20)
        #expect(energy.unpriced.isEmpty)
    }

    @Test func actionsWithoutACostAreNamed() throws {
        var context = Toy().context
        context.costs?.actions["array"] = nil
        let run = try Toy().run()
        let result = try RunResult(context, run.measurements, program: run.program)
        #expect(result.energy?.unpriced == ["array.multiply-accumulate"])
    }

    @Test func aWaitForATokenIsBlamedOnWhatItsPosterWaitsFor() throws {
        let limiting = try Toy().result().limiting
        #expect(limiting.engine == "array")
        #expect(limiting.component == "array")
        #expect(limiting.attribution.map(\.component) == ["array", "dram", "reader"])
        // 9 of 1209 cycles go to the reader, whose own time is 400 busy, 500 at the memory and 273 in wait for the array:
        // the array's wait comes back to the reader for 9 parts of 1209 of those.
        let (own, memory, wait, back) = (400.0 / 1173, 500.0 / 1173, 273.0 / 1173, 9.0 / 1209)
        let loop = 1 / (1 - wait * back)
        let shares = Dictionary(uniqueKeysWithValues: limiting.attribution.map { ($0.component, $0.share) })
        #expect(abs(try #require(shares["dram"]) - back * memory * loop) < 1e-12)
        #expect(abs(try #require(shares["reader"]) - back * own * loop) < 1e-12)
        #expect(abs(shares.values.reduce(0, +) - 1) < 1e-12)
    }

    /// A copy engine between a memory that is a quarter full and `array`, which waits for its tiles 600 of 1000 cycles, and
    /// `other`, whose results it stores.
    private func copying(waitsFor cause: String) throws -> Limiting {
        let tokens: [Program.Token] = [.init(name: "tile"), .init(name: "buffer free"), .init(name: "result")]
        func queue(_ engine: String, waits: [Int], posts: [Int]) -> QueueProgram {
            let command = Command(
                variants: [Work(opcode: 0)], waits: waits.map { TokenUse($0) }, posts: posts.map { TokenUse($0) })
            return QueueProgram(engine: engine, instructions: [.command(command)])
        }
        let program = Program(
            operators: ["o"], tokens: tokens,
            queues: [
                queue("array", waits: [0], posts: [1]), queue("copy", waits: [1, 2], posts: [0]),
                queue("other", waits: [], posts: [2]),
            ])
        var run = try Toy().run().measurements
        (run.operators, run.ticks) = (["o"], 1000)
        func unit(_ path: String, busy: Int, _ stalls: [Measurements.Counter]) -> Measurements.Component {
            var unit = Measurements.Component(path: path)
            (unit.busy, unit.stalls) = (.init("busy", [busy]), stalls)
            return unit
        }
        var copy = unit("copy", busy: 0, [.init(cause, 1000)])
        copy.bytes = [.init("memory read", [4000])]
        var dram = Measurements.Component(path: "dram")
        dram.bytes = [.init("read", [4000]), .init("written", [0])]
        run.components = [
            unit("array", busy: 400, [.init("tile", 600)]), copy, unit("other", busy: 300, []), dram,
        ]
        var context = Toy().context
        context.components = ["array", "copy", "other"].map {
            ComponentContext(path: $0, className: "c", role: .engine)
        }
        context.components[1].ports = [.init("memory", "dram")]
        context.components.append(
            ComponentContext(path: "dram", className: "m", role: .memory, peakBytesPerCycle: 16))
        return RunResult(context, run, parts: [program]).limiting
    }

    @Test func aCopyEnginesWaitForABufferIsItsServers() throws {
        let limiting = try copying(waitsFor: "buffer free")
        #expect(limiting.engine == "array")
        // 600 cycles: a quarter of them the memory's, the rest the copy engine's.
        #expect(limiting.attribution.map(\.component) == ["copy", "array", "dram"])
        #expect(zip(limiting.attribution.map(\.share), [0.45, 0.4, 0.15]).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test func aCopyEnginesWaitForOthersIsTheirs() throws {
        let limiting = try copying(waitsFor: "result")
        #expect(limiting.attribution.map(\.component) == ["other", "array"])
        #expect(limiting.attribution.map(\.share) == [0.6, 0.4])
    }

    @Test func foldingTellsWhatWasSimulated() throws {
        let folded = try Toy(tiles: 100_000).result()
        #expect(folded.folding.kind == .exact)
        #expect(folded.folding.iterations == 200_000)
        #expect(folded.folding.simulated < 200)
        #expect(folded.folding.loops.map(\.name) == ["tile"])
        #expect(folded.folding.loops[0].period == 12e-9)
        #expect(folded.latency.cycles[0].value == 9 + 12 * 100_000)
        let off = try Toy(isFolded: false).result()
        #expect(off.folding.kind == .off)
        #expect(off.folding.simulated == off.folding.iterations)
    }

    @Test func instancesAreSummedAndSpread() throws {
        var context = Toy().context
        context.components[0].family = "unit"
        context.components[1].family = "unit"
        let run = try Toy().run()
        let result = try RunResult(context, run.measurements, program: run.program)
        let json = result.json()
        let unit = try #require(json["components"]?["unit"])
        #expect(unit["instances"] == 2)
        #expect(unit["busy"] == ["sum": 1600, "min": 400, "mean": 800.0, "max": 1200])
        // The array has no port to a memory: an absent number is none.
        #expect(unit["stalls"]?["port memory"] == ["sum": 500, "min": 0, "mean": 250.0, "max": 500])
        #expect(json["components"]?["array"] == nil)
        #expect(json.metric("components.unit.busy") == 1600)
        let detail = result.json(detail: true)
        #expect(detail["components"]?["array"]?["busy"] == 1200)
        #expect(detail["components"]?["unit"]?["instances"] == 2)
    }

    @Test func metricsAreFoundByPath() {
        let json: JSONValue = [
            "latency": ["seconds": 2.0], "area": ["square_metres": 1.5],
            "memories": ["gpu.l2": ["achieved_fraction": 0.5], "gpu": ["read_bytes": 7]],
        ]
        #expect(json.metric("latency.seconds") == 2)
        #expect(json.metric("latency") == 2)
        #expect(json.metric("area") == 1.5)
        #expect(json.metric("memories.gpu.l2.achieved_fraction") == 0.5)
        #expect(json.metric("memories.gpu.read_bytes") == 7)
        #expect(json.metric("memories.gpu.written_bytes") == nil)
        #expect(json.metric("latency.second") == nil)
    }

    @Test func fingerprintsAreFNV1a() {
        // Test vectors of the algorithm's authors.
        #expect(Fingerprint().description == "cbf29ce484222325")
        #expect(Fingerprint(of: "a".utf8).description == "af63dc4c8601ec8c")
        #expect(Fingerprint(of: "foobar".utf8).description == "85944171f73967e8")
        var split = Fingerprint()
        split.add("ab")
        split.add("c")
        var other = Fingerprint()
        other.add("a")
        other.add("bc")
        #expect(split != other)
    }
}
