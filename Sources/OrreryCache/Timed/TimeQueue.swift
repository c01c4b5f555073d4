import OrrerySimulation

/// Numbers with a due time each, the earliest first, of equal ones the oldest. Most come in order, so they are put in from the
/// back.
struct TimeQueue: ~Copyable {
    private let times: FixedArray<Cycle>
    private let values: FixedArray<Int>
    private let state: FixedArray<Int>
    private let mask: Int

    /// - Parameter capacity: at least what is ever in it.
    init(capacity: Int) {
        var size = 16
        while size < capacity { size *= 2 }
        times = FixedArray(repeating: 0, count: size)
        values = FixedArray(repeating: 0, count: size)
        state = FixedArray(repeating: 0, count: 2)
        mask = size - 1
    }

    @inline(__always)
    var count: Int { state[1] }

    /// When the first is due; `.never` where there is none.
    @inline(__always)
    var due: Cycle { state[1] == 0 ? .never : times[state[0]] }

    @inline(__always)
    func add(_ value: Int, at time: Cycle) {
        precondition(state[1] <= mask, "a full queue")
        var place = (state[0] &+ state[1]) & mask
        while place != state[0] {
            let before = (place &- 1) & mask
            if times[before] <= time { break }
            times[place] = times[before]
            values[place] = values[before]
            place = before
        }
        times[place] = time
        values[place] = value
        state[1] &+= 1
    }

    /// The first.
    @inline(__always)
    var first: Int { values[state[0]] }

    @inline(__always)
    func removeFirst() {
        state[0] = (state[0] &+ 1) & mask
        state[1] &-= 1
    }
}

/// Numbers in the order of their coming, a bounded number of them.
struct NumberQueue: ~Copyable {
    private let values: FixedArray<Int>
    private let state: FixedArray<Int>
    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        values = FixedArray(repeating: 0, count: capacity)
        state = FixedArray(repeating: 0, count: 2)
    }

    @inline(__always)
    var count: Int { state[1] }

    @inline(__always)
    var isFull: Bool { state[1] == capacity }

    @inline(__always)
    func append(_ value: Int) {
        precondition(state[1] < capacity, "a full queue")
        var place = state[0] &+ state[1]
        if place >= capacity { place &-= capacity }
        values[place] = value
        state[1] &+= 1
    }

    @inline(__always)
    var first: Int { values[state[0]] }

    /// The first number behind `skipped` others that `suits`, nil for none.
    func first(after skipped: Int, where suits: (Int) -> Bool) -> Int? {
        for index in min(skipped, state[1])..<state[1] {
            let place = state[0] &+ index
            let value = values[place < capacity ? place : place &- capacity]
            if suits(value) { return value }
        }
        return nil
    }

    @inline(__always)
    func removeFirst() {
        state[0] = state[0] &+ 1 == capacity ? 0 : state[0] &+ 1
        state[1] &-= 1
    }
}

/// Numbers 0 to capacity − 1 that are free or not; the last freed is taken first.
struct FreeList: ~Copyable {
    private let next: FixedArray<Int32>
    private let state: FixedArray<Int>

    init(capacity: Int) {
        next = FixedArray((0..<capacity).map { Int32($0 + 1 < capacity ? $0 + 1 : -1) })
        state = FixedArray([capacity > 0 ? 0 : -1, capacity])
    }

    @inline(__always)
    var isEmpty: Bool { state[0] < 0 }

    @inline(__always)
    var count: Int { state[1] }

    @inline(__always)
    func take() -> Int {
        let taken = state[0]
        precondition(taken >= 0, "none is free")
        state[0] = Int(next[taken])
        state[1] &-= 1
        return taken
    }

    @inline(__always)
    func give(_ number: Int) {
        next[number] = Int32(state[0])
        state[0] = number
        state[1] &+= 1
    }
}
