import OrrerySimulation
import OrreryText

/// Energy of each command of a rank (or pseudo-channel), and power in each state of its banks.
///
/// From currents: Micron TN-40-07, what a command takes above the standby of its bank state. A pair of activate and precharge
/// costs V (I0 tRC − I3N tRAS − I2N (tRC − tRAS)); a burst V (I4R − I3N) times its clocks; a refresh V (I5B − I3N) tRFC; all times
/// the devices, for the core supply and for the pump supply where the device gives its current. One refresh of a bank without a
/// current of its own takes a bank's part of one of all banks. Pins cost per bit. Where IDD3N is that of all banks open, each open
/// bank draws its part, which is what the row cycle has on top of IDD2N, and a refresh begins at IDD2N.
///
/// Source: Micron TN-40-07; DRAMsim3's equations are the same without the pump supply and the pins.
public struct DRAMEnergy: Sendable {
    /// Joules.
    public let activate: ComponentEnergy.Cost
    public let read: ComponentEnergy.Cost
    public let write: ComponentEnergy.Cost
    public let refreshAll: ComponentEnergy.Cost
    public let refreshBank: ComponentEnergy.Cost
    /// Watts of a rank with a bank open, and with all banks closed.
    public let openStandby: ComponentEnergy.Cost
    public let closedStandby: ComponentEnergy.Cost
    /// Watts that each open bank adds.
    public let openBank: ComponentEnergy.Cost?
    /// Watts of a rank in power-down with a bank open, with all closed, and in self-refresh, as far as the device says.
    public let powerDownOpen: ComponentEnergy.Cost?
    public let powerDownClosed: ComponentEnergy.Cost?
    public let selfRefresh: ComponentEnergy.Cost?

    /// Nil where the device says nothing about its power, or its timing lacks tRC or tRAS.
    public init?(_ device: DRAMDevice) {
        guard let power = device.power else { return nil }
        let banks = device.sizes[(DRAMTimingTable.scopeLevel(device.standard) + 1)...].reduce(1, *)
        if power.isCurrents {
            guard let sums = DRAMCurrentSums(device, power, banks: banks) else { return nil }
            activate = sums.rowCycle
            read = sums.burst("4R", pins: "io_read")
            write = sums.burst("4W", pins: "io_write")
            refreshAll = sums.refresh("5B", "nRFC")
            refreshBank =
                power.figures["IDD5PB"] != nil
                ? sums.refresh("5PB", "nRFCpb") : refreshAll.divided(by: banks)
            openStandby = sums.standby(power.standby == .bank ? "2N" : "3N")
            closedStandby = sums.standby("2N")
            openBank = power.standby == .bank ? sums.openBank : nil
            func state(_ name: String) -> ComponentEnergy.Cost? {
                power.figures["IDD" + name].map { _ in sums.standby(name) }
            }
            powerDownOpen = state("3P")
            powerDownClosed = state("2P")
            selfRefresh = state("6")
        } else {
            let bits = Double(device.accessBytes * 8)
            func cost(_ names: [String], times factor: Double = 1, _ unit: String = "") -> ComponentEnergy.Cost {
                let used = names.filter { power.figures[$0] != nil }
                let sum = used.reduce(0) { $0 + (power.figures[$1]?.value ?? 0) }
                return ComponentEnergy.Cost(
                    value: sum * factor, formula: used.joined(separator: " + ") + unit,
                    notes: used.compactMap { power.figures[$0]?.note })
            }
            activate = cost(["activate"])
            read = cost(["read", "io_read"], times: bits, " per bit")
            write = cost(["write", "io_write"], times: bits, " per bit")
            refreshAll = cost(["refresh"])
            refreshBank =
                power.figures["refresh_bank"] != nil ? cost(["refresh_bank"]) : refreshAll.divided(by: banks)
            openStandby = cost(["open"])
            closedStandby = cost(["closed"])
            openBank = nil
            func state(_ name: String) -> ComponentEnergy.Cost? { power.figures[name].map { _ in cost([name]) } }
            powerDownOpen = state("power_down")
            powerDownClosed = powerDownOpen
            selfRefresh = state("self_refresh")
        }
    }

    /// As the class tells it to energy accounts.
    var component: ComponentEnergy {
        var states = [DRAMCounters.openStandby: openStandby, DRAMCounters.closedStandby: closedStandby]
        states[DRAMCounters.openBanks] = openBank
        for (name, cost) in zip(DRAMCounters.lowPower, [powerDownOpen, powerDownClosed, selfRefresh]) {
            states[name] = cost
        }
        return ComponentEnergy(
            actions: [
                "activate": activate, "read": read, "write": write, "refresh": refreshAll, "refresh-bank": refreshBank,
            ], states: states)
    }
}

/// Sums of supply currents over times.
private struct DRAMCurrentSums {
    let device: DRAMDevice
    let power: DRAMPower
    let rc: Int
    let ras: Int
    let banks: Int

    init?(_ device: DRAMDevice, _ power: DRAMPower, banks: Int) {
        guard let rc = device.timing["nRC"], let ras = device.timing["nRAS"] else { return nil }
        self.device = device
        self.power = power
        self.rc = rc
        self.ras = ras
        self.banks = banks
    }

    private func value(_ name: String) -> Double { power.figures[name]?.value ?? 0 }

    private var isPerBank: Bool { power.standby == .bank }

    /// Watts of a rank at the current of a name, by supply.
    private func watts(_ supply: String, _ name: String) -> Double {
        value(supply == "IDD" ? "VDD" : "VPP") * value(supply + name) * Double(power.devices)
    }

    /// Joules of currents over clocks, the pump supply only where the first current of it is known.
    private func joules(_ terms: [(name: String, clocks: Double)]) -> Double {
        let supplies = value("IPP" + terms[0].name) > 0 ? ["IDD", "IPP"] : ["IDD"]
        let clock = device.clockPeriod.doubleValue
        return supplies.reduce(0) { sum, supply in
            terms.reduce(sum) { $0 + watts(supply, $1.name) * $1.clocks * clock }
        }
    }

    private func cost(_ value: Double, _ formula: String, _ names: [String]) -> ComponentEnergy.Cost {
        let figures = names.flatMap { ["IDD" + $0, "IPP" + $0] } + ["VDD", "VPP"]
        return ComponentEnergy.Cost(
            value: value, formula: "\(power.devices) * V * (\(formula))",
            notes: figures.compactMap { power.figures[$0]?.note })
    }

    /// While the row is open the standby of one open bank, then that of closed banks.
    var rowCycle: ComponentEnergy.Cost {
        let open = Double(ras) / (isPerBank ? Double(banks) : 1)
        let formula =
            isPerBank
            ? "(I0 - I2N) * tRC - (I3N - I2N) / \(banks) * tRAS" : "I0 * tRC - I3N * tRAS - I2N * (tRC - tRAS)"
        return cost(joules([("0", Double(rc)), ("3N", -open), ("2N", open - Double(rc))]), formula, ["0", "3N", "2N"])
    }

    /// What each open bank adds to the standby of closed ones.
    var openBank: ComponentEnergy.Cost {
        let watts = watts("IDD", "3N") - watts("IDD", "2N") + self.watts("IPP", "3N") - self.watts("IPP", "2N")
        return cost(watts / Double(banks), "(I3N - I2N) / \(banks)", ["3N", "2N"])
    }

    func burst(_ name: String, pins: String) -> ComponentEnergy.Cost {
        let clocks = Double(device.clocks(device.standard.burst) ?? 0)
        var result = cost(joules([(name, clocks), ("3N", -clocks)]), "(I\(name) - I3N) * burst", [name, "3N"])
        if let figure = power.figures[pins] {
            result.value += figure.value * Double(device.accessBytes * 8)
            result.formula += " + \(pins) per bit"
            if let note = figure.note { result.add(note) }
        }
        return result
    }

    func refresh(_ name: String, _ time: String) -> ComponentEnergy.Cost {
        let clocks = Double(device.timing[time] ?? 0)
        let base = isPerBank ? "2N" : "3N"
        return cost(
            joules([(name, clocks), (base, -clocks)]), "(I\(name) - I\(base)) * \(time.replacing("n", with: "t"))",
            [name, base])
    }

    func standby(_ name: String) -> ComponentEnergy.Cost {
        cost(watts("IDD", name) + watts("IPP", name), "I\(name)", [name])
    }
}

extension ComponentEnergy.Cost {
    /// A part of it.
    fileprivate func divided(by count: Int) -> Self {
        var result = self
        result.value /= Double(count)
        result.formula = "(\(formula)) / \(count)"
        return result
    }
}
