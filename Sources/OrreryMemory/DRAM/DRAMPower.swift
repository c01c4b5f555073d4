import OrreryText

/// Supply voltages and currents of a device, from which the energy of each command follows.
///
/// Currents are the IDD (core supply) and IPP (pump supply) values of data sheets. They are averages over loops that data sheets
/// define; the differences to the standby currents are what a command costs (Micron TN-40-07).
public struct DRAMPower: Hashable, Sendable {
    /// Volts of the core and of the pump supply.
    public var vdd: Double
    public var vpp: Double
    /// Amperes of one device, by the name of the data sheet: IDD0, IDD2N, IDD3N, IDD4R, IDD4W, IDD5B, IDD5PB, IPP0, IPP3N, …
    public var currents: [String: Double]
    /// Devices that work together in a rank.
    public var devices: Int
    /// Energy of the data pins in joules per bit that is read and written (drivers and termination).
    public var readPerBit: Double
    public var writePerBit: Double

    static let currentNames = [
        "IDD0", "IDD2N", "IDD2P", "IDD3N", "IDD3P", "IDD4R", "IDD4W", "IDD5B", "IDD5PB", "IDD6", "IPP0", "IPP2N",
        "IPP3N", "IPP4R", "IPP4W", "IPP5B", "IPP5PB",
    ]
    static let needed = ["IDD0", "IDD2N", "IDD3N", "IDD4R", "IDD4W", "IDD5B"]
}

extension DRAMPower {
    /// The currents that a file gives: `VDD: 1.2 V` is written as a plain number of volts, currents as milliamperes.
    static func read(
        _ node: Node, path: String, inherited: SourceNote?, _ sources: inout [String: SourceNote],
        _ diagnostics: Diagnostics
    ) -> DRAMPower? {
        let keys = ["VDD", "VPP", "devices", "read_pJ_per_bit", "write_pJ_per_bit", "source", "status"] + currentNames
        node.hasOnly(keys, path: path, diagnostics: diagnostics)
        var note = inherited
        if node["source"] != nil {
            let own = (node.mapping ?? []).filter { $0.key == "source" || $0.key == "status" }
            note = SourceNote(Node(.mapping(own), at: node.mark), path: path, diagnostics: diagnostics)
        }
        func number(_ key: String, default value: Double? = nil) -> Double {
            guard let given = node[key] else {
                if let value { return value }
                diagnostics.error("'\(key)' is missing", at: node.mark, path: path)
                return 0
            }
            guard let number = given.string.flatMap({ Double($0) }), number.isFinite, number >= 0 else {
                diagnostics.error("'\(key)' is no plain number: \(given.summary)", at: given.mark, path: path)
                return 0
            }
            sources["power.\(key)"] = note
            return number
        }
        var currents: [String: Double] = [:]
        for name in currentNames where node[name] != nil || needed.contains(name) {
            currents[name] = number(name) / 1000
        }
        return DRAMPower(
            vdd: number("VDD"), vpp: number("VPP", default: 0), currents: currents, devices: Int(number("devices")),
            readPerBit: number("read_pJ_per_bit", default: 0) * 1e-12,
            writePerBit: number("write_pJ_per_bit", default: 0) * 1e-12)
    }
}

/// Energy of each command of a rank (or pseudo-channel), and standby power.
///
/// Micron TN-40-07, as far as IDD values go: what a command takes above the standby of its bank state. A pair of activate and
/// precharge is charged to the activate. IPP terms are of the same form; pins cost per bit.
public struct DRAMEnergy: Hashable, Sendable {
    /// Joules.
    public let activate: Double
    public let read: Double
    public let write: Double
    public let refreshAll: Double
    public let refreshBank: Double
    /// Watts of a rank with a bank open, and with all banks closed.
    public let openStandby: Double
    public let closedStandby: Double

    /// Nil where the device has no currents, or its timing lacks tRC or tRAS.
    public init?(_ device: DRAMDevice) {
        guard let power = device.power, let rc = device.timing["nRC"], let ras = device.timing["nRAS"]
        else { return nil }
        let clock = device.clockPeriod.doubleValue
        let devices = Double(power.devices)
        func supply(_ voltage: Double, _ prefix: String) -> (String) -> Double {
            { name in (power.currents[prefix + name] ?? 0) * voltage * devices }
        }
        let core = supply(power.vdd, "IDD")
        let pump = supply(power.vpp, "IPP")
        func above(_ name: String, _ base: String, _ clocks: Int) -> Double {
            let pumped = power.currents["IPP" + name] == nil ? 0 : pump(name) - pump(base)
            return (core(name) - core(base) + pumped) * Double(clocks) * clock
        }
        let burst = device.clocks(device.standard.burst) ?? 0
        let bits = Double(device.accessBytes * 8)
        func rowCycle(_ watts: (String) -> Double) -> Double {
            (watts("0") * Double(rc) - watts("3N") * Double(ras) - watts("2N") * Double(rc - ras)) * clock
        }
        activate = rowCycle(core) + (power.currents["IPP0"] == nil ? 0 : rowCycle(pump))
        read = above("4R", "3N", burst) + power.readPerBit * bits
        write = above("4W", "3N", burst) + power.writePerBit * bits
        refreshAll = above("5B", "3N", device.timing["nRFC"] ?? 0)
        refreshBank = power.currents["IDD5PB"] == nil ? 0 : above("5PB", "3N", device.timing["nRFCpb"] ?? 0)
        openStandby = core("3N") + pump("3N")
        closedStandby = core("2N") + pump("2N")
    }
}
