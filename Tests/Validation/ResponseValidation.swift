import Foundation
import Orrery
import Testing

/// Holds what the study `fusemax-responses` shows: how the cycles of a tile answer to one change, without folding, by the
/// units' timeline and by their named stalls.
@Suite struct ResponseValidation {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// A point of the study, run.
    private struct Response {
        var run: Simulator.Run
        var cycles: Int

        /// Begins of an operator's commands, in cycles.
        func begins(_ name: String) -> [Int] { spans(name).map { Int($0.from) } }

        func spans(_ name: String) -> [RunTimeline.Span] {
            guard let timeline = run.timeline, let id = timeline.operators.firstIndex(of: name) else { return [] }
            return timeline.spans.filter { $0.operatorID == id }
        }

        /// Cycles from tile 8 to tile 56 of the 64: whole passes over the eight query tiles, away from both ends.
        func steady(_ name: String = "SLN") -> Int {
            let begins = begins(name)
            return begins.count == 64 ? begins[56] - begins[8] : 0
        }

        /// Cycles in which a unit works on the tiles 8 to 56, from and to the begin of their first operator.
        func busy(_ lane: String, from name: String) -> Int {
            guard let timeline = run.timeline, let index = timeline.lanes.firstIndex(of: lane) else { return 0 }
            let begins = begins(name)
            let window = Int128(begins[8])..<Int128(begins[56])
            return timeline.spans.filter { $0.lane == index && window.contains($0.from) }.reduce(0) {
                $0 + Int($1.to - $1.from)
            }
        }

        func stall(_ engine: String, _ cause: String) -> Int {
            run.result.json().metric("components.\(engine).stalls.\(cause)").map(Int.init) ?? 0
        }
    }

    private static func run(_ label: String, _ more: [String: String] = [:]) throws -> Response {
        let diagnostics = Diagnostics()
        let study = try #require(Study.load(path: "\(root)/Studies/fusemax-responses.yaml", diagnostics: diagnostics))
        try diagnostics.throwIfErrors()
        let point = try #require(try study.points().first { $0.labels == [label] }, "no point \(label)")
        var request = try study.request(point)
        request.overrides += more.sorted { $0.key < $1.key }.map { .init(path: $0.key, value: $0.value) }
        var options = RunOptions()
        options.folds = false
        options.recordsTimeline = true
        let run = try Simulator.run(request, options: options)
        #expect(run.timeline?.dropped == 0)
        return Response(run: run, cycles: Int(run.timeline?.end ?? 0))
    }

    /// Query tiles a tile of keys serves, tiles in all, and cycles of a tile on the 1D array.
    private static let (queryTiles, tiles, tile) = (8, 64, 138)

    @Test func theReferenceTakesWhatTheClosedFormSays() throws {
        let reference = try Self.run("reference")
        #expect(reference.steady() == 48 * Self.tile)
        // F / M1 more a tile: the division, once for each query tile, on the 1D array.
        let divisions = reference.spans("AV").map { Int($0.to - $0.from) }
        #expect(divisions.count == Self.queryTiles && divisions.min() == 64)
        let (one, three) = (reference.cycles, try Self.run("reference", ["H": "3"]).cycles)
        let heads = 2 * Self.tiles * (Self.tile + 64 / 8)
        // Loads and stores of one head meet the operands of another at the banks now and then.
        #expect((heads...(heads + heads / 200)).contains(three - one))
    }

    @Test(arguments: [("lanes-128", 2), ("lanes-64", 4)])
    func aTileFollowsTheBusyTimeOfTheCriticalArray(label: String, factor: Int) throws {
        let response = try Self.run(label)
        let steady = response.steady("RM")
        // The 1D array is never idle: its commands fill the time, and all but the operations are conflicts of its ports.
        #expect(response.busy("array1d", from: "RM") == steady)
        let conflicts = steady - 48 * factor * Self.tile
        #expect((0...(steady / 100)).contains(conflicts))
        #expect(conflicts <= response.stall("array1d", "port operands"))
        #expect(response.busy("array2d", from: "RM") < steady * 3 / 4)
    }

    @Test func lookAheadHidesTheReduction() throws {
        let none = try Self.run("ahead-2-depth-2")
        #expect(none.steady() == 48 * 138)
        let part = try Self.run("ahead-1-depth-2")
        #expect(part.steady() == 48 * 197)
        let least = try Self.run("ahead-1-depth-1")
        #expect(least.steady() == 48 * 258)
        // What is not hidden is the wait for the local maximum, by name, cycle by cycle.
        #expect(none.stall("array1d", "LM ready") < 600)
        for (response, cycles) in [(part, 197), (least, 258)] {
            let waited = response.steady("RM") - response.busy("array1d", from: "RM")
            #expect(abs(waited - 48 * (cycles - Self.tile)) <= 2)
            #expect(response.stall("array1d", "LM ready") - none.stall("array1d", "LM ready") >= waited)
        }
    }

    @Test(arguments: [0, 64, 118, 180, 256, 400])
    func theExposedReductionIsWhatTheTilesDoNotCover(latency: Int) throws {
        func tileTime(_ label: String) throws -> Int {
            try Self.run(label, ["array2d.reduction.max.latency": "\(latency) cycles"]).steady()
        }
        // One buffer: LM, its way and RM follow each other. Two: two tiles in the time of one tile and the way.
        #expect(try tileTime("ahead-1-depth-1") == 48 * max(Self.tile, latency + 2))
        #expect(try tileTime("ahead-1-depth-2") == 48 * max(2 * Self.tile, Self.tile + latency) / 2)
    }

    @Test func fewerPortsAndBanksStallTheArrays() throws {
        for labels in [["reference", "ports-2", "ports-1"], ["reference", "banks-8", "banks-2", "ports-1-banks-2"]] {
            let responses = try labels.map { try Self.run($0) }
            for engine in ["array2d", "array1d"] {
                let stalls = responses.map { $0.stall(engine, "port operands") }
                #expect(stalls == stalls.sorted(), "\(engine) \(labels): \(stalls)")
                #expect(stalls[stalls.count - 1] > 50 * stalls[0])
            }
            let cycles = responses.map(\.cycles)
            #expect(cycles == cycles.sorted())
        }
        // One port moves a row a cycle: QK's two operands, V, and the reads and writes of the 1D array.
        let rows = 64 + 64 + 64 + 64 + 64 + 4
        #expect(try Self.run("ports-1").steady() >= 48 * rows)
    }

    @Test(arguments: [0, 1, 8, 32])
    func theLatencyOfTheScratchpadIsPaidInTheLoopBetweenTheArraysOrHidden(latency: Int) throws {
        let cycles = ["buffer.latency": "\(latency) cycles"]
        // RM reads the running maximum, then SLNV the values, then RNV takes their product: one after the other. All other reads
        // are asked for ahead. A token program with these hand-overs gives the same: 140, 154 and 202 cycles.
        let serial = try Self.run("buffer-latency-8", cycles).steady()
        #expect((0...10).contains(serial - 48 * (Self.tile + 2 * latency)))
        // With the running maximum a tile ahead on the 1D array too, the loop has a tile's time more.
        let ahead = try Self.run("buffer-latency-8-ahead", cycles).steady()
        #expect((48 * (Self.tile - 1)...48 * Self.tile).contains(ahead))
    }

    // MARK: Prefetch

    /// Cycles that a load of keys or values takes beyond its latency: 32 KiB at 400 GiB/s.
    private static let transfer = 72
    /// Cycles by which each further load is shorter than that: as measured with the machine's chunks of 1 KiB, none with 4 KiB.
    private static let overlap = 1

    @Test(arguments: [("100ns", 94), ("1us", 940)])
    func oneMoreBufferHidesALatencyThatATileCovers(latency: String, cycles: Int) throws {
        let exposed = try Self.run("\(latency)-depth-1")
        let hidden = try Self.run("\(latency)-depth-2")
        // Seven of the eight tiles of keys are waited for; the first is, with its queries, in any case.
        let waits = exposed.stall("array2d", "K ready") - hidden.stall("array2d", "K ready")
        #expect(waits == 7 * (cycles - Self.overlap))
        #expect(hidden.stall("array2d", "K ready") == Self.transfer)
        #expect(hidden.stall("array2d", "V ready") == 0)
        #expect(hidden.steady() == 48 * Self.tile)
    }

    @Test func tenMicrosecondsAreHiddenByAsManyBuffersAsCoverThem() throws {
        let latency = 9400
        let stalls = try [1, 2, 4, 8].map { try Self.run("10us-depth-\($0)").stall("array2d", "K ready") }
        #expect(stalls == stalls.sorted(by: >))
        #expect(stalls[0] == 7 * (latency - Self.overlap) + Self.transfer)
        #expect(stalls[3] == Self.transfer)
        // With everything asked for at the start the run is the reference's, later by the first load and the last store.
        let later = try Self.run("10us-depth-8").cycles - Self.run("reference").cycles
        #expect(abs(later - 2 * (latency - 94)) <= 10)
    }

    @Test func twoBuffersHideTenMicrosecondsWhereATileServesEnoughQueries() throws {
        let exposed = try Self.run("10us-32Ki-queries-depth-1")
        let hidden = try Self.run("10us-32Ki-queries-depth-2")
        #expect(exposed.stall("array2d", "K ready") == 7 * (9400 - Self.overlap) + Self.transfer)
        #expect(exposed.stall("array2d", "V ready") >= 7 * 9400 * 99 / 100)
        #expect(hidden.stall("array2d", "K ready") == Self.transfer)
        #expect(hidden.stall("array2d", "V ready") == 0)
    }

    // MARK: Edges and cost

    @Test func edgeTilesReconcile() throws {
        // A run whose accounts differ throws.
        let run = try Self.run("edge-tiles").run
        #expect(run.result.workload.operations.first == .init("multiply-accumulate", 2 * 1000 * 777 * 64))
    }

    @Test func eventsGrowLinearlyWithTiles() throws {
        let events = try [2048, 4096, 8192, 16384].map {
            try Self.run("reference", ["M": "\($0)"]).run.statistics.events
        }
        let increments = zip(events.dropFirst(), events).map { $0 - $1 }
        // 64, 128 and 256 tiles more.
        #expect(abs(increments[1] - 2 * increments[0]) * 100 <= increments[1])
        #expect(abs(increments[2] - 2 * increments[1]) * 100 <= increments[2])
    }
}
