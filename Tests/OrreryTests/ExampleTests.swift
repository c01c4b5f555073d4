import Foundation
import Testing

/// The example program: it knows nothing but `import Orrery`, and it runs.
@Suite struct ExampleTests {
    @Test func importsOnlyTheLibrary() throws {
        let source = try String(
            contentsOf: Products.root.appending(path: "Examples/BandwidthSweep/BandwidthSweep.swift"), encoding: .utf8)
        let imports = source.split(separator: "\n").filter { $0.contains("import ") }
        #expect(imports == ["import Orrery"])
    }

    /// More bandwidth makes it faster until something else limits.
    @Test func showsWhereBandwidthEndsToMatter() throws {
        let outcome = try Products.run("BandwidthSweep", [])
        #expect(outcome.exitCode == 0)
        let rows = outcome.output.split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
        #expect(rows.count == 7)
        #expect(rows.first?.last == "dram" && rows.last?.last != "dram", "\(outcome.output)")
    }
}
