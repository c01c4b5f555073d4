import OrrerySimulation
import OrreryText

extension DRAMMemory {
    /// The class `dram`.
    static let componentClass = ComponentClass(
        name: "dram", role: .memory, summary: "DRAM channels, command by command, behind their controllers",
        discussion: """
            Cycle by cycle: every command with all timing rules of its standard, command and data buses, queues and scheduling, \
            refresh. The device is a file (standard, sizes, timing, currents), the controller another; both can be extended in place.
            Not modelled: training, on-die ECC.
            """,
        parameters: [device, controller, mapping, hash, channels, queue, mode], actions: DRAMCounters.actions,
        relaxed: ["mode": "instant"],
        storage: {
            Storage(
                capacity: $0[device].channelBytes * $0[channels], rowBytes: $0[device].accessBytes * $0[device].columns)
        },
        energy: { DRAMEnergy($0[device])?.component },
        make: { (site) throws(ConfigurationError) in
            let values = site.values
            let (device, controller) = (values[device], values[controller])
            try checkClock(device, site)
            let standard = device.standard
            if controller.refresh == .allBank, standard.command(.refreshAll) == nil {
                throw ConfigurationError(parameter: "controller", "\(standard.name) has no all-bank refresh")
            }
            if controller.refresh == .perBank,
                standard.command(.refreshBank) == nil || standard.bankRefreshInterval == nil
            {
                throw ConfigurationError(parameter: "controller", "\(standard.name) has no per-bank refresh")
            }
            try checkLowPower(device, controller)
            guard let text = values[mapping] ?? controller.mapping else {
                throw ConfigurationError(parameter: "mapping", "neither the memory nor its controller gives a mapping")
            }
            let map = try DRAMAddressMap(text, hash: values[hash], device: device, channels: values[channels])
            return [
                DRAMMemory(
                    path: site.path, clock: site.clock,
                    Configuration(
                        device: device, controller: controller, map: map, channels: values[channels],
                        queue: values[queue], mode: values[mode]))
            ]
        })

    /// States with less power need their times, and where there are energies theirs.
    private static func checkLowPower(
        _ device: DRAMDevice, _ controller: DRAMController
    ) throws(ConfigurationError) {
        let asked = [
            (controller.powerDown, device.standard.powerDown, "power_down", ["IDD2P", "IDD3P", "power_down"]),
            (controller.selfRefresh, device.standard.selfRefresh, "self_refresh", ["IDD6", "self_refresh"]),
        ]
        for (clocks, state, name, figures) in asked where clocks > 0 {
            if !device.has(state) {
                let names = state.map { " (\($0.names.joined(separator: ", ")))" } ?? ""
                throw ConfigurationError(
                    parameter: "controller", "\(name): \(device.name) gives no times\(names) for it")
            }
            guard let power = device.power else { continue }
            let needed = figures.filter { $0.hasPrefix("I") == power.isCurrents }
            for figure in needed where power.figures[figure] == nil {
                throw ConfigurationError(
                    parameter: "controller", "\(name): the power of \(device.name) has no \(figure)")
            }
        }
    }

    /// The component's clock must be the device's: its ticks are the clock's edges. Data sheets round periods to a picosecond, so
    /// half a percent is let pass.
    private static func checkClock(_ device: DRAMDevice, _ site: Site) throws(ConfigurationError) {
        let ticks = Double(device.standard.ticksPerClock)
        let wanted = device.clockPeriod.doubleValue / ticks
        let hertz = site.clocks.clocks[site.clock].hertz
        guard abs(hertz * wanted - 1) < 0.005 else {
            throw ConfigurationError(
                parameter: "device",
                "\(device.name) runs at \(Int((1e-6 / wanted).rounded())) MHz, the component's clock at \(Int((hertz / 1e6).rounded())) MHz"
            )
        }
    }

    private static let device = Parameter.part(
        "device", type: "a DRAM device", help: "standard, sizes, timing and currents of the device"
    ) { DRAMDevice.read($0, path: $1, diagnostics: $2) }
    private static let controller = Parameter.part(
        "controller", type: "a memory controller", help: "queues, scheduling, refresh, or a preset"
    ) { DRAMController.read($0, path: $1, diagnostics: $2) }
    private static let mapping = Parameter.text(
        "mapping", help: "fields of an address from the top, as in 'row bank column[6:2] bankgroup column[1:0] channel'"
    ).optional()
    private static let hash = Parameter.map(
        "hash", values: .text("terms", help: "slices that are XORed in, as in 'row[1:0] ^ row[4:3]'"), default: [],
        help: "fields of the address that are hashed")
    private static let channels = Parameter.integer("channels", 1...1024, help: "channels, any number")
    private static let mode = Parameter.choice(
        "mode", of: DRAMMemory.Mode.self, default: .commands,
        help: "instant answers in the next tick, as a memory that never limits")
    private static let queue = Parameter.integer(
        "queue", 1...4096, default: 64,
        help:
            "requests that wait at the port for room in the controller; further ones are refused and stall their requester"
    )
}
