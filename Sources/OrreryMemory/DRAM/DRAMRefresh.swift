import OrrerySimulation

/// When which banks have to be refreshed.
struct DRAMRefresh {
    /// A refresh that is due: of all banks of a scope, or of one bank.
    struct Item: Equatable {
        var isAll: Bool
        var bank: Int
    }

    private let kind: DRAMController.Refresh
    private let period: Int
    private let scopes: Int
    private let banksPerScope: Int
    private let isStaggered: Bool
    private let postpone: Int
    /// Cycles from the last command to a row to the first one after it was refreshed and is open again, at most.
    private let lasting: Int
    /// The next cycle at which one falls due.
    private(set) var due: Cycle
    /// Which scope, or bank of each scope, is next.
    private var turn = 0
    /// Intervals that were put off.
    private var owed = 0
    /// Due and not yet done, oldest first.
    private(set) var items: [Item] = []

    init(_ table: DRAMTimingTable, _ policy: DRAMController) {
        let standard = table.device.standard
        kind = policy.refresh
        postpone = policy.refreshPostpone
        let role: DRAMStandard.Role = policy.refresh == .perBank ? .refreshBank : .refreshAll
        let level =
            policy.refresh == .perBank
            ? standard.bankRefreshLevel : standard.command(role).map { standard.commands[$0].level } ?? 0
        scopes = table.nodes[level]
        banksPerScope = table.banksBelow[level]
        isStaggered = policy.refreshStagger && policy.refresh == .allBank && scopes > 1
        let expression = policy.refresh == .perBank ? standard.bankRefreshInterval : standard.refreshInterval
        let period = expression.map(table.device.ticks) ?? 0
        self.period = period
        let blocking = standard.command(role).map { table.longestRule(after: $0) } ?? 0
        lasting = blocking + 2 * table.longestRule(after: table.device.standard.command(.activate) ?? 0)
        due = .never
        if policy.refresh != .none, period > 0 { due = interval(after: 0) }
    }

    var isPending: Bool { !items.isEmpty }

    /// Clocks from the begin of a turn to the next: staggered ones divide the period as evenly as whole clocks allow.
    private func interval(after turns: Int) -> Int {
        guard isStaggered else { return period }
        let turn = turns % scopes
        return (turn + 1) * period / scopes - turn * period / scopes
    }

    /// An interval has passed.
    mutating func advance(at now: Cycle, hasRequests: Bool) {
        while due <= now {
            owed += 1
            due += interval(after: turn + owed)
        }
        if hasRequests && owed <= postpone { return }
        while owed > 0 {
            owed -= 1
            addItems()
        }
    }

    private mutating func addItems() {
        if kind == .perBank {
            for scope in 0..<scopes { items.append(Item(isAll: false, bank: scope * banksPerScope + turn)) }
            turn = turn + 1 == banksPerScope ? 0 : turn + 1
        } else if isStaggered {
            items.append(Item(isAll: true, bank: turn * banksPerScope))
            turn = turn + 1 == scopes ? 0 : turn + 1
        } else {
            for scope in 0..<scopes { items.append(Item(isAll: true, bank: scope * banksPerScope)) }
        }
    }

    /// Forgets what is due for some banks, which a device does by itself.
    mutating func drop(_ isDropped: (Int) -> Bool) { items.removeAll { isDropped($0.bank) } }

    mutating func done(_ index: Int) { items.remove(at: index) }

    mutating func visit(_ state: inout StateVisitor) {
        state.deadline(&due, lasting: lasting)
        state.plain(&turn)
        state.plain(&owed)
        let count = state.count(items.count)
        if state.isRestoring { items = Array(repeating: Item(isAll: true, bank: 0), count: count) }
        for index in items.indices {
            state.plain(&items[index].isAll)
            state.plain(&items[index].bank)
        }
    }
}
