import Foundation
import OrreryText
import Testing

@testable import OrreryEinsum

/// Exact messages about what surrounds a cascade: overrides, phases, stages, files.
struct WorkloadErrorTests {
    @Test func stagesCantContainThemselvesNorOutgrowIntegers() throws {
        let folder = NSTemporaryDirectory() + "orrery-\(UInt64.random(in: 0 ... .max))/"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ name: String, _ text: String) throws {
            try text.write(toFile: folder + name, atomically: true, encoding: .utf8)
        }
        func report(_ name: String) -> [String] {
            let diagnostics = Diagnostics()
            _ = Workload.load(folder + name, diagnostics: diagnostics)
            return diagnostics.all.map { $0.description.replacingOccurrences(of: folder, with: "") }
        }
        try write("a.yaml", "workload: a\nstages: {x: {workload: b}}")
        try write("b.yaml", "workload: b\nstages: {y: {workload: ./c/../a.yaml}}")
        #expect(report("a.yaml") == ["b.yaml:2:24: error: stage 'y' is a workload that contains it"])
        try write("d.yaml", "workload: d\nextends: d.yaml")
        #expect(report("d.yaml") == ["d.yaml:2:10: error: more than 16 files extend each other"])
        try write("e.yaml", "workload: e\nstages: {x: {workload: \(workloads)gemm.yaml, repeat: 2^20}}")
        try write("f.yaml", "workload: f\nstages: {x: {workload: e, repeat: 2^20}}")
        #expect(report("e.yaml") == [])
        #expect(
            report("f.yaml") == [
                "f.yaml:2:10: error: stage 'x' brings the workload to more than 2^62 operations and bytes"
            ])
    }

    @Test func overridesPhasesAndStagesAreChecked() throws {
        let diagnostics = Diagnostics()
        #expect(
            Workload.load(workloads + "gemm.yaml", overrides: ["MM": Quantity(2)], diagnostics: diagnostics) == nil)
        #expect(
            diagnostics.all.map(\.description) == ["error: workload 'gemm' has no parameter 'MM'; did you mean 'M'?"])
        let phased = """
            workload: w
            parameters: {M: 4, G: 3}
            ranks: {m: M}
            tensors: {A: {ranks: [m], type: fp16}}
            cascade: ["Z[m] = A[m]"]
            phases:
              one: {steps: G, parameters: {M: 2 - i}}
              two: {step: 1, parameters: {N: 2}}
            """
        #expect(
            problems(phased) == [
                "w.yaml:8:9: error: unknown key 'step'; did you mean 'steps'?",
                "w.yaml:8:31: error: unknown parameter 'N'; expected M or G",
            ])
        let single = phased.split(separator: "\n").dropLast().joined(separator: "\n")
        #expect(
            problems(single) == [
                "w.yaml:3:12: error: in step 2 of phase 'one': the extent of rank 'm' is 0; expected 1 to 2^40"
            ])
        #expect(
            problems(single, ["M": 3]).first
                == "error: parameter 'M' is set by phase 'one'; set the parameters that the phase computes it from")
        #expect(
            problems("workload: w\nstages: {a: {workload: \(workloads)gemm.yaml, parameters: {MM: 1}, repeat: 0}}") == [
                "w.yaml:2:\(workloads.count + 64): error: the number of repetitions is 0; expected 1 to 2^20"
            ])
        #expect(
            problems("workload: w\nstages: {a: {workload: \(workloads)gemm.yaml, parameters: {MM: 1}}}") == [
                "w.yaml:2:\(workloads.count + 48): error: workload 'gemm' has no parameter 'MM'; did you mean 'M'?"
            ])
        #expect(
            problems("workload: w") == [
                "w.yaml:1:1: error: a workload has one of cascade, stages, traffic and trace, not none"
            ])
    }
}
