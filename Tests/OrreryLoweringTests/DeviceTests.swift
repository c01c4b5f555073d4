import OrreryText
import Testing

@testable import OrreryLowering

/// A product over two devices that a link joins.
@Suite struct DeviceTests {
    @Test(arguments: [1024, 1000])
    func eachDeviceComputesItsHalf(columns: Int) throws {
        let (m, k) = (1024, 1024)
        let run = try Run("gemm", ["M": m, "N": columns, "K": k], "gemm-two-arrays", machine("two-arrays"))
        let halves = [512, columns - 512]
        for (place, device) in ["a", "b"].enumerated() {
            #expect(run.total("array_\(device)", "multiply-accumulate") == m * k * halves[place])
            #expect(run.counts["dram_\(device):bytes/read/load W[n2=\(place)]"] == 2 * k * halves[place] * m / 128)
            #expect(run.total("dram_\(device):bytes", "written") == 2 * m * halves[place])
        }
        // The rows of A cross the link once.
        #expect(run.total("link:bytes", "written") == 2 * m * k)
        #expect(run.lowered.graph.nodes.contains { $0.name == "load A[n2=1]" && $0.copiedBytes == 2 * m * k })
        // Each device holds its own slice of the weights.
        let slices = run.lowered.plan.areas.filter { $0.tensor == "W" && $0.purpose == .whole }
        #expect(slices.map(\.memory) == ["dram_a", "dram_b"])
        #expect(slices.allSatisfy { $0.bytes == 2 * k * 512 })
    }

    @Test func meaningsMustMatchTheParts() throws {
        let text = """
            mapping: wrong
            partition: {n: [2, 4, 128]}
            split: {n2: {array: [array_a]}}
            loops: [n1]
            bind: {array: [Z]}
            place: {A: dram_a, W: dram_a, Z: dram_a}
            """
        let error = try #require(throws: InputErrors.self) { try lower(text, workload("gemm"), machine("two-arrays")) }
        #expect(
            error.diagnostics.first?.description
                == "m.yaml:3:14: error: split.n2: 'array' has 1 meanings for the 2 parts of 'n2'")
    }
}
