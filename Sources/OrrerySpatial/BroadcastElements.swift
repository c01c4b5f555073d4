import OrrerySimulation

/// Elements on row and column buses: a step's operands reach all of them in the same cycle, so all are at the same step. Partial
/// results of a column go through a network, whose latency is part of the fold's `exit`.
final class BroadcastElements: ProcessingElements {
    private let sums: FixedArray<Int>
    private let weights: FixedArray<Int>
    private var runningFold = 0
    private var runningStep = 0
    private var remaining = 0

    init(rows: Int, columns: Int, registers: Int, data: ArrayData) {
        sums = FixedArray(repeating: 0, count: rows * columns)
        weights = FixedArray(repeating: 1, count: rows * columns)
        super.init(rows: rows, columns: columns, registers: registers, delay: 0, data: data)
    }

    override func runEntrance() {
        if let entered = entered(0) {
            switch entered.entry {
            case .load(let row): load(row, entered.fold)
            case .drain(let row): drain(row, entered.fold)
            case .step(let step):
                precondition(remaining == 0, "two steps meet in the elements")
                runningFold = entered.fold
                runningStep = step
                remaining = fold(entered.fold).stepCycles
            }
        }
        if remaining > 0 {
            remaining -= 1
            if remaining == 0 { finish() }
        }
    }

    private func load(_ row: Int, _ number: Int) {
        let fold = fold(number)
        for column in 0..<fold.columns {
            let isUsed = row < fold.usedRows && column < fold.usedColumns
            weights[row * columns + column] =
                isUsed ? data.stationary(row: row, column: column, fold: number) : 0
        }
    }

    private func drain(_ row: Int, _ number: Int) {
        let fold = fold(number)
        if row < fold.usedRows {
            for column in 0..<fold.usedColumns {
                data.result(row, column: column, fold: number, value: sums[row * columns + column])
            }
        }
        if row == 0 { leave(number) }
    }

    private func finish() {
        let (number, step, fold) = (runningFold, runningStep, fold(runningFold))
        for column in 0..<fold.usedColumns {
            let top = data.operand(column: column, step: step, fold: number)
            var reduced = 0
            for row in 0..<fold.usedRows {
                countOperation()
                let place = row * columns + column
                let left = data.operand(row: row, step: step, fold: number)
                let value = left * top * (fold.loadRows > 0 ? weights[place] : 1)
                if fold.reducesRows {
                    reduced = reduced + value
                } else {
                    sums[place] = step == 0 ? value : sums[place] + value
                }
            }
            if fold.reducesRows { data.result(step, column: column, fold: number, value: reduced) }
        }
        if step == fold.steps - 1, fold.drainRows == 0 { leave(number) }
    }
}
