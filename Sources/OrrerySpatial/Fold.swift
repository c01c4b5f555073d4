/// One command of a spatial array: what passes through the array, in order.
///
/// Rows of stationary operands shift in, then a step's operands enter every `stepCycles` cycles, then rows of results shift
/// out. All of it enters at one corner; each wavefront takes `wavefront` cycles to the corner opposite.
struct Fold: Hashable {
    /// Results move down from row to row and leave at the bottom; else each element holds its own.
    var reducesRows: Bool
    /// Rows and columns that hold elements of the tile.
    var usedRows: Int
    var usedColumns: Int
    /// Rows and columns that wavefronts go through.
    var rows: Int
    var columns: Int
    /// Rows of stationary operands that shift in.
    var loadRows: Int
    var steps: Int
    var stepCycles: Int
    /// Cycles from one row to the next: the latency of the operation that a partial result waits for, or 1.
    var hop: Int
    /// Rows of results that shift out.
    var drainRows: Int
    /// Cycles from the end of the last step at the last element to the result: deeper pipelines, a reduction network.
    var exit: Int

    /// Cycles in which something of the fold enters the array.
    var entering: Int { loadRows + steps * stepCycles + drainRows }

    /// Cycles from one corner of the used part to the one opposite.
    func wavefront(_ delivery: SpatialArray.Delivery) -> Int {
        delivery == .systolic ? (rows - 1) * hop + columns - 1 : 0
    }

    /// What enters the array.
    enum Entry: Hashable {
        /// A row of the stationary operand, for this row of elements.
        case load(row: Int)
        case step(Int)
        /// The order to this row of elements to hand its results down.
        case drain(row: Int)
    }

    /// What enters the array in the fold's own cycle `cycle`; the lowest row comes first, in and out.
    func entry(at cycle: Int) -> Entry? {
        if cycle < 0 { return nil }
        if cycle < loadRows { return .load(row: rows - 1 - cycle % rows) }
        let streaming = cycle - loadRows
        if streaming < steps * stepCycles {
            return streaming % stepCycles == 0 ? .step(streaming / stepCycles) : nil
        }
        let draining = streaming - steps * stepCycles
        return draining < drainRows ? .drain(row: rows - 1 - draining) : nil
    }
}

/// How a fold lies in a schedule's details.
extension Fold {
    var details: [Int] {
        [reducesRows ? 1 : 0, usedRows, usedColumns, rows, columns, loadRows, steps, stepCycles, hop, drainRows, exit]
    }

    init(details: ArraySlice<Int>) {
        let at = details.startIndex
        self.init(
            reducesRows: details[at] != 0, usedRows: details[at + 1], usedColumns: details[at + 2],
            rows: details[at + 3], columns: details[at + 4], loadRows: details[at + 5], steps: details[at + 6],
            stepCycles: details[at + 7], hop: details[at + 8], drainRows: details[at + 9], exit: details[at + 10])
    }

    static let detailCount = 11

    /// What keeps the fold from an array of this size, nil where nothing does.
    func problem(rows: Int, columns: Int) -> String? {
        let isInside = 1 <= usedRows && usedRows <= self.rows && self.rows <= rows
        let isBeside = 1 <= usedColumns && usedColumns <= self.columns && self.columns <= columns
        let isOrdered = loadRows >= 0 && steps >= 1 && stepCycles >= 1 && hop >= 1 && drainRows >= 0 && exit >= 0
        return isInside && isBeside && isOrdered
            ? nil : "a fold of this shape does not fit \(rows) × \(columns) elements"
    }

    /// The hop of the fold with these details.
    static func hop(_ details: ArraySlice<Int>) -> Int { details[details.startIndex + 8] }
}
