/// What a look at a loop reads first, without a reference to count: when to compare, and the component that differed when it
/// last did. Most looks end here.
struct FoldGlance {
    private(set) var hasSnapshot = false
    /// Index of the lead at the snapshot.
    private var leadIndex = 0
    /// Index at the restart, and how many iterations after it the snapshot is to be renewed (Brent's cycle detection).
    private var origin = -1
    private var next = 0
    /// Distance of the last fold in iterations of the lead, or 0: the next one is likely to be the same.
    private var likely = 0
    /// The component whose signature differed last, with its signature, wake-up and current cycle at the snapshot.
    private(set) var stranger = 0
    private var signature = 0
    private var wake = Cycle.never
    private var cycle: Cycle = 0

    mutating func restart() {
        hasSnapshot = false
        origin = -1
        next = 0
    }

    /// Whether the lead, at `index` of `trips`, has as many iterations left as have passed since the snapshot, which are a multiple
    /// of `granule`.
    @inline(__always)
    func canRepeat(_ index: Int, _ trips: Int, granule: Int) -> Bool {
        hasSnapshot && index > leadIndex && index &+ (index &- leadIndex) <= trips &- 1
            && (granule == 1 || (index &- leadIndex) % granule == 0)
    }

    /// Whether the snapshot is to be renewed: its age has doubled, and enough iterations are left to use a new one. One that has
    /// left the start behind stays until the likely distance is reached.
    @inline(__always)
    func isDue(_ index: Int, _ trips: Int) -> Bool {
        if index > trips &- 3 { return false }
        if !hasSnapshot { return true }
        return index &- origin >= next && (next <= likely / 4 || index &- leadIndex >= likely)
    }

    /// A fold happened at `index`.
    mutating func folded(at index: Int) { likely = index &- leadIndex }

    mutating func renew(_ snapshot: Snapshot, at index: Int, _ kernel: Kernel) {
        if !hasSnapshot { (origin, next) = (index, 1) }
        while next <= index - origin { next *= 2 }
        hasSnapshot = true
        leadIndex = index
        watch(stranger, snapshot, kernel)
    }

    /// Looks at this component first from now on.
    mutating func watch(_ component: Int, _ snapshot: Snapshot, _ kernel: Kernel) {
        stranger = component
        signature = snapshot.signatures[component]
        wake = snapshot.wakes[component]
        cycle = snapshot.cycles[kernel.clock(component)]
    }

    /// Whether the component that differed last still does.
    @inline(__always)
    func isStrange(_ kernel: Kernel, isTimed: Bool, isStatic: Bool) -> Bool {
        kernel.differs(stranger, from: signature, wake, at: cycle, isTimed: isTimed, isStatic: isStatic)
    }
}
