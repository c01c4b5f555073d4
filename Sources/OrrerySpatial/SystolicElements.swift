import OrrerySimulation

/// Elements that hand operands to their right and lower neighbours, one element a cycle.
///
/// Each element has a register for what goes right, and one for what goes down; `hop` registers lie between two rows. An
/// element begins a step when its operands arrive, which must belong together: a wrong skew stops the run. It is busy for
/// the step's issue slots, then adds to its own sum, or combines with the partial result that arrives from above and hands
/// it down. Orders to load and to drain go down the columns beside the operands.
final class SystolicElements: ProcessingElements {
    /// A value on its way; `fold` is -1 in an empty register.
    private struct Item {
        var fold: Int32 = -1
        var index: Int32 = 0
        var value = 0

        init() {}

        init(_ fold: Int, _ index: Int, _ value: Int) {
            self.fold = Int32(fold)
            self.index = Int32(index)
            self.value = value
        }
    }

    /// What goes down beside the operands: to load (`isDrain` false) or drain the element in row `index`.
    private struct Order {
        var item = Item()
        var isDrain = false
        var isPicked = false
    }

    private let hop: Int
    /// No order is in the array from this cycle on, and all registers for orders are empty.
    private var ordersUntil = 0
    private let right: FixedArray<Item>
    private let down: FixedArray<Item>
    private let orders: FixedArray<Order>
    private let partial: FixedArray<Item>
    /// The step that each element is at, and its remaining cycles.
    private let running: FixedArray<Item>
    private let remaining: FixedArray<Int>
    private let sums: FixedArray<Int>
    private let weights: FixedArray<Int>

    init(rows: Int, columns: Int, registers: Int, hop: Int, data: ArrayData) {
        self.hop = hop
        let count = rows * columns
        right = FixedArray(repeating: Item(), count: count)
        down = FixedArray(repeating: Item(), count: count * hop)
        orders = FixedArray(repeating: Order(), count: count * hop)
        partial = FixedArray(repeating: Item(), count: count * hop)
        running = FixedArray(repeating: Item(), count: count)
        remaining = FixedArray(repeating: 0, count: count)
        sums = FixedArray(repeating: 0, count: count)
        weights = FixedArray(repeating: 1, count: count)
        super.init(rows: rows, columns: columns, registers: registers, delay: (rows - 1) * hop + columns, data: data)
    }

    /// Lower right elements first: each takes what its neighbours held in the cycle before, or `hop` cycles before from above.
    override func runElements() {
        let view = view
        let hasOrders = cycle < ordersUntil
        let layer = cycle % hop * rows * columns
        for row in stride(from: rows - 1, through: 0, by: -1) {
            for column in stride(from: columns - 1, through: row == 0 ? 1 : 0, by: -1) {
                run(view, row: row, column: column, layer: layer, hasOrders: hasOrders)
            }
        }
    }

    /// The upper left element is the last in the order, and the only one to see what enters in the same cycle.
    override func runEntrance() {
        run(view, row: 0, column: 0, layer: cycle % hop * rows * columns, hasOrders: cycle < ordersUntil)
    }

    private func run(_ view: View, row: Int, column: Int, layer: Int, hasOrders: Bool) {
        let place = row * columns + column
        let above = layer + place - columns
        if hasOrders || row == 0 {
            let order = row == 0 ? order(enteringColumn: column) : orders[above]
            orders[layer + place] = follow(order, view, row: row, column: column, place: place)
        }
        let fromTop = row == 0 ? operand(enteringColumn: column) : down[above]
        let fromLeft = column == 0 ? operand(enteringRow: row) : right[place - 1]
        down[layer + place] = fromTop
        right[place] = fromLeft
        if fromLeft.fold >= 0 { start(fromLeft, fromTop, view, row: row, column: column, place: place) }
        if remaining[place] > 0 {
            remaining[place] -= 1
            if remaining[place] == 0 { finish(view, row: row, column: column, place: place, layer: layer) }
        }
    }

    // MARK: Edges

    private func operand(enteringRow row: Int) -> Item {
        guard let entered = entered(row * hop), case .step(let step) = entered.entry else { return Item() }
        let fold = fold(entered.fold)
        if row >= fold.rows { return Item() }
        let value = row < fold.usedRows ? data.operand(row: row, step: step, fold: entered.fold) : 0
        return Item(entered.fold, step, value)
    }

    private func operand(enteringColumn column: Int) -> Item {
        guard let entered = entered(column), case .step(let step) = entered.entry else { return Item() }
        let fold = fold(entered.fold)
        if column >= fold.columns { return Item() }
        let value = column < fold.usedColumns ? data.operand(column: column, step: step, fold: entered.fold) : 0
        return Item(entered.fold, step, value)
    }

    private func order(enteringColumn column: Int) -> Order {
        guard let entered = entered(column), column < fold(entered.fold).columns else { return Order() }
        if case .step = entered.entry { return Order() }
        ordersUntil = cycle + columns + (rows + 2) * hop
        switch entered.entry {
        case .step: return Order()
        case .drain(let row): return Order(item: Item(entered.fold, row, 0), isDrain: true)
        case .load(let row):
            let fold = fold(entered.fold)
            let isUsed = row < fold.usedRows && column < fold.usedColumns
            let value = isUsed ? data.stationary(row: row, column: column, fold: entered.fold) : 0
            return Order(item: Item(entered.fold, row, value))
        }
    }

    // MARK: Elements

    /// An order passes an element. - Returns: what it hands down.
    private func follow(_ order: Order, _ view: View, row: Int, column: Int, place: Int) -> Order {
        var order = order
        if order.item.fold < 0 { return order }
        let fold = view.fold(Int(order.item.fold))
        if Int(order.item.index) == row {
            if !order.isDrain {
                weights[place] = order.item.value
                return Order()
            }
            order.item.value = sums[place]
            order.isPicked = true
        }
        if !order.isDrain || row < fold.rows - 1 { return order }
        precondition(order.isPicked, "a result leaves that no element has given")
        let item = order.item
        if Int(item.index) < fold.usedRows, column < fold.usedColumns {
            data.result(Int(item.index), column: column, fold: Int(item.fold), value: item.value)
        }
        if item.index == 0, column == fold.columns - 1 { leave(Int(item.fold)) }
        return Order()
    }

    private func start(_ left: Item, _ top: Item, _ view: View, row: Int, column: Int, place: Int) {
        let fold = view.fold(Int(left.fold))
        if column == fold.columns - 1 { right[place] = Item() }
        precondition(remaining[place] == 0, "two steps meet in an element")
        precondition(left.fold == top.fold && left.index == top.index, "operands of different steps meet in an element")
        remaining[place] = fold.stepCycles
        running[place] = left
        running[place].value = left.value * top.value * (fold.loadRows > 0 ? weights[place] : 1)
    }

    private func finish(_ view: View, row: Int, column: Int, place: Int, layer: Int) {
        let step = running[place]
        let fold = view.fold(Int(step.fold))
        let isUsed = row < fold.usedRows && column < fold.usedColumns
        if isUsed { countOperation() }
        if fold.reducesRows {
            handDown(step, fold, isUsed: isUsed, row: row, column: column, place: place, layer: layer)
        } else {
            sums[place] = step.index == 0 ? step.value : sums[place] + step.value
        }
        let isLast = Int(step.index) == fold.steps - 1 && row == fold.rows - 1 && column == fold.columns - 1
        if isLast, fold.drainRows == 0 { leave(Int(step.fold)) }
    }

    private func handDown(
        _ step: Item, _ fold: Fold, isUsed: Bool, row: Int, column: Int, place: Int, layer: Int
    ) {
        var step = step
        if row > 0 {
            let above = partial[layer + place - columns]
            precondition(above.fold == step.fold && above.index == step.index, "a partial result comes out of step")
            step.value = above.value + (isUsed ? step.value : 0)
        }
        partial[layer + place] = step
        if row == fold.rows - 1, column < fold.usedColumns {
            data.result(Int(step.index), column: column, fold: Int(step.fold), value: step.value)
        }
    }
}
