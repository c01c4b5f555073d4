import Foundation
import OrreryLowering
import OrrerySimulation
import OrreryText
import Testing

@testable import OrreryResults

/// A program that is saved and read back is the same program, and runs to the same bytes.
@Suite struct SavedProgramTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A shipped workload on a machine, with a mapping or its own, small.
    struct Pair: CustomTestStringConvertible {
        var machine: String
        var workload: String
        var mapping: String?
        var sizes: [String: String]

        var testDescription: String { "\(machine), \(workload), \(mapping ?? "its own mapping")" }

        var request: RunRequest {
            RunRequest(
                machine: root.appending(path: "HardwareSpecs/\(machine).yaml").path,
                workload: root.appending(path: "Workloads/\(workload).yaml").path,
                mapping: mapping.map { root.appending(path: "Workloads/mappings/\($0).yaml").path },
                overrides: sizes.sorted { $0.key < $1.key }.map { .init(path: $0.key, value: $0.value) })
        }
    }

    static let attention = ["B": "2", "H": "2", "M": "1000", "P": "777"]
    static let gemm = ["M": "300", "N": "200", "K": "100"]
    static let pairs: [Pair] =
        ["fusemax-architecture", "fusemax-architecture-plain", "flat-cascade", "flat-cascade-plain", nil]
        .map { Pair(machine: "fusemax", workload: "attention-1pass", mapping: $0, sizes: attention) }
        + ["flat", "flat-plain", "unfused", "unfused-plain"].map {
            Pair(machine: "flat", workload: "attention-3pass", mapping: $0, sizes: attention)
        }
        + ["weight", "output", "input"].flatMap { kind in
            [
                Pair(machine: "scalesim", workload: "gemm", mapping: "gemm-\(kind)-resident", sizes: gemm),
                Pair(machine: "flat", workload: "gemm", mapping: "gemm-\(kind)-stationary", sizes: gemm),
            ]
        }
        + [
            Pair(machine: "fusemax", workload: "gemm", mapping: "gemm-blocked", sizes: gemm),
            Pair(
                machine: "two-arrays", workload: "gemm", mapping: "gemm-two-arrays",
                sizes: ["M": "1Ki", "N": "512", "K": "256"]),
            Pair(machine: "stonne", workload: "gemm", mapping: "gemm-output-resident", sizes: gemm),
            Pair(
                machine: "fusemax", workload: "attention-gqa", mapping: "fusemax-binding-gqa",
                sizes: ["PROMPT": "512", "GENERATED": "2"]),
        ]

    @Test(arguments: pairs)
    func readsBackAndRunsAgain(_ pair: Pair) throws {
        let plan = try RunPlan(pair.request)
        let diagnostics = Diagnostics()
        let path = NSTemporaryDirectory() + "orrery-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let text = plan.program.text
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let read = SavedProgram.load(path: path, diagnostics: diagnostics)
        #expect(diagnostics.all.isEmpty)
        #expect(read == plan.program)
        #expect(read?.text == text)
        var request = pair.request
        request.workload = path
        request.mapping = nil
        request.overrides = []
        #expect(ProgramRun.isProgram(path) && !ProgramRun.isProgram(pair.request.workload))
        func bytes(_ run: Simulator.Run) -> String {
            var result = run.result
            (result.inputs.files, result.inputs.overrides, result.inputs.hash) = ([], [], Fingerprint())
            return result.json(detail: true).text()
        }
        let again = bytes(try Simulator.run(request))
        #expect(again == bytes(try Simulator.run(plan)))
    }

    /// Changes of single numbers and words give problems with their place or a run that ends, and nothing else.
    @Test func damagedProgramsAreRefusedOrRun() throws {
        let pair = Pair(
            machine: "fusemax", workload: "attention-1pass", mapping: nil,
            sizes: ["B": "1", "H": "1", "M": "1000", "P": "512"])
        let text = try RunPlan(pair.request).program.text
        let path = NSTemporaryDirectory() + "orrery-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var state: UInt64 = 7
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var refused = 0
        let numbers = text.ranges(of: /-?[0-9]+/)
        for _ in 0..<100 {
            let values = ["0", "-1", "1", "7", "1000000", "4611686018427387904", "99999999999999999999", "x"]
            var damaged = text
            damaged.replaceSubrange(numbers[random(numbers.count)], with: values[random(values.count)])
            try damaged.write(toFile: path, atomically: true, encoding: .utf8)
            do {
                var options = RunOptions()
                let end = ContinuousClock.now + .milliseconds(50)
                options.shouldStop = { ContinuousClock.now > end }
                _ = try Simulator.run(ProgramRun(machine: pair.request.machine, program: path), options: options)
            } catch let errors as InputErrors {
                refused += 1
                #expect(errors.diagnostics.allSatisfy { $0.mark != nil })
            } catch is Deadlock {
            } catch is ReconciliationError {
            } catch is RunInterrupted {
            }
        }
        #expect(refused > 15)
    }

    @Test func everyProblemHasItsPlace() throws {
        let pair = Pair(machine: "flat", workload: "attention-3pass", mapping: "unfused", sizes: Self.attention)
        var lines = try RunPlan(pair.request).program.text.split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        let command = try #require(lines.firstIndex { $0.contains("- {run: ") })
        lines[command] = lines[command].replacing("{run: ", with: "{runn: 3, run: ").replacing(
            "port: 0", with: "port: 9")
        let loop = try #require(lines.firstIndex { $0.contains("- loop: ") })
        lines[loop] = lines[loop].replacing(/loop: .*/, with: "loop: never")
        let diagnostics = Diagnostics()
        #expect(SavedProgram.parse(lines.joined(separator: "\n"), file: "p.yaml", diagnostics: diagnostics) == nil)
        let found = diagnostics.all.map(\.description)
        #expect(found.contains { $0.hasPrefix("p.yaml:\(command + 1):") && $0.contains("did you mean 'run'?") })
        #expect(found.contains { $0.hasPrefix("p.yaml:\(loop + 1):") && $0.contains("the program has no loop 'never") })
    }
}
