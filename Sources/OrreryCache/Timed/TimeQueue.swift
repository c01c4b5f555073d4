import OrrerySimulation

/// Numbers with a due time each, the earliest first, of equal ones the oldest. Most come in order, so they are put in from the
/// back.
///
/// It is a part of the component that has it, with its state side by side with the component's: `due` is asked several times in
/// every wake-up, and is one load there.
struct TimeQueue: ~Copyable {
    private let times: FixedArray<Cycle>
    private let values: FixedArray<Int>
    private let mask: Int
    private var head = 0
    private(set) var count = 0
    /// When the first is due; `.never` where there is none.
    private(set) var due = Cycle.never

    /// - Parameter capacity: at least what is ever in it.
    init(capacity: Int) {
        var size = 16
        while size < capacity { size *= 2 }
        times = FixedArray(repeating: 0, count: size)
        values = FixedArray(repeating: 0, count: size)
        mask = size - 1
    }

    @inline(__always)
    mutating func add(_ value: Int, at time: Cycle) {
        precondition(count <= mask, "a full queue")
        var place = (head &+ count) & mask
        while place != head {
            let before = (place &- 1) & mask
            if times[before] <= time { break }
            times[place] = times[before]
            values[place] = values[before]
            place = before
        }
        times[place] = time
        values[place] = value
        count &+= 1
        if time < due { due = time }
    }

    /// The first.
    @inline(__always)
    var first: Int { values[head] }

    @inline(__always)
    mutating func removeFirst() {
        head = (head &+ 1) & mask
        count &-= 1
        due = count == 0 ? .never : times[head]
    }
}

/// Numbers in the order of their coming, a bounded number of them.
struct NumberQueue: ~Copyable {
    private let values: FixedArray<Int>
    private var head = 0
    private(set) var count = 0
    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        values = FixedArray(repeating: 0, count: capacity)
    }

    @inline(__always)
    var isFull: Bool { count == capacity }

    @inline(__always)
    mutating func append(_ value: Int) {
        precondition(count < capacity, "a full queue")
        var place = head &+ count
        if place >= capacity { place &-= capacity }
        values[place] = value
        count &+= 1
    }

    @inline(__always)
    var first: Int { values[head] }

    /// The first number behind `skipped` others that `suits`, nil for none.
    @inline(__always)
    func first(after skipped: Int, where suits: (Int) -> Bool) -> Int? {
        for index in min(skipped, count)..<count {
            let place = head &+ index
            let value = values[place < capacity ? place : place &- capacity]
            if suits(value) { return value }
        }
        return nil
    }

    @inline(__always)
    mutating func removeFirst() {
        head = head &+ 1 == capacity ? 0 : head &+ 1
        count &-= 1
    }
}

extension NumberQueue {
    /// What becomes of a number that was offered.
    enum Offer {
        /// It leaves.
        case taken
        /// It waits on.
        case kept
        /// It waits on, and so does everybody behind it.
        case closed
    }

    /// Offers the numbers in order; who waits on keeps its place. - Returns: false where the offers ended before the last.
    ///
    /// The queue is turned once around where somebody has to wait behind whom others are offered, and is left as it is where the first ends
    /// the offers.
    @inline(__always)
    mutating func offer(to takes: (Int) -> Offer) -> Bool {
        var (left, isTurned, isOpen) = (count, false, true)
        while left > 0, isOpen || isTurned {
            let number = first
            let answer = isOpen ? takes(number) : .kept
            isOpen = isOpen && answer != .closed
            if !isOpen, !isTurned { break }
            removeFirst()
            if answer != .taken {
                append(number)
                isTurned = true
            }
            left &-= 1
        }
        return isOpen
    }
}

/// Numbers 0 to capacity − 1 that are free or not; the last freed is taken first.
struct FreeList: ~Copyable {
    private let next: FixedArray<Int32>
    private var first: Int
    private(set) var count: Int

    init(capacity: Int) {
        next = FixedArray((0..<capacity).map { Int32($0 + 1 < capacity ? $0 + 1 : -1) })
        first = capacity > 0 ? 0 : -1
        count = capacity
    }

    @inline(__always)
    var isEmpty: Bool { first < 0 }

    @inline(__always)
    mutating func take() -> Int {
        let taken = first
        precondition(taken >= 0, "none is free")
        first = Int(next[taken])
        count &-= 1
        return taken
    }

    @inline(__always)
    mutating func give(_ number: Int) {
        next[number] = Int32(truncatingIfNeeded: first)
        first = number
        count &+= 1
    }
}
