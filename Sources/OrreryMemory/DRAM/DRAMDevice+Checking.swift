import OrreryText

/// What a device's numbers must satisfy to work at all, over the rules of its standard: no parameter is known by name here.
///
/// A row that may be closed before it can be accessed is opened and closed for ever; a refresh that takes longer than the time
/// between two leaves no clock for an access.
struct DRAMDeviceChecker {
    /// Clocks of a rule or a latency, at most: a second at 1 GHz. Times of long runs then stay far from the end of integers.
    static let mostClocks = 1 << 30
    /// Banks of a channel, and bytes of one, at most.
    static let mostBanks = 4096
    static let mostBytes = 1 << 50

    let device: DRAMDevice
    let node: Node
    let path: String
    let diagnostics: Diagnostics

    /// What energies from currents are computed with.
    private static let energyNames = ["nRC", "nRAS", "nRFC", "nRFCpb"]

    private var standard: DRAMStandard { device.standard }

    /// Reports everything that cannot work.
    func check() {
        checkNames()
        let areSizesFine = checkSizes()
        if !checkParameters() || !checkValues() || !areSizesFine { return }
        checkData()
        checkRow(.read)
        checkRow(.write)
        if let refresh = standard.command(.refreshAll) { checkRefreshOfAll(refresh) }
        if let refresh = standard.command(.refreshBank) { checkRefreshOfBank(refresh) }
    }

    /// - Returns: whether further numbers can be computed with them.
    private func checkSizes() -> Bool {
        let banks = device.sizes.reduce(1, clampedProduct)
        if banks > Self.mostBanks {
            diagnostics.error(
                "a channel of more than \(Self.mostBanks) banks", at: (node["sizes"] ?? node).mark,
                path: "\(path).sizes")
        }
        let bytes = [device.rows, device.columns, device.accessBytes].reduce(banks, clampedProduct)
        if bytes > Self.mostBytes {
            diagnostics.error("a channel of more than 2^50 bytes", at: (node["rows"] ?? node).mark, path: path)
        }
        return banks <= Self.mostBanks
    }

    /// Those of states with less power, which a device need not have.
    private var states: [DRAMStandard.LowPower] { [standard.powerDown, standard.selfRefresh].compactMap { $0 } }

    private var expressions: [Expression] {
        var all = standard.constraints.map(\.latency)
        all += [standard.readLatency, standard.writeLatency, standard.burst, standard.refreshInterval]
        if let perBank = standard.bankRefreshInterval { all.append(perBank) }
        if let clock = standard.dataClock { all += [clock.read, clock.write] }
        return all + standard.commands.compactMap(\.secondWithin)
    }

    /// Every expression of the standard must have its parameters. - Returns: whether it has.
    private func checkParameters() -> Bool {
        var missing: [String] = []
        for name in expressions.flatMap(\.names) where device.timing[name] == nil && !missing.contains(name) {
            missing.append(name)
            diagnostics.error(
                "timing parameter '\(name)' is missing: \(standard.name) has a rule that uses it",
                at: (node["timing"] ?? node).mark, path: "\(path).timing")
        }
        return missing.isEmpty
    }

    /// - Returns: whether every expression gives a number of clocks.
    private func checkValues() -> Bool {
        var isClean = true
        let optional = states.filter(device.has).flatMap { [$0.minimum, $0.exit] }
        for expression in expressions + optional {
            let clocks = device.clocks(expression)
            if let clocks, clocks <= Self.mostClocks { continue }
            isClean = false
            report(clocks == nil ? "gives no number of clocks" : "gives more than 2^30 clocks", expression)
        }
        return isClean
    }

    private func report(_ problem: String, _ expression: Expression) {
        diagnostics.error("'\(expression)' \(problem)", at: mark(expression), path: path)
    }

    /// Where the device gives what expressions are made of, in the file that was asked for rather than in one that it extends; else
    /// where the standard has the first of them.
    private func mark(_ expressions: Expression...) -> SourceMark? { mark(expressions) }

    private func mark(_ expressions: [Expression]) -> SourceMark? {
        let marks = expressions.flatMap(\.names).compactMap { node["timing"]?[$0]?.mark }
        return marks.first { $0.file == node.mark.file } ?? marks.first ?? expressions.first?.mark ?? node.mark
    }

    /// What the standard has about a refresh.
    private func expressions(of refresh: Int) -> [Expression] {
        standard.constraints.filter { $0.from.contains(refresh) || $0.to.contains(refresh) }.map(\.latency)
    }

    private func clocks(_ expression: Expression) -> Int { device.clocks(expression) ?? 0 }

    /// Parameters that nothing uses are misspelt, or belong to another standard.
    private func checkNames() {
        var used = Set(expressions.flatMap(\.names) + states.flatMap(\.names) + Self.energyNames)
        for entry in node["timing"]?.mapping ?? [] {
            let text = (entry.value["value"] ?? entry.value).string
            used.formUnion(text.flatMap { try? Expression(parsing: $0) }?.names ?? [])
        }
        node["timing"]?.hasOnly(used.sorted(), path: "\(path).timing", diagnostics: diagnostics)
        for name in ["nRC", "nRAS"] where device.power?.isCurrents == true && device.timing[name] == nil {
            diagnostics.error(
                "timing parameter '\(name)' is missing: the energy of an activate from currents needs it",
                at: (node["timing"] ?? node).mark, path: "\(path).timing")
        }
    }

    private func checkData() {
        let burst = clocks(standard.burst)
        if burst < 1 { report("gives a burst of \(burst) clocks", standard.burst) }
        for latency in [standard.readLatency, standard.writeLatency] where clocks(latency) < burst {
            report("gives \(clocks(latency)) clocks to the end of data that take \(burst)", latency)
        }
    }

    /// The longest rule from a command of one role to one of another in the same bank.
    private func rule(_ from: DRAMStandard.Role, _ to: DRAMStandard.Role) -> (clocks: Int, expression: Expression)? {
        guard let from = standard.command(from), let to = standard.command(to) else { return nil }
        return standard.constraints.filter {
            $0.window == 1 && !$0.isBetweenSiblings && $0.from.contains(from) && $0.to.contains(to)
        }.map { (clocks($0.latency), $0.latency) }.max { $0.0 < $1.0 }
    }

    /// A row must stay open until it can be accessed.
    private func checkRow(_ role: DRAMStandard.Role) {
        guard let open = rule(.activate, .precharge), let access = rule(.activate, role) else { return }
        if open.clocks < access.clocks {
            diagnostics.error(
                "a row could be closed after \(open.clocks) clocks (\(open.expression)), before its first \(role.rawValue) after \(access.clocks) (\(access.expression))",
                at: mark(open.expression, access.expression), path: "\(path).timing",
                hint: "expected at least \(access.clocks) clocks")
        }
    }

    /// What a row takes from its activate to the refresh that may follow its access.
    private func row(before refresh: DRAMStandard.Role) -> Int {
        let access = max(
            (rule(.activate, .read)?.clocks ?? 0) + (rule(.read, .precharge)?.clocks ?? 0),
            (rule(.activate, .write)?.clocks ?? 0) + (rule(.write, .precharge)?.clocks ?? 0))
        let closed = max(rule(.precharge, refresh)?.clocks ?? 0, rule(.prechargeAll, refresh)?.clocks ?? 0)
        return max(
            max(access, rule(.activate, .precharge)?.clocks ?? 0) + closed, rule(.activate, refresh)?.clocks ?? 0)
    }

    /// Clocks between two commands that close a bank.
    private var closing: Int { max(1, rule(.precharge, .precharge)?.clocks ?? 0) }

    /// Between two refreshes there must be time to close all banks one by one, for the refresh, and for a row.
    private func checkRefreshOfAll(_ command: Int) {
        let interval = clocks(standard.refreshInterval)
        let busy = rule(.refreshAll, .activate)?.clocks ?? 0
        let row = row(before: .refreshAll)
        let closing = clampedProduct(device.sizes.reduce(2, clampedProduct), closing)
        if interval - busy - row <= closing {
            diagnostics.error(
                "refreshes every \(interval) clocks (\(standard.refreshInterval)) leave no time for accesses: \(standard.commands[command].name) takes \(busy) clocks, a row \(row), and to close all banks \(closing)",
                at: mark([standard.refreshInterval] + expressions(of: command)), path: "\(path).timing")
        }
    }

    /// Refreshes of banks must come slower than the banks of a scope can take them, and each bank's slower than its rows.
    private func checkRefreshOfBank(_ command: Int) {
        guard let expression = standard.bankRefreshInterval else { return }
        let interval = clocks(expression)
        let banks = device.sizes[(standard.bankRefreshLevel + 1)...].reduce(1, clampedProduct)
        let scopes = device.sizes[...standard.bankRefreshLevel].reduce(1, clampedProduct)
        let next = [command] + [standard.command(.activate)].compactMap { $0 }
        func longest(_ isOfBank: Bool) -> Int {
            standard.constraints.filter {
                ($0.level == standard.bankLevel) == isOfBank && $0.from.contains(command)
                    && $0.to.contains(where: next.contains)
            }.map { (clocks($0.latency) + $0.window - 1) / $0.window }.max() ?? 0
        }
        let (busy, gap) = (longest(true), longest(false) + clampedProduct(scopes, closing + 1))
        let row = row(before: .refreshBank)
        if interval <= gap || clampedProduct(interval, banks) - busy - row <= banks {
            diagnostics.error(
                "refreshes every \(interval) clocks (\(expression)) of one of \(banks) banks leave no time for accesses: \(standard.commands[command].name) takes \(busy) clocks of its bank, \(gap) of the others, and a row \(row)",
                at: mark([expression] + expressions(of: command)), path: "\(path).timing")
        }
    }
}

/// The product, or the largest integer there is.
private func clampedProduct(_ a: Int, _ b: Int) -> Int {
    let (value, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? .max : value
}
