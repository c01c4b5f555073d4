import OrrerySimulation

/// The numbers that pass through an array element by element, which multiplies them and sums the products, whatever the
/// operations cost; the simulator itself runs on ones, tests on real ones.
class ArrayData {
    /// What enters row `row` (from the left) or column `column` (from the top) in a step.
    func operand(row: Int, step: Int, fold: Int) -> Int { 1 }
    func operand(column: Int, step: Int, fold: Int) -> Int { 1 }
    /// What is loaded into an element.
    func stationary(row: Int, column: Int, fold: Int) -> Int { 1 }
    /// What leaves column `column` as the result of a step (reduced over rows) or of a row of elements.
    func result(_ index: Int, column: Int, fold: Int, value: Int) {}
}

/// An array simulated element by element and cycle by cycle; folds are numbered from 0 in the order in which they enter.
///
/// This class holds what both kinds of delivery share: the registers between the ports and the elements, and which folds
/// are under way. `SystolicElements` and `BroadcastElements` hold the elements.
class ProcessingElements {
    /// What entered in a cycle.
    struct Injection {
        var fold: Int
        var entry: Fold.Entry
    }

    let rows: Int
    let columns: Int
    let data: ArrayData
    /// Cycles since the start.
    private(set) var cycle = 0
    /// The present cycle has been run, except for its entrance.
    private(set) var isOpen = false
    private let registers: Int
    private let operationCount = FixedArray(repeating: 0, count: 1)
    /// What entered in each of the last cycles, by cycle modulo its length: the registers on the way in and the skew buffers.
    private var history: [Injection?]
    /// Folds that are not over, the first with number `firstFold`, and the cycle at which each is.
    private var folds: [Fold] = []
    private var ends: [Cycle] = []
    private(set) var firstFold = 0

    init(rows: Int, columns: Int, registers: Int, delay: Int, data: ArrayData) {
        self.rows = rows
        self.columns = columns
        self.registers = registers
        self.data = data
        history = Array(repeating: nil, count: registers + delay + 1)
    }

    /// The next fold is about to enter. - Returns: its number.
    func begin(_ fold: Fold) -> Int {
        folds.append(fold)
        ends.append(.never)
        return firstFold + folds.count - 1
    }

    /// Nothing is in the array.
    var isEmpty: Bool { folds.isEmpty }

    /// Whether the results of a fold are all there.
    func isOver(_ fold: Int) -> Bool { fold < firstFold || ends[fold - firstFold] <= cycle + (isOpen ? 1 : 0) }

    /// Goes through a cycle, except where something may enter in it.
    final func runInside() {
        if !isOpen { runElements() }
        isOpen = true
    }

    /// Ends the cycle, in which `injection` entered.
    final func close(entering injection: Injection?) {
        history[cycle % history.count] = injection
        runEntrance()
        isOpen = false
        cycle += 1
        while let end = ends.first, end <= cycle {
            folds.removeFirst()
            ends.removeFirst()
            firstFold += 1
        }
    }

    /// What the elements do in this cycle, except those at the entrance, whose operands may not be known yet.
    func runElements() {}
    /// What the elements at the entrance do in this cycle.
    func runEntrance() {}

    /// What entered `delay` cycles ago, counted behind the registers, where its fold is not over.
    final func entered(_ delay: Int) -> Injection? {
        let then = cycle - registers - delay
        guard then >= 0, let injection = history[then % history.count], injection.fold >= firstFold else { return nil }
        return injection
    }

    /// What elements need to know in a cycle, by value: reading it from the class in each element costs more than the element.
    struct View {
        let folds: [Fold]
        let firstFold: Int
        let cycle: Int

        func fold(_ number: Int) -> Fold { folds[number - firstFold] }
    }

    final var view: View { View(folds: folds, firstFold: firstFold, cycle: cycle) }
    final func fold(_ number: Int) -> Fold { folds[number - firstFold] }

    /// Elementary steps that elements with a part of the tile have done.
    final var operations: Int { operationCount[0] }
    /// An element of the tile has gone through a step.
    final func countOperation() { operationCount[0] += 1 }

    /// The last element of a fold has done its last in this cycle.
    final func leave(_ number: Int) { ends[number - firstFold] = cycle + 1 + fold(number).exit }
}
