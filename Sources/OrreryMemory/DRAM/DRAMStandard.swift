import OrreryText

/// A DRAM standard as data: its levels, its commands with what they do to a bank, and every timing rule between two commands as an
/// expression over named parameters.
///
/// Nothing in the simulator knows a standard by name: what a `DDR4` is stands in its YAML file alone.
public struct DRAMStandard: Hashable, Sendable {
    /// What a command does.
    public enum Role: String, CaseIterable, Sendable {
        /// Opens a row of a closed bank.
        case activate
        /// Closes one bank, or all banks of a scope.
        case precharge
        case prechargeAll = "precharge-all"
        case read, write
        /// A burst that closes its bank by itself.
        case readPrecharge = "read-precharge"
        case writePrecharge = "write-precharge"
        /// Refreshes all banks of a scope, or one bank; they must be closed.
        case refreshAll = "refresh-all"
        case refreshBank = "refresh-bank"
        /// Starts a data clock that stands still; goes right before an access (CAS of LPDDR5).
        case startClock = "start-clock"

        /// Whether it moves data.
        public var isColumn: Bool {
            switch self {
            case .read, .write, .readPrecharge, .writePrecharge: true
            default: false
            }
        }
    }

    /// A command of the standard.
    public struct Command: Hashable, Sendable {
        public var name: String
        public var role: Role
        /// Level of what it addresses: a bank, or all banks of a rank or pseudo-channel.
        public var level: Int
        /// Index of the command bus that it takes.
        public var bus: Int
        /// Ticks that it takes on its bus.
        public var ticks: Int
        /// It may only begin where a clock does, not in the middle of one.
        public var isAligned: Bool
        /// Clocks within which a second half has to follow that takes a clock on the bus by itself (ACT-2 of LPDDR5).
        public var secondWithin: Expression?
    }

    /// A state in which a rank takes less power: clocks that it lasts at least, and from its end to the next command.
    public struct LowPower: Hashable, Sendable {
        public var minimum: Expression
        public var exit: Expression

        var names: [String] { minimum.names + exit.names }
    }

    /// Clocks from a read or write for which the data clock of its scope (rank) runs on. An access later than that has to start it
    /// first, with a command of role `startClock`.
    public struct DataClock: Hashable, Sendable {
        public var read: Expression
        public var write: Expression
    }

    /// At least `latency` between a command and a later one under the same node of `level` (or, for siblings, under the others).
    public struct Constraint: Hashable, Sendable {
        public var level: Int
        public var from: [Int]
        public var to: [Int]
        /// In clocks.
        public var latency: Expression
        /// 1, or k where it counts from the k-th last such command (4 for tFAW).
        public var window: Int
        /// It holds between different nodes of the level under one parent (ranks that share a bus).
        public var isBetweenSiblings: Bool
        /// Index into `causes`.
        public var cause: Int
    }

    public var name: String
    /// From the channel down to the bank.
    public var levels: [String]
    public var buses: [String]
    public var commands: [Command]
    public var constraints: [Constraint]
    /// What can limit a command, in words of the field: tFAW, turnaround, refresh. Index 0 is nothing.
    public var causes: [String]
    /// Ticks in a clock: 2 where commands may begin in its middle.
    public var ticksPerClock: Int
    /// Clocks from a read or write to the end of its data, and that the data take.
    public var readLatency: Expression
    public var writeLatency: Expression
    public var burst: Expression
    /// Clocks between all-bank refreshes of a scope, and between per-bank refreshes.
    public var refreshInterval: Expression
    public var bankRefreshInterval: Expression?
    /// Level in each node of which one bank is refreshed every per-bank interval.
    public var bankRefreshLevel: Int
    /// Level whose nodes have a data bus of their own: the channel, or the pseudo-channel.
    public var dataBusLevel: Int
    /// Where the data clock runs only for accesses.
    public var dataClock: DataClock?
    /// Where the standard has them. A device without the timing parameters has no such state.
    public var powerDown: LowPower?
    public var selfRefresh: LowPower?

    /// Index of the level of banks.
    public var bankLevel: Int { levels.count - 1 }

    /// The command with a role, if the standard has one.
    public func command(_ role: Role) -> Int? { commands.firstIndex { $0.role == role } }
}
