/// The wake-up times of one clock domain's components: a bucket for each of the next 1024 cycles with a bitmap of filled ones,
/// and an indexed heap for what lies further ahead.
///
/// Every component has at most one wake-up, so the buckets are doubly linked lists through the components themselves:
/// setting, moving and clearing take constant time within the window, and nothing stale is ever left behind.
public final class EventRing {
    static let window = 1024
    private let heads: FixedArray<Int32>
    private let filled: FixedArray<UInt64>
    private let next: FixedArray<Int32>
    private let previous: FixedArray<Int32>
    private let times: FixedArray<Cycle>
    /// Position in `heap`, or -1.
    private let position: FixedArray<Int32>
    private let heap: FixedArray<Int32>
    private var heapCount = 0
    /// No wake-up lies before this cycle.
    public private(set) var origin: Cycle = 0

    /// - Parameter capacity: number of components; their ids are `0..<capacity`.
    public init(capacity: Int) {
        heads = FixedArray(repeating: -1, count: Self.window)
        filled = FixedArray(repeating: 0, count: Self.window / 64)
        next = FixedArray(repeating: -1, count: capacity)
        previous = FixedArray(repeating: -1, count: capacity)
        times = FixedArray(repeating: .never, count: capacity)
        position = FixedArray(repeating: -1, count: capacity)
        heap = FixedArray(repeating: -1, count: capacity)
    }

    /// The wake-up time of `component`, or `.never`.
    @inline(__always)
    public func time(of component: Int) -> Cycle { times[component] }

    /// Sets the one wake-up of `component`, in place of an earlier one. `cycle` must not lie before `origin`.
    public func schedule(_ component: Int, at cycle: Cycle) {
        let old = times[component]
        if old == cycle { return }
        if old != .never { unlink(component, from: old) }
        times[component] = cycle
        if cycle == .never { return }
        precondition(cycle >= origin, "a wake-up lies in the past")
        if cycle &- origin < Self.window { link(component, at: cycle) } else { pushHeap(component) }
    }

    /// The earliest wake-up time, or nil where there is none.
    public func earliest() -> Cycle? {
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
        return heapCount > 0 ? times[Int(heap[0])] : nil
    }

    /// Moves the origin to `cycle`; no wake-up may lie before it.
    public func advance(to cycle: Cycle) {
        precondition(cycle >= origin, "time runs backwards")
        origin = cycle
        while heapCount > 0 {
            let component = Int(heap[0])
            if times[component] &- cycle >= Self.window { break }
            removeHeap(component)
            link(component, at: times[component])
        }
    }

    /// Takes one component that is due at `origin`, or nil.
    @inline(__always)
    public func popDue() -> Int? {
        let slot = origin & (Self.window &- 1)
        let head = heads[slot]
        if head < 0 { return nil }
        let component = Int(head)
        unlink(component, from: origin)
        times[component] = .never
        return component
    }

    /// Moves the origin to `cycle` and every wake-up by what `shift` says, at once; for a fold.
    func translate(to cycle: Cycle, count: Int, _ shift: (Int) -> Cycle) {
        var moved: [(Int, Cycle)] = []
        for component in 0..<count where times[component] != .never {
            moved.append((component, times[component] + shift(component)))
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

    private func link(_ component: Int, at cycle: Cycle) {
        let slot = cycle & (Self.window &- 1)
        let head = heads[slot]
        next[component] = head
        previous[component] = -1
        if head >= 0 { previous[Int(head)] = Int32(truncatingIfNeeded: component) }
        heads[slot] = Int32(truncatingIfNeeded: component)
        filled[slot >> 6] |= 1 << UInt64(slot & 63)
    }

    private func unlink(_ component: Int, from cycle: Cycle) {
        if position[component] >= 0 {
            removeHeap(component)
            return
        }
        let (after, before) = (next[component], previous[component])
        if after >= 0 { previous[Int(after)] = before }
        if before >= 0 {
            next[Int(before)] = after
            return
        }
        let slot = cycle & (Self.window &- 1)
        heads[slot] = after
        if after < 0 { filled[slot >> 6] &= ~(1 << UInt64(slot & 63)) }
    }

    // MARK: Heap of far wake-ups, by time

    private func pushHeap(_ component: Int) {
        heap[heapCount] = Int32(truncatingIfNeeded: component)
        position[component] = Int32(truncatingIfNeeded: heapCount)
        heapCount &+= 1
        siftUp(heapCount &- 1)
    }

    private func removeHeap(_ component: Int) {
        let hole = Int(position[component])
        position[component] = -1
        heapCount &-= 1
        if hole == heapCount { return }
        heap[hole] = heap[heapCount]
        position[Int(heap[hole])] = Int32(truncatingIfNeeded: hole)
        siftUp(hole)
        siftDown(hole)
    }

    private func swapHeap(_ a: Int, _ b: Int) {
        let (first, second) = (heap[a], heap[b])
        heap[a] = second
        heap[b] = first
        position[Int(second)] = Int32(truncatingIfNeeded: a)
        position[Int(first)] = Int32(truncatingIfNeeded: b)
    }

    private func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child &- 1) / 2
            if times[Int(heap[parent])] <= times[Int(heap[child])] { return }
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
                if times[Int(heap[child])] < times[Int(heap[least])] { least = child }
                child &+= 1
            }
            if least == parent { return }
            swapHeap(parent, least)
            parent = least
        }
    }
}
