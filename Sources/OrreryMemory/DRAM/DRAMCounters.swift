import OrrerySimulation

/// What a DRAM memory counts beside its traffic, in the ledger block of its path.
final class DRAMCounters {
    /// Actions, by operator. A refresh is charged to the operator whose access was served last.
    static let actions = ["read", "write", "activate", "refresh", "refresh-bank"]

    /// Ticks of all ranks (or pseudo-channels) with a bank open, and with all banks closed.
    static let openStandby = "open standby"
    static let closedStandby = "closed standby"
    /// Ticks of all banks in which they were open.
    static let openBanks = "open banks"
    /// Ticks in states with less power, where the controller lets ranks sleep.
    static let lowPower = ["open power-down", "closed power-down", "self-refresh"]

    private static let names = [
        "precharges", "row hits", "row misses", "row conflicts", "forwarded", "merged", openStandby, closedStandby,
        openBanks, "read queue wait", "lost: front end",
    ]
    private let lostNames: [String]
    private let lowPowerNames: [String]
    /// The cause of what waits for a rank to wake.
    let powerDownCause: Int
    /// The cause of rules between an activate and its access; such a wait is charged to what held the activate up.
    let activateCause: Int
    private var base = 0
    /// How many controllers in the same state each count stands for; see `DRAMLockstep`.
    @exclusivity(unchecked) var weight = 1

    init(_ standard: DRAMStandard, sleeps: Bool) {
        let causes = standard.causes + (sleeps ? ["power-down"] : [])
        lostNames = causes.enumerated().map { "lost: \($0 == 0 ? "scheduling" : $1)" }
        powerDownCause = sleeps ? standard.causes.count : 0
        lowPowerNames = sleeps ? Self.lowPower : []
        let activate = standard.command(.activate)
        let read = standard.command(.read)
        activateCause =
            standard.constraints.first {
                $0.level == standard.bankLevel && $0.from.contains { $0 == activate } && $0.to.contains { $0 == read }
            }?.cause ?? 0
    }

    func attach(to ledger: Ledger, path: String) {
        base = ledger.registerCounters(Self.names + lostNames + lowPowerNames, of: path)
    }

    enum Name: Int {
        case precharges, hits, misses, conflicts, forwarded, merged, openStandby, closedStandby, openBanks, readWait,
            frontEnd
    }

    @inline(__always)
    func add(_ amount: Int, _ name: Name, _ kernel: Kernel) {
        kernel.ledger.add(amount &* weight, to: base &+ name.rawValue)
    }

    @inline(__always)
    func addLost(_ amount: Int, cause: Int, _ kernel: Kernel) {
        kernel.ledger.add(amount &* weight, to: base &+ Self.names.count &+ cause)
    }

    func addLowPower(_ ticks: Int, _ mode: DRAMLowPower.Mode, isOpen: Bool, _ kernel: Kernel) {
        let place = mode == .selfRefresh ? 2 : isOpen ? 0 : 1
        kernel.ledger.add(ticks * weight, to: base + Self.names.count + lostNames.count + place)
    }

    /// Ticks in a state with less power, by its place in `lowPower`.
    func lowPower(_ place: Int, in ledger: Ledger) -> Int {
        lowPowerNames.isEmpty ? 0 : ledger[base + Self.names.count + lostNames.count + place]
    }

    func value(_ name: Name, in ledger: Ledger) -> Int { ledger[base + name.rawValue] }

    /// Ticks lost on the data buses by cause, the front end first; only those that lost any.
    func lost(in ledger: Ledger) -> [(cause: String, ticks: Int)] {
        let all =
            [("front end", ledger[base + Name.frontEnd.rawValue])]
            + lostNames.enumerated().map { (String($1.dropFirst(6)), ledger[base + Self.names.count + $0]) }
        return all.filter { $0.1 > 0 }.map { (cause: $0.0, ticks: $0.1) }
    }
}

extension DRAMMemory {
    /// Ticks in which data buses stood still though requests were or could have been waiting, by what held them up.
    public func lostTicks(in ledger: Ledger) -> [(cause: String, ticks: Int)] { counters.lost(in: ledger) }
}
