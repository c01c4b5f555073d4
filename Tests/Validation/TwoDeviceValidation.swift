import Foundation
import Orrery
import Testing

/// A matrix product over two devices that a link joins, from the files to the JSON result.
@Suite struct TwoDeviceValidation {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    /// Rows, columns of the result and of the reduction.
    private static let (m, n, k) = (512, 768, 1024)

    private static func result(_ overrides: [String: String] = [:], folds: Bool = true) throws -> JSONValue {
        var request = RunRequest(
            machine: "\(root)/HardwareSpecs/two-arrays.yaml", workload: "\(root)/Workloads/gemm.yaml",
            mapping: "\(root)/Workloads/mappings/gemm-two-arrays.yaml")
        let values = ["M": "\(m)", "N": "\(n)", "K": "\(k)"].merging(overrides) { $1 }
        request.overrides = values.sorted { $0.key < $1.key }.map { .init(path: $0.key, value: $0.value) }
        var options = RunOptions()
        options.folds = folds
        options.counterfactuals = 0
        return try Simulator.run(request, options: options).result.json()
    }

    private static func number(_ json: JSONValue, _ path: String) throws -> Double {
        try #require(json.metric(path), "there is no \(path)")
    }

    @Test func bothDevicesDoHalfOfTheWork() throws {
        let json = try Self.result()
        let (m, n, k) = (Self.m, Self.n, Self.k)
        #expect(try Self.number(json, "workload.operations.multiply-accumulate") == Double(m * n * k))
        for device in ["a", "b"] {
            let array = json["components"]?["array_\(device)"]
            #expect(array?["actions"]?["multiply-accumulate"]?.integer == m * n / 2 * k)
            #expect(try Self.number(json, "components.array_\(device).busy") > 0)
            // Each holds its half of the weights, reads them once for each row of tiles, and keeps its half of the result.
            let halves = 2 * k * n / 2 * (m / 128)
            let rows = device == "a" ? 2 * (2 * m * k) : 0
            #expect(try Self.number(json, "memories.dram_\(device).read_bytes") == Double(halves + rows))
            #expect(try Self.number(json, "memories.dram_\(device).written_bytes") == Double(2 * m * n / 2))
        }
        let utilisations = try ["a", "b"].map { try Self.number(json, "engines.array_\($0).utilisation") }
        #expect(utilisations[0] == utilisations[1])
    }

    @Test func theRowsOfTheFirstMatrixCrossTheLink() throws {
        let json = try Self.result()
        let bytes = 2 * Self.m * Self.k
        #expect(try Self.number(json, "links.link.written_bytes") == Double(bytes))
        #expect(try Self.number(json, "links.link.read_bytes") == 0)
        // On the wire a header of 16 B goes with every 256 B, and one comes back for every write, a chunk of 4 KiB or what is left of one.
        let wire = try #require(json["components"]?["link"]?["actions"])
        #expect(wire["forward"]?.integer == bytes + bytes / 256 * 16)
        #expect((wire["backward"]?.integer ?? 0) > 0)
    }

    @Test func everyActionHasAnEnergy() throws {
        let json = try Self.result()
        #expect(json["energy"]?["unpriced"]?.array?.count == 0)
        let wire = try #require(json["components"]?["link"]?["actions"])
        let bytes = Double((wire["forward"]?.integer ?? 0) + (wire["backward"]?.integer ?? 0))
        let link = try Self.number(json, "energy.by_component.link")
        #expect(abs(link / (bytes * 11.2e-12) - 1) < 1e-9)
        let sum = try #require(json["energy"]?["by_component"]?.object).compactMap(\.value.double).reduce(0, +)
        #expect(abs(sum / (try Self.number(json, "energy.joules")) - 1) < 1e-9)
        #expect(try Self.number(json, "area.square_metres") > 0)
    }

    @Test func foldedAndUnfoldedRunsGiveTheSameBytes() throws {
        func text(folds: Bool) throws -> String {
            let members = try Self.result(["M": "4Ki"], folds: folds).object ?? []
            return JSONValue.object(members.filter { $0.key != "folding" }).text(.pretty)
        }
        #expect(try text(folds: true) == text(folds: false))
    }

    @Test func aSlowerLinkTakesLonger() throws {
        func seconds(_ overrides: [String: String]) throws -> Double {
            try Self.number(Self.result(overrides), "latency.seconds")
        }
        let base = try seconds([:])
        let slow = try seconds(["link.bandwidth": "10 GB/s"])
        #expect(slow > base)
        // Then the link decides: its bytes, headers included, at 10 GB/s.
        let wire = Double(2 * Self.m * Self.k) * (1 + 16.0 / 256)
        #expect(slow > wire / 10e9 && slow < 1.5 * wire / 10e9 + base)
        #expect(try seconds(["link.bandwidth": "1 TB/s"]) <= base)
        let far = try seconds(["link.latency": "100 us"])
        #expect(far > base + 80e-6)
        #expect(try seconds(["link.latency": "100 ns"]) < base)
    }
}
