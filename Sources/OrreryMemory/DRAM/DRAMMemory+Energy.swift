import OrrerySimulation

/// What a DRAM memory took over a run, in joules.
public struct DRAMEnergyUse: Hashable, Sendable {
    public var activate = 0.0
    public var read = 0.0
    public var write = 0.0
    public var refresh = 0.0
    /// While a bank of a rank (or pseudo-channel) was open, and while all were closed.
    public var openStandby = 0.0
    public var closedStandby = 0.0
    /// In power-down and self-refresh.
    public var lowPower = 0.0

    public var total: Double { activate + read + write + refresh + openStandby + closedStandby + lowPower }
}

extension DRAMMemory {
    /// Counts times the energy of each command, and standby power times its time; nil where the device has no currents.
    public func energy(in ledger: Ledger) -> DRAMEnergyUse? {
        guard let each = DRAMEnergy(configuration.device) else { return nil }
        func total(_ action: DRAMFront.Action) -> Double {
            (0..<max(ledger.operators.count, 1)).reduce(0.0) {
                $0 + Double(traffic.actions(action.rawValue, $1, in: ledger))
            }
        }
        let device = configuration.device
        let tick = device.clockPeriod.doubleValue / Double(device.standard.ticksPerClock)
        var use = DRAMEnergyUse()
        use.activate = total(.activate) * each.activate.value
        use.read = total(.read) * each.read.value
        use.write = total(.write) * each.write.value
        use.refresh = total(.refresh) * each.refreshAll.value + total(.refreshBank) * each.refreshBank.value
        use.openStandby = Double(counters.value(.openStandby, in: ledger)) * tick * each.openStandby.value
        use.openStandby +=
            Double(counters.value(.openBanks, in: ledger)) * tick * (each.openBank?.value ?? 0)
        use.closedStandby = Double(counters.value(.closedStandby, in: ledger)) * tick * each.closedStandby.value
        for (place, cost) in [each.powerDownOpen, each.powerDownClosed, each.selfRefresh].enumerated() {
            use.lowPower += Double(counters.lowPower(place, in: ledger)) * tick * (cost?.value ?? 0)
        }
        return use
    }
}
