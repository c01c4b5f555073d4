import OrreryEinsum
import OrrerySimulation
import OrreryText

/// Which memory an operand or a result goes to, and where in it.
extension GroupPlanner {
    /// A memory beside a unit from which a far one can be reached by copies.
    func nearMemory(_ unit: Int, of far: String) -> String? {
        let ports = hardware.units[unit].ports.sorted { $0.key < $1.key }.map(\.value)
        return ports.first { !hardware.copiers(far, $0).isEmpty }
    }

    func reportUnreachable(_ tensor: String, _ memory: String, _ issue: Int) {
        let unit = hardware.units[issues[issue].unit].path
        let near = Set(hardware.units[issues[issue].unit].ports.values).sorted().joined(separator: ", ")
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
            if let port = unit.port(to: home) {
                let address = shape.wholeLayout(base: area.address).address
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
            guard let near = nearMemory(issues[producer].unit, of: home), let port = unit.port(to: near) else {
                return reportUnreachable(name, home, producer)
            }
            let depth = depth(name)
            let tiles = live.reduce(depth) { $0 * space.extent($1) }
            let staged = allocator.place(name, in: near, .staged, tileBytes: shape.fullBytes, tiles: tiles)
            let address = slotAddress(
                base: staged.address, tileBytes: shape.fullBytes, chain: chain, varying: shape.access.ranks, live: live, depth: depth)
            results[producer].port = port
            results[producer].address = addAddress(address, to: producer)
            let store = addCopy(
                name, title: "store \(name)", at: producer, from: near, to: home,
                [address, shape.wholeLayout(base: area.address).address],
                conditions: LoopCondition.last(partialLoops(producer).loops), isLoad: false, slots: tiles, shortLoops: shape.shortLoops
            ) { [shape] in shape.bytes(last: $0) }
            tasks[store].leaves = true
            connect(
                Flow(
                    name: "\(name) to store", producer: producer, readers: [store], varying: shape.access.ranks, slots: tiles,
                    readersAreGuarded: true))
            return
        }
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
                base: area.address, tileBytes: resident, chain: chain, varying: shape.access.ranks, live: live, depth: depth)
        buffers[name] = (address, area.tiles, area)
        results[producer].port = port
        results[producer].address = addAddress(address, to: producer)
        for reader in readers { read(reader, home, address) }
    }

    /// Lets an operand stream from a memory.
    mutating func read(_ reader: Reader, _ memory: String, _ address: TaskAddress) {
        guard let port = hardware.units[issues[reader.issue].unit].port(from: memory) else {
            return reportUnreachable(reader.access.tensor, memory, reader.issue)
        }
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
        conditions: [LoopCondition], isLoad: Bool, slots: Int, shortLoops: [String], bytes: @escaping @Sendable (Set<String>) -> Int
    ) -> Int {
        var task = Task(name: title, queue: "", chain: issues[issue].chain, lookahead: issues[issue].lookahead)
        task.addresses = addresses
        tasks.append(task)
        jobs.append(
            CopyJob(
                task: tasks.count - 1, tensor: tensor, from: from, to: to, unit: issues[issue].unit, isLoad: isLoad,
                anchor: issue, slots: slots, conditions: conditions, shortLoops: shortLoops, bytes: bytes))
        return tasks.count - 1
    }
}
