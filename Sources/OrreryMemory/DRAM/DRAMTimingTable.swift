import OrrerySimulation
import OrreryText

/// The timing rules of a device compiled to integers, for one controller's part of a channel.
///
/// Nodes of all levels are numbered together; a node has one ready time for each command (`node × commands + command`). Issuing a
/// command raises the ready times that its rules name; a command may issue when all nodes on the path to its bank are ready.
final class DRAMTimingTable {
    /// One rule of one preceding command.
    struct Update {
        var level: Int32
        var following: Int32
        /// Ticks, with the lengths of both commands on the bus taken into account.
        var delay: Int
        /// Index of the window that it counts in, or -1.
        var window: Int32
        /// The expiry that the command puts into its window, and whether this update is the one that does.
        var windowDelay = 0
        var isFirstOfWindow = false
        var isBetweenSiblings: Bool
        var cause: Int
        /// It raises the ready time of one node on the path to the bank.
        var isPlain = true
    }

    let device: DRAMDevice
    let levels: Int
    let commands: Int
    let banks: Int
    /// Nodes of each level, and the index of the first.
    let nodes: [Int]
    let nodeBase: [Int]
    /// Banks under a node of each level.
    let banksBelow: [Int]
    let updates: FixedArray<Update>
    let updateStart: FixedArray<Int>
    /// The ready times that limit a command to a bank: of nodes down to the scope (rank or pseudo-channel), and of those below.
    let upper: DRAMLimits
    let lower: DRAMLimits
    /// By command: the lowest level at which something limits it; -1 for none.
    let deepest: FixedArray<Int>
    /// Index of the ready times of the node at each level on the path to each bank.
    let path: FixedArray<Int>
    /// Windows: length of each, and where its expiry times begin for each node of its level.
    let windowLength: [Int]
    let windowLevel: [Int]
    let windowBase: [Int]
    let windowCount: Int
    let ticks: FixedArray<Int>
    /// Ready times of these are whole clocks.
    let isAligned: FixedArray<Bool>
    let bus: FixedArray<Int>
    let ticksPerClock: Int
    /// Bits of the causes that are windows (tFAW): an activate that waits for one is held by the rate of activates.
    let windowCauses: UInt64
    /// Ticks within which the second half of an activate follows; nil where activates are one command.
    let secondWithin: Int?
    /// Ticks from a read and from a write for which the data clock runs on; 0 where it always does.
    let clockRunsOn: FixedArray<Int>
    let readLatency: Int
    let writeLatency: Int
    let burst: Int

    /// Ticks of the longest rule of a command.
    func longestRule(after command: Int) -> Int {
        (updateStart[command]..<updateStart[command + 1]).reduce(0) { max($0, updates[$1].delay) }
    }

    /// - Parameters:
    ///   - sizes: nodes of each level under one of the level above, for this controller's part.
    ///   - used: commands that the controller issues; rules for others are left out.
    ///   - singleClockCommands: every command takes one clock on its bus.
    ///   - alignment: which commands begin with a clock, where a clock has several ticks.
    init(
        _ device: DRAMDevice, sizes: [Int], used: Set<Int>, singleClockCommands: Bool,
        alignment: DRAMController.Alignment
    ) {
        let standard = device.standard
        self.device = device
        levels = standard.levels.count
        commands = standard.commands.count
        ticksPerClock = standard.ticksPerClock
        var count = 1
        var nodes: [Int] = []
        for size in sizes {
            count *= size
            nodes.append(count)
        }
        let banks = count
        self.banks = banks
        self.nodes = nodes
        banksBelow = nodes.map { banks / $0 }
        var base = 0
        nodeBase = nodes.map { count in
            defer { base += count }
            return base
        }
        let length = standard.commands.map { singleClockCommands ? standard.ticksPerClock : $0.ticks }
        ticks = FixedArray(length)
        isAligned = FixedArray(
            standard.commands.map {
                standard.ticksPerClock > 1 && alignment != .none && (alignment == .clock || $0.isAligned)
            })
        bus = FixedArray(standard.commands.map(\.bus))
        let compiled = Self.compile(device, nodes: nodes, used: used, length: length)
        updates = FixedArray(compiled.updates.flatMap { $0 })
        var starts = [0]
        for list in compiled.updates { starts.append(starts[starts.count - 1] + list.count) }
        updateStart = FixedArray(starts)
        windowLength = compiled.windows.map(\.length)
        windowLevel = compiled.windows.map(\.level)
        windowBase = compiled.windows.map(\.base)
        windowCount = compiled.windows.reduce(0) { $0 + $1.length * nodes[$1.level] }
        let scope = Self.scopeLevel(standard)
        let limits = (0..<standard.commands.count).map { command in
            Set(compiled.updates.joined().filter { $0.following == Int32(command) }.map { Int($0.level) }).sorted()
        }
        deepest = FixedArray(limits.map { $0.last ?? -1 })
        var path: [Int] = []
        for bank in 0..<banks {
            for level in 0..<levels { path.append((nodeBase[level] + bank / banksBelow[level]) * commands) }
        }
        upper = DRAMLimits(limits.map { $0.filter { $0 <= scope } }, path: path, levels: levels)
        lower = DRAMLimits(limits.map { $0.filter { $0 > scope } }, path: path, levels: levels)
        self.path = FixedArray(path)
        windowCauses = standard.constraints.filter { $0.window > 1 }.reduce(0) { $0 | 1 << UInt64($1.cause) }
        secondWithin = standard.commands.first { $0.role == .activate }?.secondWithin.map(device.ticks)
        clockRunsOn = FixedArray(
            [standard.dataClock?.read, standard.dataClock?.write].map { $0.map(device.ticks) ?? 0 })
        readLatency = device.ticks(standard.readLatency)
        writeLatency = device.ticks(standard.writeLatency)
        burst = device.ticks(standard.burst)
    }

    /// The level whose nodes are refreshed as a whole: rank, or pseudo-channel.
    static func scopeLevel(_ standard: DRAMStandard) -> Int {
        standard.command(.refreshAll).map { standard.commands[$0].level } ?? standard.dataBusLevel
    }

    private struct Window {
        var level: Int
        var length: Int
        var base: Int
    }

    private static func compile(
        _ device: DRAMDevice, nodes: [Int], used: Set<Int>, length: [Int]
    ) -> (updates: [[Update]], windows: [Window]) {
        let standard = device.standard
        var updates: [[Update]] = Array(repeating: [], count: standard.commands.count)
        var windows: [Window] = []
        var windowBase = 0
        for rule in standard.constraints {
            let nominal = device.ticks(rule.latency)
            let from = rule.from.filter(used.contains)
            let to = rule.to.filter(used.contains)
            if from.isEmpty || to.isEmpty { continue }
            if rule.isBetweenSiblings, rule.level == 0 || nodes[rule.level] == nodes[rule.level - 1] { continue }
            var window = -1
            if rule.window > 1 {
                window = windows.count
                windows.append(Window(level: rule.level, length: rule.window, base: windowBase))
                windowBase += rule.window * nodes[rule.level]
            }
            for preceding in from {
                for following in to {
                    let delay = nominal + (length[preceding] - 1) - (length[following] - 1)
                    let update = Update(
                        level: Int32(rule.level), following: Int32(following), delay: delay, window: Int32(window),
                        windowDelay: nominal, isFirstOfWindow: window >= 0 && following == to[0],
                        isBetweenSiblings: rule.isBetweenSiblings, cause: rule.cause,
                        isPlain: window < 0 && !rule.isBetweenSiblings)
                    // Of several rules for the same pair and level the longest decides.
                    let same = updates[preceding].firstIndex {
                        window < 0 && $0.window < 0 && $0.level == update.level && $0.following == update.following
                            && $0.isBetweenSiblings == update.isBetweenSiblings
                    }
                    if let same {
                        if updates[preceding][same].delay < delay { updates[preceding][same] = update }
                    } else {
                        updates[preceding].append(update)
                    }
                }
            }
        }
        return (updates, windows)
    }
}
