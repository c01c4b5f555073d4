import Foundation
import OrreryEinsum
import OrreryMachine
import OrrerySimulation
import OrreryText
import Testing

@testable import OrreryLowering

/// The root of the package.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

/// A machine of `HardwareSpecs/` with changes: overrides by path, and four copy engines where asked for. Its energy and
/// area are left out, so that buffers outside the tables' range can be had.
func machine(
    _ name: String, _ overrides: [String: String] = [:], copyEngines: Int = 1, diagnostics: Diagnostics = Diagnostics()
) throws -> Machine {
    var text = "machine: test\nextends: \(root)/HardwareSpecs/\(name).yaml\nenergy: null\narea: null\n"
    if copyEngines > 1 {
        text += """
            components: {dma: {count: \(copyEngines), burst: 1 KiB, outstanding: 48}}
            connect: [[array2d.operands, buffer], [array1d.operands, buffer], ["dma[*].memory", dram], ["dma[*].buffer", buffer]]

            """
    }
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("machine-\(UUID().uuidString).yaml").path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let given = overrides.sorted { $0.key < $1.key }.map { Override(path: $0.key, text: $0.value) }
    let machine = Machine.load(path: path, overrides: given, diagnostics: diagnostics)
    return try #require(machine, "\(diagnostics.all)")
}

/// Overrides that make the buffer as fast as anybody asks.
let idealBuffer = ["buffer.ports": "64", "buffer.bank_cycle": "0 cycles"]

func workload(_ name: String, _ parameters: [String: Int] = [:]) throws -> Workload {
    let diagnostics = Diagnostics()
    let workload = Workload.load(
        "\(root)/Workloads/\(name).yaml", overrides: parameters.mapValues { Quantity($0) }, diagnostics: diagnostics)
    return try #require(workload, "\(diagnostics.all)")
}

func mapping(_ name: String) throws -> Mapping {
    let diagnostics = Diagnostics()
    let mapping = Mapping.load("\(root)/Workloads/mappings/\(name).yaml", diagnostics: diagnostics)
    return try #require(mapping, "\(diagnostics.all)")
}

/// A finished run and its counts.
struct Run {
    var lowered: Lowered
    var kernels: [Kernel]

    init(_ workload: Workload, _ mapping: Mapping, _ machine: Machine, folds: Bool = true) throws {
        lowered = try Lowering.lower(workload: workload, mapping: mapping, machine: machine, diagnostics: Diagnostics())
        let assembly = try machine.instantiate()
        let simulation = try Simulation(
            clocks: assembly.clocks, components: assembly.components, program: lowered.program, folds: folds)
        kernels = simulation.kernels
        if case .deadlock(let deadlock) = simulation.run() { throw deadlock }
    }

    init(
        _ workloadName: String, _ parameters: [String: Int], _ mappingName: String, _ machine: Machine,
        folds: Bool = true
    ) throws {
        try self.init(workload(workloadName, parameters), mapping(mappingName), machine, folds: folds)
    }

    var cycles: Int { kernels.map { $0.now(clock: 0) }.max() ?? 0 }

    /// Every counter, by its name.
    var counts: [String: Int] {
        var result: [String: Int] = [:]
        for kernel in kernels {
            for block in kernel.ledger.blocks where block.component != "program:loops" {
                for (place, name) in block.names.enumerated() {
                    for column in 0..<block.width {
                        let label = block.width > 1 ? kernel.ledger.operators[column] : ""
                        result["\(block.component)/\(name)/\(label)", default: 0] +=
                            kernel.ledger[block.base + place * block.width + column]
                    }
                }
            }
        }
        return result
    }

    /// The sum over operators of what a component counts under a name.
    func total(_ component: String, _ name: String) -> Int {
        counts.reduce(0) { $1.key.hasPrefix("\(component)/\(name)/") ? $0 + $1.value : $0 }
    }

    var traffic: Int { total("dram:bytes", "read") + total("dram:bytes", "written") }

    func utilisation(_ engine: String) -> Double { Double(total(engine, "busy")) / Double(cycles) }
}

/// What a mapping text for a workload on a machine is told; errors are thrown as they are.
func lower(_ text: String, _ workload: Workload, _ machine: Machine) throws -> Lowered {
    let diagnostics = Diagnostics()
    guard let mapping = Mapping.parse(text, file: "m.yaml", diagnostics: diagnostics) else {
        throw InputErrors(diagnostics: diagnostics.all)
    }
    return try Lowering.lower(workload: workload, mapping: mapping, machine: machine, diagnostics: diagnostics)
}
