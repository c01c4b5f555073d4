import OrreryEinsum
import OrrerySimulation
import OrreryText

/// Plans one group of Einsums: which operand comes from where, what is copied, who waits for whom.
struct GroupPlanner {
    /// What a task's command does for one operand or for the result.
    struct Side {
        var access: MappedAccess
        /// Index of the unit's port and of the address; nil where it comes from, or goes to, a register or another unit.
        var port: Int?
        var address = -1
    }

    /// A copy between memories, before an engine is chosen for it.
    struct CopyJob {
        var task: Int
        var tensor: String
        var from: String
        var to: String
        /// The unit whose queue it serves, and whether it brings or takes.
        var unit: Int
        var isLoad: Bool
        /// Index of the issue that it serves.
        var anchor: Int
        /// Tiles that it may have under way.
        var slots: Int
        var conditions: [LoopCondition]
        var shortLoops: [String]
        var bytes: @Sendable (Set<String>) -> Int
    }

    let cascade: Cascade
    let group: Mapping.Group
    let space: RankSpace
    let hardware: Hardware
    let scope: ParameterScope
    let diagnostics: Diagnostics
    let issues: [Issue]
    /// Memories of tensors, the home first.
    let places: [String: [String]]
    /// Tensors that lie whole in their home, with their area.
    let whole: [String: MemoryPlan.Area]
    /// Tensors of which each device holds a slice.
    let sliced: Set<String>
    /// What the operators' names end with, such as `[n1=0]`.
    let suffix: String

    var allocator: Allocator
    var tokens: [Program.Token]
    /// One for each issue, in their order; copies behind them.
    var tasks: [Task] = []
    var operands: [[Side]] = []
    var results: [Side] = []
    var extents: [TileExtents] = []
    var jobs: [CopyJob] = []
    /// Tiles of intermediates and staged tensors that are held at a time, by tensor and memory.
    var buffers: [String: (address: TaskAddress, slots: Int, area: MemoryPlan.Area)] = [:]

    mutating func plan() {
        for issue in issues {
            tasks.append(
                Task(
                    name: issue.name + suffix, queue: hardware.units[issue.unit].path, chain: issue.chain,
                    lookahead: issue.lookahead, position: issue.position))
            extents.append(TileExtents(space, loops: issue.einsum.looped, inner: issue.einsum.inner))
            operands.append(issue.einsum.inputs.map { Side(access: $0) })
            results.append(Side(access: issue.einsum.output))
        }
        reportProblems()
        if diagnostics.hasErrors { return }
        for tensor in tensorsInOrder() {
            if issues.contains(where: { $0.name == tensor }) { planProduced(tensor) } else { planBrought(tensor) }
        }
        planBarriers()
        if diagnostics.hasErrors { return }
        assignCopies()
        for index in issues.indices { emitCompute(index) }
    }

    /// Tensors in the order in which the group first needs them, heads of shared areas before what lies in them.
    private func tensorsInOrder() -> [String] {
        var result: [String] = []
        for issue in issues.sorted(by: { order($0) < order($1) }) {
            for access in issue.einsum.inputs + [issue.einsum.output] where !result.contains(access.tensor) {
                result.append(access.tensor)
            }
        }
        let shared = Set(group.share.map(\.name.text))
        return result.filter { !shared.contains($0) } + result.filter { shared.contains($0) }
    }

    private func order(_ issue: Issue) -> Int { cascade.einsums.firstIndex { $0.name == issue.name } ?? 0 }

    private func reportProblems() {
        for (issue, extents) in zip(issues, extents) {
            for problem in extents.problems {
                diagnostics.error("'\(issue.name)': \(problem)", at: mark(issue), path: "partition")
            }
        }
    }

    /// Where the mapping binds an Einsum.
    func mark(_ issue: Issue) -> SourceMark {
        group.bind.flatMap(\.value).first { $0.text == issue.name }?.mark ?? group.name.mark
    }

    func tensor(_ name: String) -> Tensor? { cascade.tensor(named: name) }

    func shape(_ issue: Int, _ access: MappedAccess) -> TileShape? {
        tensor(access.tensor).map { TileShape(access, $0, of: issues[issue].einsum, extents[issue], space) }
    }

    func layout(_ shape: TileShape, _ area: MemoryPlan.Area) -> TaskAddress {
        shape.wholeLayout(base: area.address, isSliced: sliced.contains(area.tensor)).address
    }

    /// Most buffers that a mapping may ask for.
    private static let mostBuffers = 1 << 20

    /// Buffers of a tensor.
    func depth(_ tensor: String) -> Int {
        let given = group.depth.first { $0.name.text == tensor }
        return given.flatMap { scope.integer($0.value, "depth.\(tensor)", in: 1...Self.mostBuffers) } ?? 1
    }

    func isUnbounded(_ tensor: String) -> Bool { group.unbounded.contains { $0.text == tensor } }

    /// Loops of a chain with more than one iteration.
    func open(_ chain: [LoopKey]) -> [LoopKey] { chain.filter { space.extent($0.rank) > 1 } }

    mutating func token(_ name: String, initial: Int = 0) -> Int {
        tokens.append(Program.Token(name: name, initial: initial))
        return tokens.count - 1
    }
}
