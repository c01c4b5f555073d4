/// The wake-up times of one clock domain's components: a bucket for each of the next 1024 cycles with a bitmap of filled ones,
/// and an indexed heap for what lies further ahead.
///
/// Every component has at most one wake-up, so the buckets are doubly linked lists through the components themselves:
/// setting, moving and clearing take constant time within the window, and nothing stale is ever left behind.
///
/// Exclusivity checks of `origin` and `heapCount` cost half of the time in the hold model (32 against 15 ns); like the
/// buckets, they are only touched by this class's own methods, which never overlap.
public final class EventRing {
    /// The place of one component: linked in the bucket of `time`, or in the heap.
    private struct Node {
        var time = Cycle.never
        var next: Int32 = -1
        var previous: Int32 = -1
        /// Position in the heap, or -1.
        var position: Int32 = -1
    }

    // Arrays of fixed length: a masked index needs no check, which saves a tenth of the instructions in the hold model.
    static let window = 1024
    @exclusivity(unchecked) private var heads = InlineArray<1024, Int32>(repeating: -1)
    @exclusivity(unchecked) private var filled = InlineArray<16, UInt64>(repeating: 0)
    private let nodes: FixedArray<Node>
    private let heap: FixedArray<Int32>
    @exclusivity(unchecked) private var heapCount = 0
    /// No wake-up lies before this cycle.
    @exclusivity(unchecked) public private(set) var origin: Cycle = 0
    /// The earliest wake-up time, `.never` where there is none; `unknown` until somebody asks.
    @exclusivity(unchecked) private var least = Cycle.never
    private static let unknown: Cycle = -1

    /// - Parameter capacity: number of components; their ids are `0..<capacity`.
    public init(capacity: Int) {
        nodes = FixedArray(repeating: Node(), count: capacity)
        heap = FixedArray(repeating: -1, count: capacity)
    }

    /// The wake-up time of `component`, or `.never`.
    @inline(__always)
    public func time(of component: Int) -> Cycle { nodes[component].time }

    /// Sets the one wake-up of `component`, in place of an earlier one. `cycle` must not lie before `origin`.
    @inline(__always)
    public func schedule(_ component: Int, at cycle: Cycle) {
        let old = nodes[component].time
        if old == cycle { return }
        // The usual case apart: it needs no call, and so no registers saved.
        if old != .never || UInt(bitPattern: cycle &- origin) >= UInt(Self.window) { return move(component, to: cycle) }
        nodes[component].time = cycle
        if cycle < least { least = cycle }
        link(component, at: cycle)
    }

    @inline(never)
    private func move(_ component: Int, to cycle: Cycle) {
        let old = nodes[component].time
        if old != .never { unlink(component, from: old) }
        nodes[component].time = cycle
        if cycle == .never { return }
        precondition(cycle >= origin, "a wake-up lies in the past")
        if cycle < least { least = cycle }
        if cycle &- origin < Self.window { link(component, at: cycle) } else { pushHeap(component) }
    }

    /// Clears the wake-up of `component`.
    @inline(__always)
    func cancel(_ component: Int) {
        let time = nodes[component].time
        if time == .never { return }
        unlink(component, from: time)
        nodes[component].time = .never
    }

    /// The earliest wake-up time, or nil where there is none.
    public func earliest() -> Cycle? { next == .never ? nil : next }

    /// The earliest wake-up time, `.never` where there is none.
    @inline(__always)
    var next: Cycle {
        if least == Self.unknown {
            // Mostly it lies in the word of the present cycle.
            let bits = filled[(origin & (Self.window &- 1)) >> 6] >> UInt64(origin & 63)
            least = bits != 0 ? origin &+ bits.trailingZeroBitCount : search()
        }
        return least
    }

    private func search() -> Cycle {
        let start = origin & (Self.window &- 1)
        var word = start >> 6
        var bits = filled[word] & (~0 << UInt64(start & 63))
        for _ in 0...(Self.window / 64) {
            if bits != 0 {
                let slot = word << 6 | bits.trailingZeroBitCount
                return origin &+ ((slot &- start) & (Self.window &- 1))
            }
            word = (word &+ 1) & (Self.window / 64 &- 1)
            bits = filled[word]
        }
        return heapCount > 0 ? nodes[Int(heap[0])].time : .never
    }

    /// Moves the origin to `cycle`; no wake-up may lie before it.
    @inline(__always)
    public func advance(to cycle: Cycle) {
        precondition(cycle >= origin, "time runs backwards")
        origin = cycle
        if heapCount > 0 { pull() }
    }

    /// Links those far wake-ups that have come into the window.
    private func pull() {
        while heapCount > 0 {
            let component = Int(heap[0])
            let time = nodes[component].time
            if time &- origin >= Self.window { break }
            removeHeap(component)
            link(component, at: time)
        }
    }

    /// Takes one component that is due at `origin`, or nil.
    @inline(__always)
    public func popDue() -> Int? {
        let slot = origin & (Self.window &- 1)
        let head = heads[slot]
        if head < 0 { return nil }
        let component = Int(head)
        let after = nodes[component].next
        if after >= 0 { nodes[Int(after)].previous = -1 }
        setHead(of: slot, to: after)
        nodes[component].time = .never
        least = Self.unknown
        return component
    }

    /// Moves the origin to `cycle` and every wake-up to what `target` says, at once; for a fold.
    func translate(to cycle: Cycle, count: Int, _ target: (_ component: Int, _ time: Cycle) -> Cycle) {
        var moved: [(Int, Cycle)] = []
        for component in 0..<count where nodes[component].time != .never {
            moved.append((component, target(component, nodes[component].time)))
            schedule(component, at: .never)
        }
        origin = cycle
        for (component, time) in moved { schedule(component, at: time) }
    }

    /// Clears every wake-up and starts at `cycle`.
    func reset(to cycle: Cycle, count: Int) {
        for component in 0..<count { schedule(component, at: .never) }
        origin = cycle
    }

    // MARK: Buckets

    @inline(__always)
    private func link(_ component: Int, at cycle: Cycle) {
        let slot = cycle & (Self.window &- 1)
        let head = heads[slot]
        nodes[component].next = head
        nodes[component].previous = -1
        if head >= 0 { nodes[Int(head)].previous = Int32(truncatingIfNeeded: component) }
        heads[slot] = Int32(truncatingIfNeeded: component)
        filled[slot >> 6] |= 1 << UInt64(slot & 63)
    }

    @inline(never)
    private func unlink(_ component: Int, from cycle: Cycle) {
        if cycle == least { least = Self.unknown }
        let node = nodes[component]
        if node.position >= 0 {
            removeHeap(component)
            return
        }
        if node.next >= 0 { nodes[Int(node.next)].previous = node.previous }
        if node.previous >= 0 {
            nodes[Int(node.previous)].next = node.next
        } else {
            setHead(of: cycle & (Self.window &- 1), to: node.next)
        }
    }

    @inline(__always)
    private func setHead(of slot: Int, to component: Int32) {
        heads[slot] = component
        if component < 0 { filled[slot >> 6] &= ~(1 << UInt64(slot & 63)) }
    }

    // MARK: Heap of far wake-ups, by time

    private func pushHeap(_ component: Int) {
        heap[heapCount] = Int32(truncatingIfNeeded: component)
        nodes[component].position = Int32(truncatingIfNeeded: heapCount)
        heapCount &+= 1
        siftUp(heapCount &- 1)
    }

    private func removeHeap(_ component: Int) {
        let hole = Int(nodes[component].position)
        nodes[component].position = -1
        heapCount &-= 1
        if hole == heapCount { return }
        heap[hole] = heap[heapCount]
        nodes[Int(heap[hole])].position = Int32(truncatingIfNeeded: hole)
        siftUp(hole)
        siftDown(hole)
    }

    private func swapHeap(_ a: Int, _ b: Int) {
        let (first, second) = (heap[a], heap[b])
        heap[a] = second
        heap[b] = first
        nodes[Int(second)].position = Int32(truncatingIfNeeded: a)
        nodes[Int(first)].position = Int32(truncatingIfNeeded: b)
    }

    private func time(inHeap position: Int) -> Cycle { nodes[Int(heap[position])].time }

    private func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child &- 1) / 2
            if time(inHeap: parent) <= time(inHeap: child) { return }
            swapHeap(parent, child)
            child = parent
        }
    }

    private func siftDown(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            var child = 2 &* parent &+ 1
            let end = min(child &+ 2, heapCount)
            while child < end {
                if time(inHeap: child) < time(inHeap: least) { least = child }
                child &+= 1
            }
            if least == parent { return }
            swapHeap(parent, least)
            parent = least
        }
    }
}
