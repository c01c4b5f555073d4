import Foundation
import OrreryText
import SimulationTestSupport
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

let dramParts =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/HardwareSpecs/parts/dram"

/// A part as a file in memory would describe it, beside the shipped ones.
func dramPart<Value>(
    _ text: String, quiet: Bool = false, _ read: (Node, String, Diagnostics) -> Value?
) throws -> Value {
    let diagnostics = Diagnostics()
    let node = try #require(YAML.parse(text, file: "\(dramParts)/test.yaml", diagnostics: diagnostics))
    let whole = PartFile.resolve(node, path: "part", diagnostics: diagnostics)
    let value = whole.flatMap { read($0, "part", diagnostics) }
    if quiet { return try value ?? { throw Unreadable() }() }
    try #require(diagnostics.all.map(\.description) == [])
    return try #require(value)
}

private struct Unreadable: Error {}

/// - Parameter quiet: a device that is refused is thrown, and no failure of the test.
func dramDevice(_ name: String, _ changes: String = "", quiet: Bool = false) throws -> DRAMDevice {
    try dramPart("{extends: \(name).yaml\(changes.isEmpty ? "" : ", " + changes)}", quiet: quiet, DRAMDevice.read)
}

func dramController(_ name: String, _ changes: String = "") throws -> DRAMController {
    try dramPart(
        "{extends: controllers/\(name).yaml\(changes.isEmpty ? "" : ", " + changes)}", DRAMController.read)
}

/// A stream served by a memory, and what came out.
struct DRAMRun {
    var driver: StreamDriver
    var memory: DRAMMemory
    var kernel: Kernel

    /// In clocks of the device.
    var clocksPerRequest: Double {
        Double(driver.cycles) / Double(memory.configuration.device.standard.ticksPerClock) / Double(count)
    }
    var count: Int

    init(
        _ stream: RequestStream, _ device: DRAMDevice, _ controller: DRAMController, channels: Int = 1, width: Int = 1,
        interval: Int = 1, folds: Bool = false, mode: DRAMMemory.Mode = .commands, limit: Cycle = .never,
        isTaken: ((DRAMMemory, Access) -> Bool)? = nil
    ) throws {
        let map = try DRAMAddressMap(stream.map(device), hash: [], device: device, channels: channels)
        memory = DRAMMemory(
            path: "dram",
            .init(device: device, controller: controller, map: map, channels: channels, queue: 1, mode: mode))
        driver = StreamDriver(memory, stream, width: width, interval: interval) { [dram = memory] in
            isTaken?(dram, $0) ?? true
        }
        count = stream.count
        let queue = QueueProgram(
            engine: "driver", instructions: [.command(Command(variants: [Work(opcode: 0)]))])
        let simulation = try Simulation(
            clocks: try #require(ClockSet([gigahertz])), components: [driver, memory],
            program: Program(operators: ["x"], queues: [queue]), folds: folds)
        let only = simulation.kernels[0]
        _ = simulation.run { only.now(clock: 0) > limit }
        kernel = only
    }
}

/// The configurations of `reference/memory`: device and widths of the stream's fields.
struct DRAMCase: CustomTestStringConvertible, Sendable {
    var name: String
    var part: String
    var widths: (access: Int, pseudo: Int, group: Int, bank: Int, row: Int, column: Int)

    static let all = [
        DRAMCase(name: "ddr4_2400r", part: "ddr4-2400", widths: (6, 0, 2, 2, 16, 7)),
        DRAMCase(name: "ddr4_3200aa", part: "ddr4-3200", widths: (6, 0, 2, 2, 16, 7)),
        DRAMCase(name: "ddr5_4800an", part: "ddr5-4800", widths: (6, 0, 3, 2, 16, 6)),
        DRAMCase(name: "hbm2_2000", part: "hbm2-2000", widths: (5, 1, 2, 2, 16, 5)),
        DRAMCase(name: "hbm2_2400", part: "hbm2-2400", widths: (5, 1, 2, 2, 16, 5)),
        DRAMCase(name: "hbm3_6400", part: "hbm3-6400", widths: (5, 1, 2, 2, 14, 5)),
        DRAMCase(name: "ddr5_6400an", part: "ddr5-6400", widths: (6, 0, 3, 2, 16, 6)),
        DRAMCase(name: "lpddr5_6400", part: "lpddr5-6400", widths: (5, 0, 2, 2, 16, 6)),
        DRAMCase(name: "gddr6_14000", part: "gddr6-14000", widths: (5, 0, 2, 2, 14, 6)),
        DRAMCase(name: "hbm2e_3200", part: "hbm2e-3200", widths: (5, 1, 2, 2, 16, 5)),
        DRAMCase(name: "hbm3e_9600", part: "hbm3e-9600", widths: (5, 1, 2, 2, 14, 5)),
    ]

    var testDescription: String { name }

    func stream(_ kind: RequestStream.Kind, _ count: Int, isMapB: Bool = false, channelBits: Int = 0) -> RequestStream {
        RequestStream(
            kind: kind, count: count, access: widths.access, pseudo: widths.pseudo, group: widths.group,
            bank: widths.bank, row: widths.row, column: widths.column, channel: channelBits, isMapB: isMapB)
    }
}

extension RequestStream {
    /// The address map of the memory, from the most significant field.
    func map(_ device: DRAMDevice) -> String {
        let levels = device.standard.levels
        let below =
            levels.contains("pseudochannel")
            ? "pseudochannel channel" : levels.contains("rank") ? "rank channel" : "channel"
        let top = device.standard.levels.contains("sid") ? "sid row bank" : "row bank"
        return "\(top) \(isMapB ? "column bankgroup" : "bankgroup column") \(below)"
    }
}
