import Orrery
import SimulationTestSupport

/// A stream of requests to command-level DRAM, as `reference/memory` §3.1 and §3.5 have it.
struct DRAMCase {
    var device: String
    var channels: Int
    var controller: String
    var kind: RequestStream.Kind
    var count: Int
    /// Requests a second of processor time that DRAMsim3 and Ramulator 2.1 served, recorded once on another machine (`speed.csv`).
    var dramSim: Double
    var ramulator: Double
    /// Instructions of one request, at most: measured, and a tenth more for other tool chains.
    var mostInstructions: Double

    static var all: [DRAMCase] {
        let rows: [(String, Int, RequestStream.Kind, Int, Double, Double, [Double])] = [
            ("ddr4-3200", 1, .seq, 500_000, 346_140, 501_454, [10200, 11200, 10300]),
            ("ddr4-3200", 1, .rand, 300_000, 126_177, 168_152, [18800, 19100, 21200]),
            ("hbm2-2000", 8, .seq, 500_000, 505_254, 687_190, [5600, 6100, 6200]),
            ("hbm2-2000", 8, .rand, 500_000, 228_655, 223_323, [11600, 10600, 16900]),
            ("hbm3-6400", 16, .seq, 500_000, 510_620, 341_576, [5000, 6400, 5100]),
            ("hbm3-6400", 16, .rand, 500_000, 146_318, 104_249, [13300, 12800, 14500]),
        ]
        return rows.flatMap { row in
            zip(["like-ramulator2", "like-dramsim3", "ideal"], row.6).map { controller, most in
                DRAMCase(
                    device: row.0, channels: row.1, controller: controller, kind: row.2, count: row.3, dramSim: row.4,
                    ramulator: row.5, mostInstructions: most)
            }
        }
    }

    var name: String { "\(device) x\(channels) \(kind.rawValue) \(controller)" }

    private var isStacked: Bool { device.hasPrefix("hbm") }

    private var stream: RequestStream {
        RequestStream(
            kind: kind, count: count, access: isStacked ? 5 : 6, pseudo: isStacked ? 1 : 0, group: 2, bank: 2,
            row: device.hasPrefix("hbm3") ? 14 : 16, column: isStacked ? 5 : 7, channel: channels.trailingZeroBitCount,
            isMapB: kind == .seq)
    }

    private func part<Value>(_ text: String, _ read: (Node, String, Diagnostics) -> Value?) throws -> Value {
        let diagnostics = Diagnostics()
        let file = "\(Shipped.root)/HardwareSpecs/parts/dram/bench.yaml"
        let whole = YAML.parse(text, file: file, diagnostics: diagnostics).flatMap {
            PartFile.resolve($0, path: "part", diagnostics: diagnostics)
        }
        let value = whole.flatMap { read($0, "part", diagnostics) }
        try diagnostics.throwIfErrors()
        guard let value else { throw Failure.unreadable(text) }
        return value
    }

    enum Failure: Error {
        case unreadable(String)
        case unfinished
    }

    /// Serves the stream with refresh.
    func run() throws {
        let device = try part(
            "{extends: \(device).yaml\(device.hasPrefix("hbm3") ? ", sizes: {sid: 1}" : "")}", DRAMDevice.read)
        let controller = try part(
            "{extends: controllers/\(controller).yaml, refresh: all-bank}", DRAMController.read)
        let top = device.standard.levels.contains("sid") ? "sid row bank" : "row bank"
        let below = isStacked ? "pseudochannel channel" : "rank channel"
        let middle = kind == .seq ? "column bankgroup" : "bankgroup column"
        let map = try DRAMAddressMap("\(top) \(middle) \(below)", hash: [], device: device, channels: channels)
        let memory = DRAMMemory(
            path: "dram", .init(device: device, controller: controller, map: map, channels: channels, queue: 1))
        let driver = StreamDriver(memory, stream, width: isStacked ? 2 * channels : 1)
        let queue = QueueProgram(
            engine: "driver", instructions: [.command(Command(variants: [Work(opcode: 0)]))])
        guard let clocks = ClockSet([Clock(name: "dram", periodNumerator: 1, periodDenominator: 1_000_000_000)])
        else { throw Failure.unfinished }
        let simulation = try Simulation(
            clocks: clocks, components: [driver, memory], program: Program(operators: ["x"], queues: [queue]),
            folds: false)
        _ = simulation.run()
        if !driver.hasEnded { throw Failure.unfinished }
    }
}
