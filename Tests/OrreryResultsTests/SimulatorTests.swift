import Foundation
import OrreryLowering
import OrreryText
import Synchronization
import Testing

@testable import OrreryResults

@Suite struct SimulatorTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func request(_ overrides: [String: String] = [:], workload: String = "attention-1pass") -> RunRequest {
        var values = ["B": "2", "H": "1", "M": "1Ki", "P": "512"]
        values.merge(overrides) { $1 }
        return RunRequest(
            machine: Self.root.appending(path: "HardwareSpecs/fusemax.yaml").path,
            workload: Self.root.appending(path: "Workloads/\(workload).yaml").path,
            overrides: values.sorted { $0.key < $1.key }.map { .init(path: $0.key, value: $0.value) })
    }

    private func problems(_ request: RunRequest) -> [String] {
        do {
            _ = try RunPlan(request)
            return []
        } catch let errors as InputErrors {
            return errors.diagnostics.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func aRunReconcilesWithTheWorkload() throws {
        let run = try Simulator.run(request())
        // QK and AV are 512 x 1024 x 64 multiply-accumulates each, twice for B.
        let expected = 2 * 2 * 512 * 1024 * 64
        #expect(run.result.workload.operations.first == .init("multiply-accumulate", expected))
        #expect(run.result.workload.homes == ["dram"])
        #expect(run.result.energy?.unpriced == [])
        #expect(run.result.inputs.overrides.map(\.path) == ["B", "H", "M", "P"])
        #expect(run.statistics.simulations == 1)
        #expect(run.timeline == nil)
        let paths = run.result.components.map(\.path)
        #expect(paths.starts(with: ["array2d"]) && paths.contains("dram") && Set(paths).count == paths.count)
    }

    @Test func foldedAndUnfoldedGiveTheSameNumbers() throws {
        func members(_ run: Simulator.Run) -> [JSONValue.Member] {
            (run.result.json(detail: true).object ?? []).filter { $0.key != "folding" }
        }
        var options = RunOptions()
        options.folds = false
        #expect(members(try Simulator.run(request(), options: options)) == members(try Simulator.run(request())))
    }

    @Test func runsAtTheSameTimeGiveTheSameBytes() async throws {
        let request = request()
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 { group.addTask { try Simulator.run(request).result.json().text() } }
            return try await group.reduce(into: [String]()) { $0.append($1) }
        }
        #expect(Set(texts).count == 1)
    }

    @Test func overridesReachTheirFiles() throws {
        let plain = try RunPlan(request())
        let changed = try RunPlan(request(["dram.bandwidth": "100 GB/s"]))
        #expect(plain.machine.parameter("dram.bandwidth") != changed.machine.parameter("dram.bandwidth"))
        #expect(plain.inputs.hash != changed.inputs.hash)
        #expect(plain.inputs.hash == (try RunPlan(request())).inputs.hash)
        #expect(plain.inputs.hash != (try RunPlan(request(["M": "2Ki"]))).inputs.hash)
        let slow = try Simulator.run(changed).result.latency.seconds
        #expect(slow > (try Simulator.run(plain)).result.latency.seconds)
    }

    @Test func everyProblemOfAllInputsIsListed() {
        var broken = request(["Mm": "4", "dram.bandwith": "4", "dram.latency": "4"])
        broken.mapping = "nowhere.yaml"
        let found = problems(broken)
        #expect(found.contains { $0.contains("there is no parameter 'Mm'") && $0.contains("did you mean 'M'?") })
        #expect(found.contains { $0.contains("did you mean 'bandwidth'?") })
        #expect(found.contains { $0.contains("dram.latency") && $0.contains("no unit") })
        broken.machine = "absent.yaml"
        broken.workload = Self.root.path
        let unread = problems(broken)
        #expect(unread.contains { $0.hasPrefix("absent.yaml:1:1: error: cannot open the file") })
        #expect(unread.contains { $0.contains("it is a folder") })
    }

    @Test func aMissingMappingIsAnError() {
        let found = problems(
            RunRequest(
                machine: Self.root.appending(path: "HardwareSpecs/scalesim.yaml").path,
                workload: Self.root.appending(path: "Workloads/attention-1pass.yaml").path))
        #expect(found.count == 1 && found[0].contains("no mapping of 'attention-1pass' for the machine"))
    }

    @Test func aRunStopsWhenItIsTold() throws {
        let seen = Mutex<RunProgress?>(nil)
        var options = RunOptions()
        options.folds = false
        options.shouldStop = { true }
        options.progress = { progress in seen.withLock { $0 = progress } }
        let error = #expect(throws: RunInterrupted.self) {
            _ = try Simulator.run(request(["M": "64Ki"]), options: options)
        }
        #expect(error?.progress == seen.withLock { $0 })
        #expect(error?.progress.seconds ?? 0 > 0)
        #expect(error?.description.hasPrefix("interrupted: run had reached ") ?? false)
    }

    @Test func relaxedComponentsAreRerun() throws {
        var options = RunOptions()
        options.counterfactuals = 3
        let run = try Simulator.run(request(["dram.bandwidth": "1 GB/s"]), options: options)
        #expect(run.result.limiting.component == "dram")
        let dram = try #require(run.result.limiting.counterfactuals.first)
        #expect(dram.component == "dram")
        #expect(dram.seconds < run.result.latency.seconds / 2)
        #expect(dram.overrides.map(\.path).contains("dram.bandwidth"))
        #expect(run.statistics.simulations == 1 + run.result.limiting.counterfactuals.count)
        // Reruns change nothing else.
        let plain = try Simulator.run(request(["dram.bandwidth": "1 GB/s"]))
        #expect(plain.result.latency == run.result.latency)
        #expect(plain.result.energy == run.result.energy)
    }

    @Test func aTimelineCoversTheWholeRun() throws {
        var options = RunOptions()
        options.recordsTimeline = true
        let run = try Simulator.run(request(), options: options)
        let timeline = try #require(run.timeline)
        let end = Double(timeline.end) * timeline.tick
        #expect(abs(end - run.result.latency.seconds) <= end.ulp)
        #expect(timeline.lanes.contains("array2d") && timeline.dropped == 0)
        #expect(Report(run.result, timeline: timeline).html.contains("<h2>Commands</h2>"))
    }

    /// Groups of a mapping that bring the same tensor have tokens of one name: they are one cause, and one key of the result.
    @Test func causesOfOneNameAreOne() throws {
        let result = try Simulator.run(
            machine: Self.root.appending(path: "HardwareSpecs/fusemax-llm.yaml").path,
            workload: Self.root.appending(path: "Workloads/rmsnorm.yaml").path,
            overrides: [.init(path: "T", value: "64")])
        for component in result.components {
            let names = component.time?.stalls.map(\.name) ?? []
            #expect(Set(names).count == names.count, "\(component.path)")
        }
        #expect(try JSONValue(parsing: result.json().text()) == result.json())
    }
}
