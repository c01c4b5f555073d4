import Foundation
import SimulationTestSupport
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// Requests per second of CPU time, beside the recorded rates of the peers (`reference/memory/speed.csv`, of another machine: printed,
/// not held). Runs alone, with `ORRERY_BENCH` set.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["ORRERY_BENCH"] != nil))
struct DRAMSpeedTests {
    @Test(arguments: [
        ("ddr4_3200aa", 1, RequestStream.Kind.seq, 500_000, 501), ("ddr4_3200aa", 1, .rand, 300_000, 168),
        ("hbm2_2000", 8, .seq, 500_000, 687), ("hbm2_2000", 8, .rand, 500_000, 229),
        ("hbm3_6400", 16, .seq, 500_000, 511), ("hbm3_6400", 16, .rand, 500_000, 146),
    ])
    func requestsPerSecond(name: String, channels: Int, kind: RequestStream.Kind, count: Int, best: Int) throws {
        let which = try #require(DRAMCase.all.first { $0.name == name })
        let isHBM = which.widths.pseudo > 0
        for preset in ["like-ramulator2", "like-dramsim3", "ideal"] {
            var fastest = Double.infinity
            for _ in 0..<3 {
                let device = try dramDevice(which.part, which.part == "hbm3-6400" ? "sizes: {sid: 1}" : "")
                let controller = try dramController(preset, "refresh: all-bank")
                let stream = which.stream(
                    kind, count, isMapB: kind == .seq, channelBits: channels.trailingZeroBitCount)
                let start = clock()
                let run = try DRAMRun(
                    stream, device, controller, channels: channels, width: isHBM ? 2 * channels : 1)
                fastest = min(fastest, Double(clock() - start) / Double(CLOCKS_PER_SEC))
                #expect(run.driver.hasEnded)
            }
            let rate = Double(count) / fastest / 1000
            print(
                "\(name) x\(channels) \(kind.rawValue) \(preset): \(Int(rate))k requests/s, \(rate / Double(best)) × the faster peer"
            )
        }
    }
}
