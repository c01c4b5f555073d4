import OrreryText

/// What a DRAM device says about its energy, as a device file gives it under `power:`. Two forms:
///
/// - Supply currents, from which the energy of each command follows (Micron TN-40-07): IDD (core supply) and IPP (pump supply)
///   values of a data sheet with `VDD`, `VPP` and the `devices` of a rank, and the energy of the pins per bit.
/// - Published energies: `activate` a row, `read` and `write` per bit, pins per bit, `refresh`, and watts in each state.
public struct DRAMPower: Hashable, Sendable {
    /// A number with where it comes from.
    public struct Figure: Hashable, Sendable {
        /// Volts, amperes, joules, joules per bit, or watts.
        public var value: Double
        public var note: SourceNote?
    }

    /// By name of the file.
    public var figures: [String: Figure]
    /// Devices that work together in a rank; 1 for published energies, which are those of a rank or pseudo-channel.
    public var devices: Int
    /// What draws the current of open banks.
    public var standby: Standby

    /// What IDD3N is a measure of.
    public enum Standby: String, CaseIterable, Sendable {
        /// A rank with any bank open draws it (Micron TN-40-07).
        case rank
        /// A rank with all banks open draws it, and each open bank its part of what is above IDD2N (DDR5's data sheets, DRAMPower).
        case bank
    }

    /// Whether it gives currents.
    public var isCurrents: Bool { figures["IDD0"] != nil }

    static let currents = [
        "IDD0", "IDD2N", "IDD2P", "IDD3N", "IDD3P", "IDD4R", "IDD4W", "IDD5B", "IDD5PB", "IDD6", "IPP0", "IPP2N",
        "IPP2P", "IPP3N", "IPP3P", "IPP4R", "IPP4W", "IPP5B", "IPP5PB", "IPP6",
    ]
    static let neededCurrents = ["IDD0", "IDD2N", "IDD3N", "IDD4R", "IDD4W", "IDD5B"]
    /// Joules of a command, joules per bit, and watts of a state.
    static let commands = ["activate", "refresh", "refresh_bank"]
    static let perBit = ["read", "write", "io_read", "io_write"]
    static let states = ["open", "closed", "power_down", "self_refresh"]
    static let neededEnergies = ["activate", "read", "write", "refresh", "open", "closed"]
}

extension DRAMPower {
    /// What a file gives; nil after reporting what is wrong with it.
    static func read(
        _ node: Node, path: String, inherited: SourceNote?, _ sources: inout [String: SourceNote],
        _ diagnostics: Diagnostics
    ) -> DRAMPower? {
        let ours = Diagnostics(limit: .max)
        let reader = DRAMPowerReader(node: node, path: path, inherited: inherited, diagnostics: ours)
        let power = reader.read()
        for problem in ours.all { diagnostics.report(problem) }
        for (name, figure) in power.figures { sources["power.\(name)"] = figure.note }
        return ours.hasErrors ? nil : power
    }
}

private struct DRAMPowerReader {
    let node: Node
    let path: String
    let inherited: SourceNote?
    let diagnostics: Diagnostics

    func read() -> DRAMPower {
        let isCurrents = DRAMPower.currents.contains { node[$0] != nil } || node["VDD"] != nil
        let own =
            isCurrents
            ? ["VDD", "VPP", "devices", "standby"] + DRAMPower.currents : DRAMPower.commands + DRAMPower.states
        let perBit = isCurrents ? ["io_read", "io_write"] : DRAMPower.perBit
        node.hasOnly(own + perBit + ["power", "source", "status"], path: path, diagnostics: diagnostics)
        let note = common
        var figures: [String: DRAMPower.Figure] = [:]
        for entry in node.mapping ?? [] where own.contains(entry.key) || perBit.contains(entry.key) {
            if entry.key != "devices", entry.key != "standby" { figures[entry.key] = figure(entry, note) }
        }
        for name in isCurrents ? ["VDD"] + DRAMPower.neededCurrents : DRAMPower.neededEnergies
        where node[name] == nil {
            diagnostics.error("'\(name)' is missing", at: node.mark, path: path)
        }
        return DRAMPower(figures: figures, devices: isCurrents ? devices : 1, standby: standby)
    }

    /// The note for all numbers without one of their own.
    private var common: SourceNote? {
        guard node["source"] != nil else { return inherited }
        let own = (node.mapping ?? []).filter { $0.key == "source" || $0.key == "status" }
        return SourceNote(Node(.mapping(own), at: node.mark), path: path, diagnostics: diagnostics)
    }

    private var devices: Int {
        guard let count = node["devices"]?.string.flatMap({ Int($0) }), (1...64).contains(count) else {
            diagnostics.error(
                "'devices' is no number of devices in a rank", at: (node["devices"] ?? node).mark, path: path,
                hint: "expected 1 to 64")
            return 1
        }
        return count
    }

    private var standby: DRAMPower.Standby {
        guard let given = node["standby"] else { return .rank }
        guard let known = given.string.flatMap(DRAMPower.Standby.init(rawValue:)) else {
            diagnostics.error(
                "\(given.summary) is nothing that draws IDD3N", at: given.mark, path: path,
                hint: "expected rank or bank")
            return .rank
        }
        return known
    }

    private func figure(_ entry: Entry, _ common: SourceNote?) -> DRAMPower.Figure {
        let own = "\(path).\(entry.key)"
        var (value, note) = (entry.value, common)
        if value.mapping != nil, let inner = value["value"] {
            note = SourceNote(value, ignoring: ["value"], path: own, diagnostics: diagnostics)
            value = inner
        }
        return DRAMPower.Figure(value: number(value, entry.key, own), note: note)
    }

    /// A quantity of the key's dimension. Data sheets list volts and milliamperes: a plain number is one.
    private func number(_ node: Node, _ key: String, _ path: String) -> Double {
        guard let expression = Expression(node, path: path, diagnostics: diagnostics) else { return 0 }
        let (dimension, plain) = Self.unit(key)
        do {
            let quantity = try expression.evaluate { _ in nil }
            let isPlain = plain != nil && quantity.dimension.isDimensionless
            guard quantity.dimension == dimension || isPlain, quantity.value >= .zero else {
                diagnostics.error(
                    "\(quantity) is no value of \(key)", at: node.mark, path: path,
                    hint: "expected \(dimension.expectation)")
                return 0
            }
            if isPlain { return quantity.doubleValue * (plain ?? 1) }
            return quantity.doubleValue / (dimension == .joulesPerByte ? 8 : 1)
        } catch {
            diagnostics.report(error.diagnostic(path: path))
            return 0
        }
    }

    /// The dimension of a key, and what a plain number of it stands for.
    private static func unit(_ key: String) -> (Dimension, plain: Double?) {
        if key.hasPrefix("V") { return (.volts, 1) }
        if key.hasPrefix("I") { return (.amperes, 1e-3) }
        if DRAMPower.perBit.contains(key) { return (.joulesPerByte, nil) }
        return (DRAMPower.states.contains(key) ? .watts : .joules, nil)
    }
}
