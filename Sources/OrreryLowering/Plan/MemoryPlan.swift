import OrrerySimulation

/// What lies where: every tensor, or piece of one, in every memory.
public struct MemoryPlan: Sendable {
    /// Why an area is there.
    public enum Purpose: String, Sendable {
        /// All of a tensor.
        case whole
        /// Tiles of a tensor that lives elsewhere, on their way in or out.
        case staged
        /// Tiles of an intermediate.
        case intermediate
        /// The part of an intermediate that found no room in its own memory.
        case spilled
    }

    public struct Area: Sendable {
        public var tensor: String
        /// The group of Einsums that it serves; empty for whole tensors.
        public var group: String
        public var memory: String
        public var purpose: Purpose
        public var address: Int
        /// Of one tile, or of the whole tensor.
        public var tileBytes: Int
        public var tiles: Int
        /// The area lies in another's place: the name of that tensor.
        public var sharedWith: String?
        /// The mapping says that this does not count against the capacity.
        public var isUnbounded: Bool

        /// Of all tiles; what is more than any memory holds counts as 64 PiB, so that sums of areas stay numbers.
        public var bytes: Int {
            let (product, overflow) = tileBytes.multipliedReportingOverflow(by: tiles)
            return overflow ? Self.most : min(product, Self.most)
        }

        private static let most = 1 << 56
    }

    public internal(set) var areas: [Area] = []

    public init() {}

    /// Most bytes in use in a memory at a time.
    public func usedBytes(of memory: String) -> Int {
        let own = areas.filter { $0.memory == memory && !$0.isUnbounded && $0.sharedWith == nil }
        let always = own.filter { $0.group.isEmpty }.reduce(0) { $0 + $1.bytes }
        let groups = Set(own.map(\.group)).subtracting([""])
        return always + (groups.map { name in own.filter { $0.group == name }.reduce(0) { $0 + $1.bytes } }.max() ?? 0)
    }
}

/// A memory is too small for what the mapping places in it. Ends a command with exit code 5.
public struct CapacityError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Entry: Hashable, Sendable {
        public var tensor: String
        public var bytes: Int
    }

    public var memory: String
    public var capacity: Int
    /// Group of Einsums that needs the room.
    public var group: String
    /// What is placed there, the largest first.
    public var entries: [Entry]

    public var neededBytes: Int { entries.reduce(0) { $0 + $1.bytes } }

    public var description: String {
        let list = entries.map { "\($0.tensor) \($0.bytes) B" }.joined(separator: ", ")
        let user = group.isEmpty ? "the workload" : group
        return "'\(memory)' holds \(capacity) B and \(user) needs \(neededBytes) B: \(list)"
    }
}

/// All memories that are too small.
public struct CapacityErrors: Error, Hashable, Sendable, CustomStringConvertible {
    public var errors: [CapacityError]
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// Hands out addresses in every memory: whole tensors once, and for each group of Einsums its tiles behind them.
///
/// Areas begin at rows. Those that are streamed at the same time begin in different banks: while an eighth of the memory is
/// free, the row number of the k-th area's begin is 5 k modulo the number of banks.
struct Allocator {
    private let hardware: Hardware
    private(set) var plan = MemoryPlan()
    private(set) var errors: [CapacityError] = []
    /// First free byte behind the whole tensors, and behind the present group's areas.
    private var floor: [String: Int] = [:]
    private var next: [String: Int] = [:]
    private var count: [String: Int] = [:]
    private var group = ""

    init(_ hardware: Hardware) { self.hardware = hardware }

    mutating func begin(group: String) {
        if !self.group.isEmpty { finish() }
        self.group = group
        next = floor
        count = [:]
    }

    /// Reports what did not fit since the group began.
    mutating func finish() {
        for memory in hardware.memories {
            guard let capacity = memory.storage.capacity else { continue }
            let areas = plan.areas.filter {
                $0.memory == memory.path && !$0.isUnbounded && $0.sharedWith == nil
                    && ($0.group.isEmpty || $0.group == group)
            }
            let entries = areas.filter { $0.bytes > 0 }.map { CapacityError.Entry(tensor: $0.tensor, bytes: $0.bytes) }
            let error = CapacityError(
                memory: memory.path, capacity: capacity, group: group,
                entries: entries.enumerated().sorted { ($1.element.bytes, $0.offset) < ($0.element.bytes, $1.offset) }
                    .map(\.element))
            if error.neededBytes > capacity, !errors.contains(where: { $0.memory == memory.path && $0.group == group })
            {
                errors.append(error)
            }
        }
    }

    /// - Returns: the address.
    mutating func place(
        _ tensor: String, in memory: String, _ purpose: MemoryPlan.Purpose, tileBytes: Int, tiles: Int,
        isUnbounded: Bool = false, sharedWith other: MemoryPlan.Area? = nil
    ) -> MemoryPlan.Area {
        let isWhole = purpose == .whole
        var area = MemoryPlan.Area(
            tensor: tensor, group: isWhole ? "" : group, memory: memory, purpose: purpose, address: 0,
            tileBytes: tileBytes, tiles: tiles, sharedWith: other?.tensor, isUnbounded: isUnbounded)
        if let other {
            area.address = other.address
        } else {
            area.address = address(in: memory, after: isWhole ? floor[memory] ?? 0 : next[memory] ?? 0)
            let end = area.address + area.bytes
            if isWhole { floor[memory] = end } else { next[memory] = end }
        }
        plan.areas.append(area)
        return area
    }

    private mutating func address(in memory: String, after end: Int) -> Int {
        let width = hardware.memories.first { $0.path == memory }?.storage.rowBytes ?? 1
        let banks = hardware.number("\(memory).banks")?.value.integer ?? 1
        let number = count[memory] ?? 0
        count[memory] = number + 1
        let row = (end + width - 1) / width
        if let capacity = hardware.memories.first(where: { $0.path == memory })?.storage.capacity,
            end > capacity - capacity / 8
        {
            return row * width
        }
        let wanted = 5 * number % banks
        return (row + (wanted - row % banks + banks) % banks) * width
    }
}
