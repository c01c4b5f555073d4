/// A snapshot of one loop; when to renew it and what to look at first is in its `FoldGlance`.
final class FoldTable {
    /// Pending events may stay where they are.
    let isStatic: Bool
    var snapshot: Snapshot?
    /// The component that was the first to differ when the states were last compared in full: it is looked at first.
    private(set) var suspect = -1

    init(isStatic: Bool) { self.isStatic = isStatic }

    func note(_ rejection: FoldMatch.Rejection) {
        if case .state(let component, _) = rejection { suspect = component } else { suspect = -1 }
    }
}

/// One loop of the program as folding sees it.
final class FoldLoop {
    /// The strict table and the static one; nil where the rules leave it out.
    let tables: [FoldTable?]
    var folds = 0
    /// Iterations that were not simulated.
    var skipped = 0
    /// Those of them that lie in passages that had been simulated before.
    var passed = 0
    /// Period of the last fold in ticks.
    var period: Int128 = 0
    var rejection: FoldMatch.Rejection?
    /// Spans that repeated, the one that was found or met latest last.
    private(set) var recollections: [FoldRecollection] = []
    /// Attention meets ten different spans of its innermost loop in one iteration of the outer ones: with fewer than that, each would
    /// be forgotten before it comes again.
    private static let mostRecollections = 24

    func keep(_ recollection: FoldRecollection) {
        if recollections.count == Self.mostRecollections { recollections.removeFirst() }
        recollections.append(recollection)
    }

    /// A span was met again: it is the last to be forgotten.
    func renew(_ recollection: FoldRecollection) {
        guard let place = recollections.firstIndex(where: { $0 === recollection }) else { return }
        recollections.append(recollections.remove(at: place))
    }

    init(_ rules: FoldRules) {
        tables = [
            rules.contains(.strictTable) ? FoldTable(isStatic: false) : nil,
            rules.contains(.staticTable) ? FoldTable(isStatic: true) : nil,
        ]
    }
}
