import OrreryEinsum
import OrrerySimulation
import OrreryText

/// Which memory an operand or a result goes to, and where in it.
extension GroupPlanner {
    /// The memories on the shortest way by copies from a far one to one beside a unit, both included.
    func path(to unit: Int, from far: String) -> [String]? {
        let near = hardware.units[unit].plainPorts.sorted { $0.key < $1.key }.map(\.value)
        var paths = [[far]]
        var seen: Set<String> = [far]
        while !paths.isEmpty {
            if let found = near.lazy.compactMap({ end in paths.first { $0.last == end && $0.count > 1 } }).first {
                return found
            }
            paths = paths.flatMap { path in
                hardware.memories.map(\.path).filter { next in
                    !seen.contains(next) && !hardware.copiers(path[path.count - 1], next).isEmpty
                }.map { next in
                    seen.insert(next)
                    return path + [next]
                }
            }
        }
        return nil
    }

    func reportUnreachable(_ tensor: String, _ memory: String, _ issue: Int) {
        let unit = hardware.units[issues[issue].unit].path
        let near = Set(hardware.units[issues[issue].unit].plainPorts.values).sorted().joined(separator: ", ")
        diagnostics.error(
            "'\(unit)' cannot reach '\(tensor)' in '\(memory)': no port leads there and no engine copies to \(near.isEmpty ? "it" : near)",
            at: mark(issues[issue]), path: "place.\(tensor)")
    }

    /// The address of one of `slots` tiles: the loops in `live` side by side, the depth as a ring over the next loop outside.
    func slotAddress(base: Int, tileBytes: Int, chain: [LoopKey], varying: Set<String>, live: Set<String>, depth: Int)
        -> TaskAddress
    {
        var address = TaskAddress(base: base)
        var stride = tileBytes
        let ranks = open(chain).map(\.rank).filter(varying.contains)
        for rank in ranks.reversed() where live.contains(rank) {
            address.strides[rank] = stride
            stride *= space.extent(rank)
        }
        address.ring = ranks.last { !live.contains($0) }
        address.ringLength = depth
        address.ringStride = stride
        return address
    }

    /// Puts the result of an issue in its home, directly or through a memory near the unit, and lets the readers find it there.
    mutating func writeBack(
        _ name: String, _ producer: Int, _ shape: TileShape, home: String, readers: [Reader], live: Set<String>
    ) {
        let unit = hardware.units[issues[producer].unit]
        let chain = issues[producer].chain
        if let area = whole[name] {
            let direct = readers.isEmpty ? directPort(name, of: producer, to: home) : nil
            if let port = direct ?? unit.port(to: home) {
                let address = layout(shape, area)
                results[producer].port = port
                results[producer].address = addAddress(address, to: producer)
                tasks[producer].leaves = true
                tasks[producer].leavingConditions = LoopCondition.last(partialLoops(producer).loops)
                for reader in readers { read(reader, home, address) }
                return
            }
            guard readers.isEmpty else {
                diagnostics.error(
                    "'\(name)' goes to '\(home)' and is read again in the same group", at: mark(issues[producer]),
                    path: "place.\(name)", hint: "place it on chip, or read it in a later group")
                return
            }
            guard let way = path(to: issues[producer].unit, from: home), let near = way.last,
                let port = unit.port(to: near)
            else { return reportUnreachable(name, home, producer) }
            let depth = depth(name)
            let tiles = live.reduce(depth) { $0 * space.extent($1) }
            let staged = allocator.place(name, in: near, .staged, tileBytes: shape.fullBytes, tiles: tiles)
            let address = slotAddress(
                base: staged.address, tileBytes: shape.fullBytes, chain: chain, varying: shape.access.ranks, live: live,
                depth: depth)
            results[producer].port = port
            results[producer].address = addAddress(address, to: producer)
            store(name, producer, shape, along: way.reversed(), from: address, tiles: tiles, to: area)
            return
        }
        keep(name, producer, shape, home: home, readers: readers, live: live)
    }

    /// The port by which a tensor passes the buffer by, where the mapping asks for that and the unit of the issue has one.
    func directPort(_ tensor: String, of issue: Int, to memory: String) -> Int? {
        group.direct.contains { $0.text == tensor }
            ? hardware.units[issues[issue].unit].directPort(to: memory) : nil
    }

    /// Copies each finished tile along a way of memories to the tensor's home.
    private mutating func store(
        _ name: String, _ producer: Int, _ shape: TileShape, along way: [String], from first: TaskAddress, tiles: Int,
        to area: MemoryPlan.Area
    ) {
        var source = first
        var previous: Int?
        for (from, to) in zip(way, way.dropFirst()) {
            let isLast = to == way.last
            var target = layout(shape, area)
            if !isLast {
                let staged = allocator.place(name, in: to, .staged, tileBytes: shape.fullBytes, tiles: Self.hopSlots)
                target = slotAddress(
                    base: staged.address, tileBytes: shape.fullBytes, chain: issues[producer].chain,
                    varying: shape.access.ranks,
                    live: [], depth: Self.hopSlots)
            }
            let copy = addCopy(
                name, title: "store \(name)" + (isLast ? "" : " by \(to)"), at: producer, from: from, to: to,
                [source, target],
                conditions: LoopCondition.last(partialLoops(producer).loops), isLoad: false, slots: tiles,
                shortLoops: shape.shortLoops
            ) { [shape] in shape.bytes(last: $0) }
            connect(
                Flow(
                    name: "\(name) to store", producer: previous ?? producer, readers: [copy],
                    varying: shape.access.ranks,
                    slots: previous == nil ? tiles : Self.hopSlots, producerIsGuarded: previous != nil,
                    readersAreGuarded: true))
            tasks[copy].leaves = isLast
            previous = copy
            source = target
        }
    }

    /// Tiles that wait in a memory on the way to another.
    static let hopSlots = 2

    /// Lets an intermediate live in its home while it is needed.
    private mutating func keep(
        _ name: String, _ producer: Int, _ shape: TileShape, home: String, readers: [Reader], live: Set<String>
    ) {
        let unit = hardware.units[issues[producer].unit]
        let chain = issues[producer].chain
        guard let port = unit.port(to: home) else { return reportUnreachable(name, home, producer) }
        let resident = shape.fullBytes - spilledBytes(name, by: "write", of: shape.fullBytes, row: rowBytes(home))
        let depth = depth(name)
        let head = group.share.first { $0.name.text == name }.flatMap { buffers[$0.value.text] }
        let area = allocator.place(
            name, in: home, .intermediate, tileBytes: resident, tiles: live.reduce(depth) { $0 * space.extent($1) },
            isUnbounded: isUnbounded(name), sharedWith: head?.area)
        let address =
            head?.address
            ?? slotAddress(
                base: area.address, tileBytes: resident, chain: chain, varying: shape.access.ranks, live: live,
                depth: depth)
        buffers[name] = (address, area.tiles, area)
        let outer = places[name].flatMap { $0.count > 1 ? $0[1] : nil }
        if resident > 0 || outer.flatMap({ directPort(name, of: producer, to: $0) }) == nil {
            results[producer].port = port
            results[producer].address = addAddress(address, to: producer)
        }
        for reader in readers { read(reader, home, address) }
    }

    /// Lets an operand stream from a memory.
    mutating func read(_ reader: Reader, _ memory: String, _ address: TaskAddress) {
        guard let port = hardware.units[issues[reader.issue].unit].port(from: memory) else {
            return reportUnreachable(reader.access.tensor, memory, reader.issue)
        }
        read(reader, by: port, address)
    }

    mutating func read(_ reader: Reader, by port: Int, _ address: TaskAddress) {
        operands[reader.issue][reader.input].port = port
        operands[reader.issue][reader.input].address = addAddress(address, to: reader.issue)
    }

    mutating func addAddress(_ address: TaskAddress, to task: Int) -> Int {
        tasks[task].addresses.append(address)
        return tasks[task].addresses.count - 1
    }

    /// Adds a copy in the loops of the issue that it serves.
    mutating func addCopy(
        _ tensor: String, title: String, at issue: Int, from: String, to: String, _ addresses: [TaskAddress],
        conditions: [LoopCondition], isLoad: Bool, slots: Int, shortLoops: [String],
        bytes: @escaping @Sendable (Set<String>) -> Int
    ) -> Int {
        var task = Task(name: title + suffix, queue: "", chain: issues[issue].chain, lookahead: issues[issue].lookahead)
        task.addresses = addresses
        tasks.append(task)
        jobs.append(
            CopyJob(
                task: tasks.count - 1, tensor: tensor, from: from, to: to, unit: issues[issue].unit, isLoad: isLoad,
                anchor: issue, slots: slots, conditions: conditions, shortLoops: shortLoops, bytes: bytes))
        return tasks.count - 1
    }
}
