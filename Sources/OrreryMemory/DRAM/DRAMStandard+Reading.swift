import OrreryText

extension DRAMStandard {
    /// The standard that a file describes; nil after reporting everything that is wrong with it.
    static func read(_ node: Node, path: String, diagnostics: Diagnostics) -> DRAMStandard? {
        var reader = DRAMStandardReader(node: node, path: path, diagnostics: diagnostics)
        return reader.read()
    }
}

private struct DRAMStandardReader {
    let node: Node
    let path: String
    let diagnostics: Diagnostics
    private var isClean = true
    private var levels: [String] = []
    private var buses: [String] = []
    private var commands: [DRAMStandard.Command] = []
    private var causes = ["none"]
    private var ticksPerClock = 1

    private static let keys = [
        "standard", "description", "source", "levels", "ticks_per_clock", "buses", "commands", "timing", "read_latency",
        "write_latency", "burst", "refresh_interval", "bank_refresh_interval", "bank_refresh_level", "data_bus",
        "data_clock", "power_down", "self_refresh",
    ]
    private static let mostCauses = 62

    init(node: Node, path: String, diagnostics: Diagnostics) {
        self.node = node
        self.path = path
        self.diagnostics = diagnostics
    }

    mutating func read() -> DRAMStandard? {
        guard node.mapping != nil else {
            fail("expected a DRAM standard, found \(node.summary)", node)
            return nil
        }
        isClean = node.hasOnly(Self.keys, path: path, diagnostics: diagnostics)
        levels = words("levels")
        ticksPerClock = whole(node["ticks_per_clock"], 1...8, default: 1)
        buses = words("buses")
        readCommands()
        let constraints = readConstraints()
        let latencies = ["read_latency", "write_latency", "burst", "refresh_interval"].map { expression(node[$0], $0) }
        let perBank = node["bank_refresh_interval"].flatMap { expression($0, "bank_refresh_interval") }
        let bankRefreshLevel =
            node["bank_refresh_level"].map { index($0, in: levels, "level", node) } ?? 0
        let dataBusLevel = node["data_bus"].map { index($0, in: levels, "level", node) } ?? 0
        for role in [DRAMStandard.Role.activate, .precharge, .read, .write]
        where isClean && !commands.contains(where: { $0.role == role && $0.level == levels.count - 1 }) {
            fail("has no command of a bank with role \(role.rawValue)", node["commands"] ?? node)
        }
        let dataClock = readDataClock()
        let powerDown = readLowPower("power_down")
        let selfRefresh = readLowPower("self_refresh")
        checkLevels()
        checkRules(constraints)
        guard isClean, let name = node["standard"]?.string, let read = latencies[0], let write = latencies[1],
            let burst = latencies[2], let interval = latencies[3]
        else {
            if node["standard"]?.string == nil { fail("is no DRAM standard: it has no 'standard: NAME'", node) }
            return nil
        }
        return DRAMStandard(
            name: name, levels: levels, buses: buses, commands: commands, constraints: constraints, causes: causes,
            ticksPerClock: ticksPerClock, readLatency: read, writeLatency: write, burst: burst,
            refreshInterval: interval, bankRefreshInterval: perBank, bankRefreshLevel: bankRefreshLevel,
            dataBusLevel: dataBusLevel, dataClock: dataClock, powerDown: powerDown, selfRefresh: selfRefresh)
    }

    private mutating func readLowPower(_ key: String) -> DRAMStandard.LowPower? {
        guard let state = node[key] else { return nil }
        if !state.hasOnly(["minimum", "exit"], path: "\(path).\(key)", diagnostics: diagnostics) { isClean = false }
        guard let minimum = expression(state["minimum"], "\(key).minimum"),
            let exit = expression(state["exit"], "\(key).exit")
        else { return nil }
        return DRAMStandard.LowPower(minimum: minimum, exit: exit)
    }

    private mutating func readDataClock() -> DRAMStandard.DataClock? {
        let start = commands.first { $0.role == .startClock }
        guard let clock = node["data_clock"] else {
            if let start { fail("\(start.name) starts a data clock, and there is no 'data_clock'", node) }
            return nil
        }
        if !clock.hasOnly(["read", "write"], path: "\(path).data_clock", diagnostics: diagnostics) { isClean = false }
        if start == nil { fail("a data clock needs a command with role start-clock", clock) }
        guard let read = expression(clock["read"], "data_clock.read"),
            let write = expression(clock["write"], "data_clock.write")
        else { return nil }
        return DRAMStandard.DataClock(read: read, write: write)
    }

    /// A burst that precharges and a refresh of a bank are of one bank, and all banks of one scope are closed and refreshed together.
    private mutating func checkLevels() {
        let owner = node["commands"] ?? node
        if levels.count < 2 { fail("'levels' go from the channel down to the bank", node["levels"] ?? node) }
        for command in commands {
            switch command.role {
            case .readPrecharge, .writePrecharge, .refreshBank:
                if command.level != levels.count - 1 { fail("\(command.name) is a command of a bank", owner) }
            case .precharge, .activate, .read, .write, .startClock: break
            case .prechargeAll, .refreshAll:
                if command.level == levels.count - 1 { fail("\(command.name) is a command of many banks", owner) }
            }
        }
        let scopes = commands.filter { $0.role == .prechargeAll || $0.role == .refreshAll }
        if Set(scopes.map(\.level)).count > 1 {
            fail("\(scopes.map(\.name).joined(separator: " and ")) are of different levels", owner)
        }
    }

    /// Without these a bank could do everything at once.
    private mutating func checkRules(_ constraints: [DRAMStandard.Constraint]) {
        guard isClean else { return }
        let needed: [(DRAMStandard.Role, DRAMStandard.Role)] = [
            (.activate, .read), (.activate, .write), (.activate, .precharge), (.precharge, .activate),
            (.startClock, .read), (.startClock, .write),
        ]
        for (from, to) in needed {
            let pair = [from, to].compactMap { role in commands.firstIndex { $0.role == role } }
            guard pair.count == 2 else { continue }
            let isGiven = constraints.contains {
                $0.window == 1 && !$0.isBetweenSiblings && $0.from.contains(pair[0]) && $0.to.contains(pair[1])
            }
            if !isGiven {
                fail("has no rule from \(commands[pair[0]].name) to \(commands[pair[1]].name)", node["timing"] ?? node)
            }
        }
    }

    private mutating func flag(_ node: Node?, default value: Bool) -> Bool {
        guard let node else { return value }
        guard let text = node.string, ["true", "false"].contains(text) else {
            fail("expected true or false, found \(node.summary)", node)
            return value
        }
        return text == "true"
    }

    private mutating func fail(_ message: String, _ node: Node, hint: String? = nil) {
        diagnostics.error(message, at: node.mark, path: path, hint: hint)
        isClean = false
    }

    private mutating func words(_ key: String) -> [String] {
        guard let items = node[key]?.sequence, !items.isEmpty else {
            fail("'\(key)' is a sequence of names", node[key] ?? node)
            return []
        }
        let names = items.compactMap(\.string)
        if names.count < items.count || Set(names).count < names.count {
            fail("'\(key)' is a sequence of different names", node[key] ?? node)
        }
        return names
    }

    private mutating func whole(_ node: Node?, _ range: ClosedRange<Int>, default value: Int) -> Int {
        guard let node else { return value }
        guard let number = node.string.flatMap({ Int($0) }), range.contains(number) else {
            fail("expected \(range.lowerBound) to \(range.upperBound), found \(node.summary)", node)
            return value
        }
        return number
    }

    private mutating func expression(_ node: Node?, _ key: String) -> Expression? {
        guard let node else {
            fail("'\(key)' is missing", self.node, hint: "expected an expression over the timing parameters")
            return nil
        }
        guard let expression = Expression(node, path: path, diagnostics: diagnostics) else {
            isClean = false
            return nil
        }
        return expression
    }

    private mutating func index(_ node: Node?, in names: [String], _ what: String, _ owner: Node) -> Int {
        guard let node, let name = node.string, let index = names.firstIndex(of: name) else {
            fail(
                "there is no \(what) \(node?.summary ?? "given")", node ?? owner,
                hint: "expected \(names.joined(separator: ", "))")
            return 0
        }
        return index
    }

    private mutating func readCommands() {
        for entry in node["commands"]?.mapping ?? [] {
            let value = entry.value
            if !value.hasOnly(
                ["role", "level", "bus", "clocks", "aligned", "second_within"], path: "\(path).\(entry.key)",
                diagnostics: diagnostics)
            {
                isClean = false
            }
            guard let role = value["role"]?.string.flatMap(DRAMStandard.Role.init(rawValue:)) else {
                fail(
                    "command \(entry.key) has no known role", value["role"] ?? value,
                    hint: "expected \(DRAMStandard.Role.allCases.map(\.rawValue).joined(separator: ", "))")
                continue
            }
            if commands.contains(where: { $0.role == role }) {
                fail("a second command with role \(role.rawValue)", value)
            }
            commands.append(
                DRAMStandard.Command(
                    name: entry.key, role: role,
                    level: value["level"] == nil
                        ? levels.count - 1 : index(value["level"], in: levels, "level", value),
                    bus: value["bus"] == nil ? 0 : index(value["bus"], in: buses, "bus", value),
                    ticks: ticks(value["clocks"]), isAligned: flag(value["aligned"], default: true),
                    secondWithin: value["second_within"].flatMap { expression($0, "second_within") }))
        }
    }

    /// Clocks on the bus, halves allowed where the standard has them, in ticks.
    private mutating func ticks(_ node: Node?) -> Int {
        guard let node else { return ticksPerClock }
        let quantity = node.string.flatMap { try? Expression(parsing: $0).evaluate { _ in nil } }
        guard let ticks = quantity?.value.multiplied(by: Rational(ticksPerClock))?.integer, (1...64).contains(ticks)
        else {
            fail("\(node.summary) is no number of clocks that a command can take", node)
            return 1
        }
        return ticks
    }

    private mutating func readConstraints() -> [DRAMStandard.Constraint] {
        var result: [DRAMStandard.Constraint] = []
        for item in node["timing"]?.sequence ?? [] {
            if !item.hasOnly(
                ["level", "from", "to", "clocks", "window", "siblings", "because"], path: "\(path).timing",
                diagnostics: diagnostics)
            {
                isClean = false
            }
            let from = commandList(item["from"], item)
            let to = commandList(item["to"], item)
            let isBetweenSiblings = flag(item["siblings"], default: false)
            if isBetweenSiblings, item["level"]?.string == levels.first {
                fail("there is one \(levels[0]): it has no siblings", item["level"] ?? item)
            }
            guard let latency = expression(item["clocks"], "clocks") else { continue }
            result.append(
                DRAMStandard.Constraint(
                    level: index(item["level"], in: levels, "level", item), from: from, to: to, latency: latency,
                    window: whole(item["window"], 1...64, default: 1),
                    isBetweenSiblings: isBetweenSiblings,
                    cause: cause(item["because"]?.string ?? latency.text, item)))
        }
        return result
    }

    private mutating func commandList(_ node: Node?, _ owner: Node) -> [Int] {
        let names = commands.map(\.name)
        guard let items = node?.sequence, !items.isEmpty else {
            fail("a timing rule needs lists of commands 'from' and 'to'", node ?? owner)
            return []
        }
        return items.map { index($0, in: names, "command", owner) }
    }

    private mutating func cause(_ name: String, _ node: Node) -> Int {
        if let known = causes.firstIndex(of: name) { return known }
        if causes.count > Self.mostCauses { fail("more than \(Self.mostCauses) different causes", node) }
        causes.append(name)
        return causes.count - 1
    }
}
