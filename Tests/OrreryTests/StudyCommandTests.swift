import Foundation
import Glibc
import Orrery
import Testing

/// `orrery study` as one types it: what is kept, what is run again, and what becomes of a run that is cut short.
@Suite(.serialized) struct StudyCommandTests {
    private static let base = """
        base:
          machine: \(Products.root.path)/HardwareSpecs/fusemax.yaml
          workload: \(Products.root.path)/Workloads/attention-1pass.yaml
        objectives: {latency.seconds: minimise}

        """
    /// 240 points of a few milliseconds each.
    private static let many = """
        study: many
        \(base)axes:
          M: {log2: [1Ki, 8Ki]}
          B: {range: [1, 10]}
          dram.bandwidth: {range: [100 GB/s, 600 GB/s], step: 100 GB/s}
        """
    /// 40 points of about a fortieth of a second and more each, 2 s in all; with `end`, another that runs for minutes.
    private static func slow(end: Bool = false) -> String {
        """
        study: slow
        \(base)axes:
          no_fold: ["true"]
          B: [\((Array(1...40) + (end ? [1_000_000] : [])).map(String.init).joined(separator: ", "))]
        """
    }
    /// A point that runs for minutes.
    private static let long = """
        study: long
        \(base)axes: {no_fold: ["true"], M: [1Mi]}
        """

    /// A folder of its own with a study in it.
    private struct Place {
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString)")
        var study: String { folder.appending(path: "study.yaml").path }
        var store: String { folder.appending(path: ".orrery/store.sqlite").path }

        init(_ text: String) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try text.write(toFile: study, atomically: true, encoding: .utf8)
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }

        func run(_ command: String, _ more: [String] = []) throws -> Products.Outcome {
            try Products.run("orrery", ["study", command, study] + more)
        }

        /// Number of points in the store.
        func count() throws -> Int {
            FileManager.default.fileExists(atPath: store) ? try ResultStore(path: store, isMade: false).count() : 0
        }

        /// The numbers of the store, to be compared.
        func results() throws -> [String] {
            try ResultStore(path: store, isMade: false).points(ofStudy: nil).map { "\($0.inputs) \($0.outcome)" }
                .sorted()
        }
    }

    @Test func aPointIsRunOnce() throws {
        let place = try Place(
            Self.many.replacing("[1Ki, 8Ki]", with: "[1Ki, 2Ki]").replacing("[1, 10]", with: "[1, 2]"))
        defer { place.remove() }
        let plan = try place.run("plan")
        #expect(plan.exitCode == 0 && plan.errors.contains("24 to run: no earlier run tells how long that takes"))
        let first = try place.run("run", ["--quiet", "--output", place.folder.path])
        #expect(first.exitCode == 0, "\(first.errors)")
        #expect(try place.count() == 24)
        let json = try Data(contentsOf: place.folder.appending(path: "many.json"))
        let again = try place.run("run", ["--quiet", "--output", place.folder.path])
        #expect(again.exitCode == 0 && again.errors.contains("24 from the store"))
        #expect(try Data(contentsOf: place.folder.appending(path: "many.json")) == json)
        #expect(try place.run("plan").errors.contains("24 are in the store, nothing is left to run"))
        // Another study with the same points and one more value.
        try Self.many.replacing("study: many", with: "study: other").replacing("[1Ki, 8Ki]", with: "[1Ki, 4Ki]")
            .replacing("[1, 10]", with: "[1, 2]").write(toFile: place.study, atomically: true, encoding: .utf8)
        #expect(try place.run("plan").errors.contains("24 are in the store, 12 to run, about"))
        let other = try place.run("run", ["--quiet", "--progress", "json"])
        #expect(other.errors.contains("24 from the store"))
        let last = try #require(other.errors.split(separator: "\n").last { $0.hasPrefix("{") })
        let event = try JSONValue(parsing: String(last))
        #expect(event["done"]?.integer == 36 && event["cached"]?.integer == 24 && event["failed"]?.integer == 0)
        #expect(try place.run("reproduce").errors.contains("36 of 36 points came out the same"))
    }

    @Test func killedAndRunAgainNothingIsLostOrRunTwice() throws {
        // It cannot come to its end before it is killed.
        let place = try Place(Self.slow(end: true))
        defer { place.remove() }
        var counts: [Int] = []
        for _ in 0..<3 {
            let before = try place.count()
            let process = try Products.start("orrery", ["study", "run", place.study, "--quiet", "--jobs", "2"])
            try Self.wait { try place.count() >= min(before + 5, 40) || !process.isRunning }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            counts.append(try place.count())
        }
        #expect(counts[0] >= 5 && counts[0] <= counts[1] && counts[1] <= counts[2] && counts[2] <= 40, "\(counts)")
        try Self.slow().write(toFile: place.study, atomically: true, encoding: .utf8)
        let rest = try place.run("run", ["--quiet"])
        #expect(rest.exitCode == 0 && rest.errors.contains("\(counts[2]) from the store"), "\(rest.errors)")
        #expect(try place.count() == 40)
        let whole = try Place(Self.slow())
        defer { whole.remove() }
        #expect(try whole.run("run", ["--quiet"]).exitCode == 0)
        #expect(try whole.results() == place.results())
    }

    @Test func controlCFinishesWhatIsInFlight() throws {
        let place = try Place(Self.slow())
        defer { place.remove() }
        let process = try Products.start("orrery", ["study", "run", place.study, "--quiet", "--jobs", "1"])
        try Self.wait { try place.count() >= 3 || !process.isRunning }
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 130)
        let done = try place.count()
        #expect(done >= 3 && done < 40)
        let rest = try place.run("run", ["--quiet"])
        #expect(rest.exitCode == 0 && rest.errors.contains("\(done) from the store"))
    }

    @Test func twoProcessesShareTheWork() throws {
        let place = try Place(Self.many)
        defer { place.remove() }
        let other = try Products.start("orrery", ["study", "run", place.study, "--quiet", "--jobs", "1"])
        let own = try place.run("run", ["--quiet", "--jobs", "1", "--progress", "json"])
        other.waitUntilExit()
        #expect(own.exitCode == 0 && other.terminationStatus == 0, "\(own.errors)")
        #expect(try place.count() == 240)
        // A point that is run twice is recorded anew, behind all others.
        let store = try ResultStore(path: place.store, isMade: false)
        #expect(try store.points(ofStudy: "many").count == 240)
        let runs = Dictionary(grouping: try store.points(ofStudy: "many"), by: \.run).mapValues(\.count)
        let cached = own.errors.split(separator: "\n").last { $0.contains("from the store") }
        let found = cached.flatMap { line in line.split(separator: " ").compactMap { Int($0) }.dropFirst().first } ?? 0
        #expect(runs.values.contains(240 - found) || runs.count == 1, "\(runs) \(own.errors)")
    }

    @Test func aWorkerThatDiesCostsItsPoint() throws {
        let place = try Place(Self.long)
        defer { place.remove() }
        let process = try Products.start("orrery", ["study", "run", place.study, "--quiet", "--jobs", "1"])
        let worker = try #require(Self.child(of: process.processIdentifier))
        // Its start takes less than that: it is at its point.
        try Self.wait { Self.ticks(of: worker) > 50 || !process.isRunning }
        kill(worker, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationStatus == 3)
        let stored = try #require(try ResultStore(path: place.store, isMade: false).points(ofStudy: "long").first)
        guard case .failure(let message, .crash, 3) = stored.outcome else {
            Issue.record("\(stored.outcome)")
            return
        }
        #expect(message.contains("signal 9"))
        // It is a result: it is not run again unless one asks for it.
        let again = try place.run("run", ["--quiet"])
        #expect(again.exitCode == 3 && again.errors.contains("signal 9"))
    }

    @Test(arguments: [
        ("--time-limit", "0.3 s", "it ran longer than a point may"), ("--memory-limit", "1 MiB", "bytes of memory"),
    ])
    func limitsEndAPoint(option: String, value: String, message: String) throws {
        let place = try Place(Self.long)
        defer { place.remove() }
        let outcome = try place.run("run", ["--quiet", option, value])
        #expect(outcome.exitCode == 3 && outcome.errors.contains(message), "\(outcome.errors)")
        #expect(try place.count() == 1)
    }

    @Test func resultsOfOtherVersionsAreTakenWhenAskedForAndMarked() throws {
        let place = try Place("study: old\n\(Self.base)axes: {M: [1Ki]}")
        defer { place.remove() }
        #expect(try place.run("run", ["--quiet"]).exitCode == 0)
        let own = try #require(try ResultStore(path: place.store, isMade: false).points(ofStudy: "old").first)
        let record = PointRecord(
            inputs: own.inputs, simulator: "an-older-one", outcome: own.outcome, seconds: 1, work: own.work, files: [])
        let path = place.folder.appending(path: "older.sqlite").path
        try ResultStore(path: path).record([record], run: "r", study: "old")
        let arguments = ["--store", path, "--output", place.folder.path, "--quiet"]
        let reused = try place.run("run", arguments + ["--reuse-across-versions"])
        #expect(reused.exitCode == 0 && reused.errors.contains("1 of other versions of the simulator (an-older-one)"))
        let json = try JSONValue(parsing: Array(Data(contentsOf: place.folder.appending(path: "old.json"))))
        #expect(json["points"]?[0]?["simulator"] == .string("an-older-one"))
        let own2 = try place.run("run", arguments)
        #expect(own2.exitCode == 0 && !own2.errors.contains("from the store"), "\(own2.errors)")
    }

    @Test func failuresAreRunAgainWhenAskedFor() throws {
        let place = try Place("study: fails\n\(Self.base)axes: {buffer.capacity: [16 MiB, 64 KiB]}")
        defer { place.remove() }
        for (arguments, cached) in [(["--quiet"], nil), (["--quiet"], 2), (["--quiet", "--retry-failed"], 1)] {
            let outcome = try place.run("run", arguments)
            #expect(outcome.exitCode == 4 && outcome.errors.contains("1 of 2 points failed"), "\(outcome.errors)")
            #expect(
                outcome.errors.contains(cached.map { "\($0) from the store" } ?? "2 points in"), "\(outcome.errors)")
        }
        let stored = try ResultStore(path: place.store, isMade: false).points(ofStudy: "fails")
        #expect(stored.contains { if case .failure(_, .capacity, 5) = $0.outcome { true } else { false } })
    }

    @Test func aSearchKeepsToItsBudget() throws {
        let place = try Place(Self.many)
        defer { place.remove() }
        let first = try place.run("search", ["--points", "10", "--seed", "3"])
        #expect(first.exitCode == 0 && first.output.hasPrefix("latency.seconds "), "\(first.errors)")
        #expect(first.errors.contains("10 of 240 points, 10 feasible, 0 failed"))
        #expect(try place.run("search", ["--points", "10", "--seed", "3"]).output == first.output)
        #expect(try place.count() == 10)
        // A list of points, as a Slurm task has it.
        let plan = try place.run("plan", ["--identities"]).output.split(separator: "\n")
        let list = place.folder.appending(path: "points.txt").path
        try plan.prefix(3).joined(separator: "\n").write(toFile: list, atomically: true, encoding: .utf8)
        let some = try place.run("run", ["--quiet", "--points", list])
        #expect(some.exitCode == 0 && some.errors.contains("3 points in"), "\(some.errors)")
        try "nonsense".write(toFile: list, atomically: true, encoding: .utf8)
        #expect(try place.run("run", ["--points", list]).exitCode == 2)
    }

    @Test func shardsAreCollected() throws {
        let place = try Place(
            Self.many.replacing("[1Ki, 8Ki]", with: "[1Ki, 2Ki]").replacing("[1, 10]", with: "[1, 3]"))
        defer { place.remove() }
        let stores = (0..<3).map { place.folder.appending(path: "\($0).sqlite").path }
        for (index, store) in stores.enumerated() {
            let outcome = try place.run("run", ["--quiet", "--shard", "\(index)/3", "--store", store])
            #expect(outcome.exitCode == 0 && outcome.errors.contains("12 points"), "\(outcome.errors)")
        }
        let collected = try place.run("collect", stores)
        #expect(collected.errors.contains("36 new points from 3 stores; 36 of 36 points of many are there"))
        #expect(try place.run("run", ["--quiet"]).errors.contains("36 from the store"))
        #expect(try place.run("run", ["--shard", "3/3"]).exitCode == 2)
    }

    @Test func aFullDiskLosesNothing() throws {
        let place = try Place(Self.many)
        defer { place.remove() }
        // No file may become longer than 400 KiB, which some tens of results do.
        let command = "ulimit -f 400; exec \(try Products.url("orrery").path) study run \(place.study) --quiet --jobs 1"
        let full = try Products.run(URL(filePath: "/bin/bash"), ["-c", command])
        #expect(
            full.exitCode == 4 && full.errors.contains("what was recorded before is kept"),
            "\(full.exitCode) \(full.errors)")
        let kept = try place.count()
        #expect(kept > 0 && kept < 240)
        let rest = try place.run("run", ["--quiet"])
        #expect(rest.exitCode == 0 && rest.errors.contains("\(kept) from the store"), "\(rest.errors)")
    }

    @Test func whatIsWrongWithAStoreIsToldBeforeAnythingRuns() throws {
        let place = try Place(Self.many)
        defer { place.remove() }
        let file = place.folder.appending(path: "text.sqlite").path
        try String(repeating: "no database ", count: 100).write(toFile: file, atomically: true, encoding: .utf8)
        let broken = try place.run("run", ["--store", file])
        #expect(broken.exitCode == 2 && broken.errors.contains("this is no store of results"))
        for special in ["/dev/null", place.folder.path] {
            let outcome = try place.run("run", ["--store", special])
            #expect(outcome.exitCode == 2 && outcome.errors.contains("this is no file for a store"))
        }
        let unwritable = try place.run("run", ["--store", "/proc/orrery/s.sqlite"])
        #expect(unwritable.exitCode == 2 && unwritable.errors.contains("--store"))
        let missing = try place.run("reproduce", ["--store", place.folder.appending(path: "none.sqlite").path])
        #expect(missing.exitCode == 2 && missing.errors.contains("there is no store"))
    }

    /// Every problem of every file that a study names, and of what its points set in them.
    @Test func checkLooksIntoTheFilesOfAStudy() throws {
        let place = try Place(
            """
            study: broken
            base: {machine: machine.yaml, workload: \(Products.root.path)/Workloads/gemm.yaml, mapping: mapping.yaml}
            axes:
              size: {path: M, values: [64, 128]}
              machine: {values: {own: {array2d.rows: 16}, other: {machine: absent.yaml}}}
            """)
        defer { place.remove() }
        func write(_ name: String, _ text: String) throws {
            try text.write(to: place.folder.appending(path: name), atomically: true, encoding: .utf8)
        }
        func check() throws -> Products.Outcome { try Products.run("orrery", ["check", place.study]) }
        try write("machine.yaml", "extends: \(Products.root.path)/HardwareSpecs/fusemax.yaml\nmachine: m\nclock: 3\n")
        try write("mapping.yaml", "mapping: m\nfor: {cascade: gemm}\nlops: [m]\n")
        let files = try check()
        #expect(files.exitCode == 2)
        for expected in [
            "machine.yaml:3:1: error: unknown key 'clock'", "mapping.yaml:3:1: error: unknown key 'lops'",
            "study.yaml:5:64: error: machine: '",
        ] { #expect(files.errors.contains(expected), "\(files.errors)") }
        try write("machine.yaml", "extends: \(Products.root.path)/HardwareSpecs/fusemax.yaml\nmachine: m\n")
        try write(
            "mapping.yaml",
            "mapping: m\nfor: {cascade: gemm}\nloops: [m, nn]\nbind: {array2d: [Zed]}\ndepth: {B: 2}\nplace: {A: dram}\n"
        )
        try write("absent.yaml", "extends: machine.yaml\nmachine: n\n")
        try Data(
            try String(contentsOfFile: place.study, encoding: .utf8)
                .replacing("array2d.rows: 16", with: "array2d.rows: 0, dram.bandwith: 1 GB/s").utf8
        ).write(to: URL(filePath: place.study))
        let points = try check()
        #expect(points.exitCode == 2)
        for expected in [
            "'bandwith'", "array2d.rows: 0 is out of range", "'B'",
            "mapping.yaml:3:12: error: loops: there is no rank 'nn'; did you mean 'n'?",
            "mapping.yaml:4:18: error: bind.array2d: the cascade 'gemm' has no Einsum 'Zed'",
        ] {
            #expect(points.errors.contains(expected), "\(points.errors)")
        }
        let shipped = try Products.run("orrery", ["check", "\(Products.root.path)/Studies/fusemax.yaml"])
        #expect(shipped.exitCode == 0, "\(shipped.errors)")
    }

    @Test func anOptimiserIsAnswered() throws {
        let place = try Place(Self.many + "\nwhere: [M <= 4Ki, latency.seconds < 0.1 ms]\n")
        defer { place.remove() }
        let questions = """
            {"id": 1, "at": {"M": "2Ki", "B": 1, "dram.bandwidth": "250 GB/s"}}
            {"id": 2, "at": {"M": 1024, "B": 1}}
            {"id": 3, "at": {"M": "8Ki"}}
            {"id": 4, "at": {"N": 1}}
            nonsense
            {"id": 6, "at": {"M": "2Ki", "B": 1, "dram.bandwidth": "250 GB/s"}}
            {"id": 7, "set": {"array2d.rows": -1}}
            {"id": 8, "at": ["2Ki"]}
            """
        let outcome = try Products.run("orrery", ["evaluate", place.study, "--jobs", "1"], input: questions)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        var answers: [Int: JSONValue] = [:]
        for line in outcome.output.split(separator: "\n") {
            let json = try JSONValue(parsing: String(line))
            answers[json["id"]?.integer ?? 0] = json
        }
        #expect(answers[1]?["objectives"]?["latency.seconds"]?.double ?? 0 > 0)
        #expect(answers[1]?["objectives"] == answers[6]?["objectives"])
        #expect(answers[2]?["feasible"] == .bool(true))
        // An axis that is not named has its first value, and that is told.
        #expect(answers[1]?["assumed"] == nil && answers[2]?["assumed"] == ["dram.bandwidth": "100 GB/s"])
        #expect(answers[8]?["error"]?.string?.contains("'at' is no JSON object") == true)
        #expect(answers[3]?["violations"]?[0] == .string("M <= 4Ki") && answers[3]?["objectives"] == nil)
        #expect(answers[4]?["error"]?.string?.contains("the study has no axis 'N'") == true)
        #expect(answers[0]?["exit_code"]?.integer == 2)
        #expect(answers[7]?["error_class"]?.string == "input")
        let about = try Products.run("orrery", ["evaluate", place.study, "--describe"])
        #expect(try JSONValue(parsing: about.output)["objectives"]?["latency.seconds"]?.string == "minimise")
    }

    /// A condition or an objective without a value is no infeasible point.
    @Test(arguments: [
        "where: [latency.seconds / (M - 2Ki) < 1]", "metrics: {slope: latency.seconds / (M - 2Ki)}",
    ])
    func anOptimiserIsToldOfWhatHasNoValue(text: String) throws {
        let objective = text.hasPrefix("metrics") ? "slope" : "latency.seconds"
        let place = try Place(Self.many.replacing("latency.seconds: min", with: "\(objective): min") + "\n\(text)\n")
        defer { place.remove() }
        let questions = """
            {"id": 1, "at": {"M": "1Ki", "B": 1, "dram.bandwidth": "100 GB/s"}}
            {"id": 2, "at": {"M": "2Ki", "B": 1, "dram.bandwidth": "100 GB/s"}}
            """
        let outcome = try Products.run("orrery", ["evaluate", place.study, "--jobs", "1"], input: questions)
        let answers = try outcome.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        try #require(answers.count == 2, "\(outcome.errors)")
        #expect(answers[0]["feasible"] == .bool(true) && answers[0]["objectives"]?[objective]?.double != nil)
        #expect(answers[1]["id"]?.integer == 2 && answers[1]["exit_code"]?.integer == 2)
        #expect(answers[1]["error"]?.string?.contains("division by zero") == true, "\(answers[1])")
    }

    /// Waits until something is so, half a minute at most.
    private static func wait(until isSo: () throws -> Bool) throws {
        let limit = ContinuousClock.now + .seconds(30)
        while try !isSo(), ContinuousClock.now < limit { usleep(5_000) }
    }

    /// Hundredths of a second that a process has computed.
    private static func ticks(of process: Int32) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        return text.split(separator: " ").dropFirst(13).first.flatMap { Int($0) } ?? 0
    }

    /// The first child of a process, once it has one.
    private static func child(of process: Int32) -> Int32? {
        for _ in 0..<200 {
            let text = (try? String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)) ?? ""
            if let first = text.split(separator: " ").first.flatMap({ Int32($0) }) { return first }
            usleep(10_000)
        }
        return nil
    }
}
