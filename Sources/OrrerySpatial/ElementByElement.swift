import OrrerySimulation

/// Drives the elements of an array beside its command queue: what enters in each cycle, and whose results are there.
final class ElementByElement {
    private let configuration: SpatialArray.Configuration
    private let data: ArrayData
    private var elements: ProcessingElements
    private var hop = 1
    /// The cycle that is simulated next, while something is in the array.
    private var cycle: Cycle = 0
    /// The fold of the present command, its number in `elements`.
    private var current: (fold: Fold, number: Int)?
    /// Folds behind their command whose results are awaited, with what they announce.
    private var awaited: [(number: Int, posts: [TokenUse], delay: Int)] = []
    private var earlierOperations = 0

    init(_ configuration: SpatialArray.Configuration, _ data: ArrayData) {
        self.configuration = configuration
        self.data = data
        elements = Self.make(configuration, hop: 1, data)
    }

    private static func make(
        _ configuration: SpatialArray.Configuration, hop: Int, _ data: ArrayData
    ) -> ProcessingElements {
        let (rows, columns) = (configuration.rows, configuration.columns)
        let registers = configuration.pipelineRegisters
        switch configuration.delivery {
        case .systolic:
            return SystolicElements(rows: rows, columns: columns, registers: registers, hop: hop, data: data)
        case .broadcast: return BroadcastElements(rows: rows, columns: columns, registers: registers, data: data)
        }
    }

    var isEmpty: Bool { elements.isEmpty }
    var operations: Int { earlierOperations + elements.operations }
    /// When the elements need to run next.
    var nextCycle: Cycle { isEmpty ? .never : cycle + (elements.isOpen ? 2 : 1) }
    var isCurrentOver: Bool { current.map { elements.isOver($0.number) } ?? true }

    /// The present command's fold begins to enter at cycle `now`. Another distance between rows needs an empty array.
    func begin(_ fold: Fold, _ now: Cycle) {
        if isEmpty { cycle = now }
        if fold.hop != hop {
            earlierOperations += elements.operations
            elements = Self.make(configuration, hop: fold.hop, data)
            hop = fold.hop
        }
        current = (fold, elements.begin(fold))
    }

    /// The present command leaves its unit before its results are there.
    /// - Parameter delay: cycles by which what it announces is later than its results are.
    func keep(_ posts: [TokenUse], delay: Int) {
        if let current { awaited.append((current.number, posts, delay)) }
    }

    /// Runs all cycles before `now`; `progress` is what the present command did in the last of them.
    /// - Returns: what the folds announce whose results are there at `now`, and how much later.
    func run(to now: Cycle, _ progress: ScheduledEngine.Progress) -> [(posts: [TokenUse], delay: Int)] {
        while cycle < now, !isEmpty {
            elements.runInside()
            let isLast = cycle == now - 1
            if isLast, case .undecided = progress { break }
            var injection: ProcessingElements.Injection?
            if isLast, case .own(let own) = progress, let current, let entry = current.fold.entry(at: own) {
                injection = ProcessingElements.Injection(fold: current.number, entry: entry)
            }
            elements.close(entering: injection)
            cycle += 1
        }
        let over = awaited.filter { elements.isOver($0.number) }
        if !over.isEmpty { awaited.removeAll { elements.isOver($0.number) } }
        return over.map { ($0.posts, $0.delay) }
    }
}
