import OrrerySimulation

/// When each command may next issue at each node of a channel.
///
/// A ready time carries its cause in the low bits, so that the maximum of several tells both the cycle and what decides it.
final class DRAMTimingState {
    /// Bits of the cause below the cycle.
    static let causeBits = 6

    let table: DRAMTimingTable
    /// By node and command: cycle << 6 | cause.
    private let ready: FixedArray<Int>
    /// The last expiry times of each window and node, a ring with the position of the oldest.
    private let expiries: FixedArray<Int>
    private let oldest: FixedArray<Int>
    private let windowLength: FixedArray<Int>
    private let windowBase: FixedArray<Int>
    private let oldestBase: FixedArray<Int>

    init(_ table: DRAMTimingTable) {
        self.table = table
        let nodes = table.nodes.reduce(0, +)
        ready = FixedArray(repeating: 0, count: nodes * table.commands)
        expiries = FixedArray(repeating: 0, count: table.windowCount)
        windowLength = FixedArray(table.windowLength)
        windowBase = FixedArray(table.windowBase)
        var base = 0
        var bases: [Int] = []
        for level in table.windowLevel {
            bases.append(base)
            base += table.nodes[level]
        }
        oldestBase = FixedArray(bases)
        oldest = FixedArray(repeating: 0, count: base)
    }

    /// The earliest cycle at which `command` may issue to `bank`, with its cause in the low bits.
    @inline(__always)
    func earliest(_ command: Int, _ bank: Int) -> Int {
        max(upper(command, bank), lower(command, bank))
    }

    /// As far as levels down to the scope of the bank decide: the same for all banks of a scope.
    @inline(__always)
    func upper(_ command: Int, _ bank: Int) -> Int { table.upper.latest(command, bank, of: ready) }

    /// As far as levels below the scope decide.
    @inline(__always)
    func lower(_ command: Int, _ bank: Int) -> Int { table.lower.latest(command, bank, of: ready) }

    /// The same for a command to all banks from `first` on under its node.
    func earliest(all command: Int, first: Int, count: Int) -> Int {
        var result = 0
        for bank in first..<(first + count) { result = max(result, earliest(command, bank)) }
        return result
    }

    /// Books a command to one bank at `now`.
    @inline(__always)
    func issue(_ command: Int, _ bank: Int, at now: Cycle) {
        let base = bank &* table.levels
        for index in table.updateStart[command]..<table.updateStart[command &+ 1] {
            let update = table.updates[index]
            let level = Int(update.level)
            let node = table.path[base &+ level]
            if update.isPlain {
                raise(node, update, now &+ update.delay)
            } else if update.window >= 0 {
                raiseWindow(update, node: node, level, at: now)
            } else {
                raiseSiblings(update, bank: bank, level, at: now)
            }
        }
    }

    /// Books a command that addresses all banks from `first` on under a node of `scope`: below it, every node is raised.
    func issue(all command: Int, first: Int, scope: Int, at now: Cycle) {
        let count = table.banksBelow[scope]
        for index in table.updateStart[command]..<table.updateStart[command + 1] {
            let update = table.updates[index]
            let level = Int(update.level)
            if level <= scope {
                let node = table.path[first * table.levels + level]
                if update.window >= 0 {
                    raiseWindow(update, node: node, level, at: now)
                } else if update.isBetweenSiblings {
                    raiseSiblings(update, bank: first, level, at: now)
                } else {
                    raise(node, update, now + update.delay)
                }
            } else {
                for bank in stride(from: first, to: first + count, by: table.banksBelow[level]) {
                    raise(table.path[bank * table.levels + level], update, now + update.delay)
                }
            }
        }
    }

    /// When a command may issue to a bank as far as that bank's own commands decide.
    func own(_ command: Int, _ bank: Int) -> Cycle {
        ready[table.path[(bank &+ 1) &* table.levels &- 1] &+ command] >> Self.causeBits
    }

    /// Lets nothing that a bank has done so far keep it from a command.
    func forget(_ bank: Int) {
        let node = table.path[(bank &+ 1) &* table.levels &- 1]
        for command in 0..<table.commands { ready[node &+ command] = 0 }
    }

    /// Books what a command at `time`, which need not have issued, would have one keep that follows it anywhere in the channel of a bank.
    func follow(_ following: Int, _ command: Int, _ bank: Int, at time: Cycle) {
        for index in table.updateStart[command]..<table.updateStart[command &+ 1] {
            let update = table.updates[index]
            if update.level == 0, update.window < 0, Int(update.following) == following {
                raise(table.path[bank &* table.levels], update, time &+ update.delay)
            }
        }
    }

    @inline(__always)
    private func raise(_ node: Int, _ update: DRAMTimingTable.Update, _ cycle: Cycle) {
        let command = Int(update.following)
        var cycle = cycle
        if table.ticksPerClock > 1, table.isAligned[command] {
            cycle = (cycle &+ table.ticksPerClock &- 1) / table.ticksPerClock &* table.ticksPerClock
        }
        let time = cycle << Self.causeBits | update.cause
        if ready[node &+ command] < time { ready[node &+ command] = time }
    }

    private func raiseWindow(_ update: DRAMTimingTable.Update, node: Int, _ level: Int, at now: Cycle) {
        let window = Int(update.window)
        let local = node / table.commands - table.nodeBase[level]
        let length = windowLength[window]
        let base = windowBase[window] + local * length
        let place = oldestBase[window] + local
        // What one command puts into the window it puts in once, though several commands may follow.
        if update.isFirstOfWindow {
            expiries[base + oldest[place]] = now + update.windowDelay
            oldest[place] = oldest[place] + 1 == length ? 0 : oldest[place] + 1
        }
        let expiry = expiries[base + oldest[place]]
        if expiry > 0 {
            raise(node, update, expiry + update.delay - update.windowDelay)
        }
    }

    private func raiseSiblings(_ update: DRAMTimingTable.Update, bank: Int, _ level: Int, at now: Cycle) {
        let width = table.banksBelow[level]
        let parent = table.banksBelow[level - 1]
        let first = bank / parent * parent
        for other in stride(from: first, to: first + parent, by: width) where other / width != bank / width {
            raise(table.path[other * table.levels + level], update, now + update.delay)
        }
    }

    /// Keeps all commands from banks from `first` on up to a cycle.
    func hold(from first: Int, count: Int, until cycle: Cycle, cause: Int) {
        for command in 0..<table.commands where table.deepest[command] >= 0 {
            for bank in first..<(first + count) {
                let node = table.path[bank * table.levels + table.deepest[command]]
                ready[node + command] = max(ready[node + command], cycle << Self.causeBits | cause)
            }
        }
    }

    /// Forgets what lies in the past, so that equal futures look equal.
    func settle(at now: Cycle) {
        let bound = (now + 1) << Self.causeBits
        for index in 0..<ready.count where ready[index] < bound { ready[index] = 0 }
        for index in 0..<expiries.count where expiries[index] <= now { expiries[index] = 0 }
    }

    /// Takes over the state of another channel.
    func copy(from other: DRAMTimingState) {
        ready.copy(from: other.ready)
        expiries.copy(from: other.expiries)
        oldest.copy(from: other.oldest)
    }

    func visit(_ state: inout StateVisitor) {
        for index in 0..<ready.count {
            var time = ready[index] >> Self.causeBits
            var cause = ready[index] & (1 << Self.causeBits - 1)
            state.time(&time)
            state.plain(&cause)
            ready[index] = time << Self.causeBits | cause
        }
        for window in 0..<windowLength.count {
            let length = windowLength[window]
            for node in 0..<table.nodes[table.windowLevel[window]] {
                let base = windowBase[window] + node * length
                let place = oldestBase[window] + node
                for index in 0..<length { state.time(&expiries[base + (oldest[place] + index) % length]) }
            }
        }
    }
}
