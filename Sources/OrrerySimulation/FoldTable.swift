/// A snapshot of one loop, renewed at growing distances (Brent's cycle detection).
final class FoldTable {
    /// Pending events may stay where they are.
    let isStatic: Bool
    @exclusivity(unchecked) private(set) var snapshot: Snapshot?
    /// Index of the lead at the snapshot.
    @exclusivity(unchecked) private var leadIndex = 0
    /// Index at the restart, and how many iterations after it the snapshot is to be renewed.
    @exclusivity(unchecked) private var origin = -1
    @exclusivity(unchecked) private var next = 0
    /// The component that was the first to differ when the states were last compared in full: it is looked at first.
    private(set) var suspect = -1
    /// The component whose signature differed last.
    @exclusivity(unchecked) private var stranger = 0

    init(isStatic: Bool) { self.isStatic = isStatic }

    func restart() {
        snapshot = nil
        origin = -1
        next = 0
    }

    func note(_ rejection: FoldMatch.Rejection) {
        if case .state(let component, _) = rejection { suspect = component } else { suspect = -1 }
    }

    /// Whether the lead, at `index` of `trips`, has as many iterations left as have passed since the snapshot.
    func canRepeat(_ index: Int, _ trips: Int) -> Bool {
        snapshot != nil && index > leadIndex && index + (index - leadIndex) <= trips - 1
    }

    /// Whether the snapshot is to be renewed: its age has doubled, and enough iterations are left to use a new one.
    func isDue(_ index: Int, _ trips: Int) -> Bool { (snapshot == nil || index - origin >= next) && index <= trips - 3 }

    /// Whether the signatures of all components are those of the snapshot; the one that differed last is looked at first.
    /// - Parameter seen: is raised by the number of components that were looked at.
    func hasSignatures(of kernel: Kernel, since snapshot: Snapshot, isTimed: Bool, seen: inout Int) -> Bool {
        seen += 1
        if kernel.differs(stranger, from: snapshot, isTimed: isTimed, isStatic: isStatic) { return false }
        for component in 0..<snapshot.signatures.count {
            seen += 1
            if kernel.differs(component, from: snapshot, isTimed: isTimed, isStatic: isStatic) {
                stranger = component
                return false
            }
        }
        return true
    }

    func renew(_ snapshot: Snapshot, at index: Int) {
        if self.snapshot == nil { (origin, next) = (index, 1) }
        while next <= index - origin { next *= 2 }
        self.snapshot = snapshot
        leadIndex = index
    }
}

/// One loop of the program as folding sees it.
final class FoldLoop {
    let tables: [FoldTable]
    /// The engine whose iterations are looked at, and the instruction of its queue that begins the loop.
    @exclusivity(unchecked) private(set) var lead: Engine?
    @exclusivity(unchecked) private(set) var begin = 0
    var folds = 0
    /// Iterations that were not simulated.
    var skipped = 0
    /// Period of the last fold in ticks.
    var period: Int128 = 0
    var rejection: FoldMatch.Rejection?

    init(_ rules: FoldRules) {
        var tables: [FoldTable] = []
        if rules.contains(.strictTable) { tables.append(FoldTable(isStatic: false)) }
        if rules.contains(.staticTable) { tables.append(FoldTable(isStatic: true)) }
        self.tables = tables
    }

    func restart() { for table in tables { table.restart() } }

    /// Passes the lead on, with fresh tables.
    func follow(_ engine: Engine?, begin: Int) {
        lead = engine
        self.begin = begin
        restart()
    }
}
