import Foundation
import Testing

/// The example program: it knows nothing but `import Orrery`, and it runs.
@Suite struct ExampleTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func importsOnlyTheLibrary() throws {
        let source = try String(
            contentsOf: Self.root.appending(path: "Examples/BandwidthSweep/BandwidthSweep.swift"), encoding: .utf8)
        let imports = source.split(separator: "\n").filter { $0.contains("import ") }
        #expect(imports == ["import Orrery"])
    }

    /// More bandwidth makes it faster until something else limits.
    @Test func showsWhereBandwidthEndsToMatter() throws {
        let process = Process()
        process.executableURL = try #require(Self.products).appending(path: "BandwidthSweep")
        process.currentDirectoryURL = Self.root
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let rows = output.split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
        #expect(rows.count == 7)
        #expect(rows.first?.last == "dram" && rows.last?.last != "dram", "\(output)")
    }

    /// The folder that the test bundle was built into.
    private static var products: URL? {
        let known = ["release", "debug"].map { root.appending(path: ".build/\($0)") }
        let own = Bundle.main.bundleURL
        return ([own, own.deletingLastPathComponent()] + known).first {
            FileManager.default.isExecutableFile(atPath: $0.appending(path: "BandwidthSweep").path)
        }
    }
}
