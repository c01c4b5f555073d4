import OrrerySimulation

/// A spatial array: rows × columns of processing elements, each with a set of operations, fed from its edges.
///
/// **Modelled cycle by cycle.** A command is one fold: a tile that fits the array. Rows of a stationary operand shift in, one
/// a cycle; then each step's row and column operands enter, every as many cycles as the elements need issue slots (an `exp` as
/// six multiply-accumulates takes six); then, where results leave through the array, they shift out row by row. With
/// systolic delivery a wavefront moves by one element a cycle to the right and, where partial results go down, by the latency of
/// the operation that makes them; with broadcast delivery all elements are at the same step. `pipelineRegisters`, deeper
/// pipelines of operations and the reduction network add their cycles behind. Operands and results are streams to servers, each
/// step a piece: while one is late nothing enters the array. In the mode `pe` every register of every element is
/// simulated, and the fold is over when the last one has done its last.
///
/// **Abstracted.** Values. Instruction delivery and configuration, except as `pipelineRegisters`. Streams are asked for no
/// further ahead than the latency of their memory (`ScheduledEngine`), in ascending address order. Where folds overlap, results are given to their port with the operands and not
/// later by the array's latency, and a fold whose rows follow each other at another pace waits until the array is empty.
///
/// Source: output-, weight- and input-stationary arrays as in SCALE-Sim and STONNE; broadcast delivery and operations in
/// slots as in FuseMax (Nayak et al., MICRO 2024).
public final class SpatialArray: ScheduledEngine {
    static let portNames = OperationParameters.ports.map(\.name)

    public let configuration: Configuration
    /// Cycles from row to row of the folds that are in the array, and when the last of them has left.
    private var hop = 1
    private var emptyAt: Cycle = 0
    private let elements: ElementByElement?

    /// - Parameter ports: the server of the operands, and that of the results where they go elsewhere.
    public convenience init(path: String, clock: Int = 0, ports: [Server], _ configuration: Configuration) {
        self.init(path: path, clock: clock, ports: ports, configuration, data: ArrayData())
    }

    init(path: String, clock: Int, ports: [Server], _ configuration: Configuration, data: ArrayData) {
        self.configuration = configuration
        elements = configuration.mode == .pe ? ElementByElement(configuration, data) : nil
        super.init(path: path, clock: clock, ports: Array(zip(Self.portNames, ports)).map { (name: $0, server: $1) })
    }

    /// Work for a tile, of the array and its background units.
    public static func generate(
        _ tile: TileOperation, _ configuration: Configuration
    ) throws(GenerationError) -> GeneratedWork {
        try SpatialArrayGenerator(tile, configuration).work()
    }

    /// Steps that elements have gone through so far, one by one, in the mode `pe`; nil in others.
    var elementOperations: Int? { elements?.operations }

    public override func problem(with work: Work) -> String? {
        if let problem = work.scheduleProblem(details: [0, Fold.detailCount]) { return problem }
        if work.details.isEmpty { return elements == nil ? nil : "an array in mode pe needs the shape of the fold" }
        return Fold(details: work.details).problem(rows: configuration.rows, columns: configuration.columns)
    }

    // MARK: Wavefronts

    override func hold(_ work: Work, _ kernel: Kernel) -> Int {
        if work.details.isEmpty { return 0 }
        let next = Fold.hop(work.details)
        if let elements {
            if next != hop, !elements.isEmpty { return 1 }
            hop = next
            elements.begin(Fold(details: work.details), kernel.now(self))
            return 0
        }
        let wait = next == hop ? 0 : max(0, emptyAt - kernel.now(self))
        hop = next
        return wait
    }

    override func result(_ work: Work, end: Cycle, delay: Int) -> Cycle {
        guard let elements else {
            emptyAt = max(emptyAt, end + work.resultLatency)
            return end + work.resultLatency + delay
        }
        if elements.isCurrentOver { return end + delay }
        elements.keep(currentPosts(), delay: delay)
        return .never
    }

    // MARK: Element by element

    override var grain: Int { elements == nil ? .max : 1 }
    override var observesEveryCommand: Bool { elements != nil }
    public override var isFoldable: Bool { elements == nil }

    override func isOver(_ work: Work, after position: Int, _ kernel: Kernel) -> Bool {
        guard let elements else { return super.isOver(work, after: position, kernel) }
        return configuration.foldOverlap == .none ? elements.isCurrentOver : position >= work.cycles
    }

    public override func wakeUnit(_ kernel: Kernel) {
        if let elements {
            let progress = progress(currentWork, kernel)
            for over in elements.run(to: kernel.now(self), progress) { deliver(over.posts, after: over.delay, kernel) }
        }
        super.wakeUnit(kernel)
    }

    public override var nextUnitWake: Cycle { min(super.nextUnitWake, elements?.nextCycle ?? .never) }

    public override func visitUnit(_ state: inout StateVisitor) {
        super.visitUnit(&state)
        state.plain(&hop)
        state.time(&emptyAt)
    }
}
