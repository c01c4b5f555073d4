import Foundation
import SimulationTestSupport
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// The closed forms of `reference/memory` §3.2, which the preset `ideal` reaches to 0.1 %.
@Suite struct DRAMAnchorTests {
    private func clocks(
        _ which: DRAMCase, _ kind: RequestStream.Kind, _ count: Int, isMapB: Bool = false, _ changes: String = ""
    ) throws -> (found: Double, device: DRAMDevice) {
        let device = try dramDevice(which.part)
        let run = try DRAMRun(
            which.stream(kind, count, isMapB: isMapB), device, try dramController("ideal", changes),
            width: which.widths.pseudo > 0 ? 2 : 1)
        #expect(run.driver.hasEnded)
        return (run.clocksPerRequest, device)
    }

    private func expect(_ found: Double, _ form: Double, within tolerance: Double, _ what: String) {
        print("\(what): \(found) clocks a request, closed form \(form), \((found / form - 1) * 100) %")
        #expect(abs(found / form - 1) <= tolerance, "\(what): \(found) against \(form)")
    }

    @Test(arguments: DRAMCase.all) func rowConflict(_ which: DRAMCase) throws {
        let (found, device) = try clocks(which, .rowconf, 20_000)
        let t = device.timing
        expect(found, Double(max(t["nRC"]!, t["nRAS"]! + t["nRP"]!)), within: 0.001, "\(which.name) rowconf")
    }

    @Test(arguments: DRAMCase.all) func newRowEveryTime(_ which: DRAMCase) throws {
        let (found, device) = try clocks(which, .bankrr, 50_000)
        let t = device.timing
        let form = max(Double(t["nFAW"]!) / 4, Double(t["nRRDS"]!), Double(t["nBL"]!))
        expect(found, form, within: 0.001, "\(which.name) bankrr")
    }

    @Test(arguments: DRAMCase.all) func rowHitStream(_ which: DRAMCase) throws {
        let (found, device) = try clocks(which, .bg1, 100_000)
        let t = device.timing
        let n = device.columns
        let activate = t["nRCDRD"] ?? t["nRCD"]!
        let form = Double(t["nCCDL"]! * (n - 1) + t["nRTP"]! + t["nRP"]! + activate) / Double(n)
        expect(found, form, within: 0.001, "\(which.name) bg1")
    }

    @Test(arguments: DRAMCase.all) func sequential(_ which: DRAMCase) throws {
        let (found, device) = try clocks(which, .seq, 200_000, isMapB: true)
        let form = Double(device.timing["nBL"]!) / Double(1 << which.widths.pseudo)
        expect(found, form, within: 0.001, "\(which.name) seq")
    }

    @Test(arguments: DRAMCase.all) func sequentialWithRefresh(_ which: DRAMCase) throws {
        let (found, device) = try clocks(which, .seq, 200_000, isMapB: true, "refresh: all-bank")
        let t = device.timing
        let activate = t["nRCDRD"] ?? t["nRCD"]!
        let share = Double(t["nRTP"]! + t["nRP"]! + t["nRFC"]! + activate) / Double(t["nREFI"]!)
        let form = Double(t["nBL"]!) / Double(1 << which.widths.pseudo) / (1 - share)
        expect(found, form, within: 0.003, "\(which.name) seq with refresh")
    }
}
