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
        var fold = -1
        var index = 0
        var value = 0
    }

    /// What goes down beside the operands: to load (`isDrain` false) or drain the element in row `index`.
    private struct Order {
        var item = Item()
        var isDrain = false
        var isPicked = false
    }

    private let hop: Int
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
        let layer = cycle % hop * rows * columns
        for row in stride(from: rows - 1, through: 0, by: -1) {
            for column in stride(from: columns - 1, through: 0, by: -1) {
                let place = row * columns + column
                let above = layer + place - columns
                let order = row == 0 ? order(enteringColumn: column) : orders[above]
                let fromTop = row == 0 ? operand(enteringColumn: column) : down[above]
                let fromLeft = column == 0 ? operand(enteringRow: row) : right[place - 1]
                orders[layer + place] = follow(order, row: row, column: column, place: place)
                down[layer + place] = fromTop
                right[place] = fromLeft
                if fromLeft.fold >= 0 { start(fromLeft, fromTop, row: row, column: column, place: place) }
                if remaining[place] > 0 {
                    remaining[place] -= 1
                    if remaining[place] == 0 { finish(row: row, column: column, place: place, layer: layer) }
                }
            }
        }
    }

    // MARK: Edges

    private func operand(enteringRow row: Int) -> Item {
        guard let entered = entered(row * hop), case .step(let step) = entered.entry else { return Item() }
        let fold = fold(entered.fold)
        if row >= fold.rows { return Item() }
        let value = row < fold.usedRows ? data.operand(row: row, step: step, fold: entered.fold) : 0
        return Item(fold: entered.fold, index: step, value: value)
    }

    private func operand(enteringColumn column: Int) -> Item {
        guard let entered = entered(column), case .step(let step) = entered.entry else { return Item() }
        let fold = fold(entered.fold)
        if column >= fold.columns { return Item() }
        let value = column < fold.usedColumns ? data.operand(column: column, step: step, fold: entered.fold) : 0
        return Item(fold: entered.fold, index: step, value: value)
    }

    private func order(enteringColumn column: Int) -> Order {
        guard let entered = entered(column), column < fold(entered.fold).columns else { return Order() }
        switch entered.entry {
        case .step: return Order()
        case .drain(let row): return Order(item: Item(fold: entered.fold, index: row), isDrain: true)
        case .load(let row):
            let fold = fold(entered.fold)
            let isUsed = row < fold.usedRows && column < fold.usedColumns
            let value = isUsed ? data.stationary(row: row, column: column, fold: entered.fold) : 0
            return Order(item: Item(fold: entered.fold, index: row, value: value))
        }
    }

    // MARK: Elements

    /// An order passes an element. - Returns: what it hands down.
    private func follow(_ order: Order, row: Int, column: Int, place: Int) -> Order {
        var order = order
        if order.item.fold < 0 { return order }
        let fold = fold(order.item.fold)
        if order.item.index == row {
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
        if item.index < fold.usedRows, column < fold.usedColumns {
            data.result(item.index, column: column, fold: item.fold, value: item.value)
        }
        if item.index == fold.rows - 1, column == fold.columns - 1 { leave(item.fold) }
        return Order()
    }

    private func start(_ left: Item, _ top: Item, row: Int, column: Int, place: Int) {
        let fold = fold(left.fold)
        if column == fold.columns - 1 { right[place] = Item() }
        precondition(remaining[place] == 0, "two steps meet in an element")
        precondition(left.fold == top.fold && left.index == top.index, "operands of different steps meet in an element")
        remaining[place] = fold.stepCycles
        running[place] = left
        running[place].value = left.value * top.value * (fold.loadRows > 0 ? weights[place] : 1)
    }

    private func finish(row: Int, column: Int, place: Int, layer: Int) {
        let step = running[place]
        let fold = fold(step.fold)
        let isUsed = row < fold.usedRows && column < fold.usedColumns
        if isUsed { countOperation() }
        if fold.reducesRows {
            handDown(step, fold, isUsed: isUsed, row: row, column: column, place: place, layer: layer)
        } else {
            sums[place] = step.index == 0 ? step.value : sums[place] + step.value
        }
        let isLast = step.index == fold.steps - 1 && row == fold.rows - 1 && column == fold.columns - 1
        if isLast, fold.drainRows == 0 { leave(step.fold) }
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
            data.result(step.index, column: column, fold: step.fold, value: step.value)
        }
    }
}
