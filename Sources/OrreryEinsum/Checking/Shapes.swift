import OrreryText

/// Works out the ranks of every tensor before any access is bound: declared or inferred, which leading ones statements
/// leave out, and which counts generations.
struct Shapes {
    struct Shape {
        /// All ranks, implicit ones first.
        var ranks: [String]
        /// How many leading ranks every access leaves out.
        var implicit = 0
        /// The place of the rank that counts generations.
        var generational: Int?
    }

    private(set) var shapes: [String: Shape] = [:]
    /// The ranks that statements leave out, slowest first.
    private(set) var batchRanks: [String] = []
    private let scope: Scope

    init(_ scope: Scope) {
        self.scope = scope
        for tensor in scope.declaration.tensors { declare(tensor) }
        findBatchRanks()
        for statement in scope.statements { infer(statement) }
        extendToIntermediates()
    }

    subscript(tensor: String) -> Shape? { shapes[tensor] }

    /// Extent along one place of a tensor: one more than the rank's where it counts generations.
    func extent(of shape: Shape, at place: Int) -> Int {
        (scope.extents[shape.ranks[place]] ?? 1) + (shape.generational == place ? 1 : 0)
    }

    private mutating func declare(_ tensor: CascadeDeclaration.Tensor) {
        var known: [String] = []
        for rank in tensor.ranks {
            if scope.extents[rank.name] == nil {
                scope.error(
                    "unknown rank '\(rank.name)' of tensor '\(tensor.name)'", at: rank.mark,
                    hint: suggestion(for: rank.name, among: scope.declaration.ranks.map(\.name)))
            } else if known.contains(rank.name) {
                scope.error(
                    "tensor '\(tensor.name)' has the rank '\(rank.name)' twice", at: rank.mark,
                    hint: "give one of them a name of its own")
            }
            known.append(rank.name)
        }
        var shape = Shape(ranks: known)
        let uses = scope.statements.flatMap { [$0.syntax.output] + $0.reads }.filter { $0.tensor == tensor.name }
        if let use = uses.first(where: { $0.indices.count < known.count }) {
            let omitted = known.count - use.indices.count
            let isBatch = known.prefix(omitted).allSatisfy { !scope.namedRanks.contains($0) }
            if isBatch { shape.implicit = omitted }
        }
        if let writer = scope.writer(of: tensor.name) {
            let indices = scope.statements[writer].syntax.output.indices
            shape.generational = indices.firstIndex { Self.successor($0) != nil }.map { $0 + shape.implicit }
        }
        shapes[tensor.name] = shape
    }

    private mutating func findBatchRanks() {
        let omitted = scope.declaration.tensors.compactMap { tensor in
            shapes[tensor.name].map { (tensor: tensor, ranks: Array($0.ranks.prefix($0.implicit))) }
        }
        batchRanks = omitted.map(\.ranks).max { $0.count < $1.count } ?? []
        for (tensor, ranks) in omitted where batchRanks.filter(ranks.contains) != ranks {
            scope.error(
                "statements leave out the ranks [\(ranks.joined(separator: ", "))] of '\(tensor.name)'",
                at: tensor.mark,
                hint: "elsewhere they leave out [\(batchRanks.joined(separator: ", "))]")
        }
    }

    /// The ranks of a tensor that is written but not declared, from the indices of its statement.
    private mutating func infer(_ statement: Scope.Parsed) {
        guard shapes[statement.output] == nil else { return }
        var shape = Shape(ranks: [])
        for (place, index) in statement.syntax.output.indices.enumerated() {
            if case .name(let name) = index {
                shape.ranks.append(name.name)
            } else if let rank = Self.successor(index) {
                shape.ranks.append(rank)
                shape.generational = place
            } else {
                scope.error(
                    "the ranks of '\(statement.output)' can't be inferred from this index",
                    at: statement.mark.advanced(by: index.start), hint: "declare '\(statement.output)' under tensors:")
                return
            }
        }
        shapes[statement.output] = shape
    }

    /// Intermediates have the batch ranks of what they are computed from.
    private mutating func extendToIntermediates() {
        var changed = true
        while changed {
            changed = false
            for statement in scope.statements where scope.declared[statement.output] == nil {
                guard var shape = shapes[statement.output] else { continue }
                let inherited = statement.reads.flatMap { read in
                    shapes[read.tensor].map { $0.ranks.prefix($0.implicit) } ?? []
                }
                let batch = batchRanks.filter(inherited.contains)
                guard batch.count > shape.implicit else { continue }
                shape.ranks = batch + shape.ranks.dropFirst(shape.implicit)
                shape.generational = shape.generational.map { $0 + batch.count - shape.implicit }
                shape.implicit = batch.count
                shapes[statement.output] = shape
                changed = true
            }
        }
    }

    /// The rank of an index written `r + 1`.
    private static func successor(_ index: ExpressionSyntax) -> String? {
        switch index {
        case .binary(.add, .name(let rank), .number(1, _), _): rank.name
        case .binary(.add, .number(1, _), .name(let rank), _): rank.name
        default: nil
        }
    }
}
