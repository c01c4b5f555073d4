import OrreryEinsum
import OrrerySimulation
import OrreryText

/// Parts of intermediates that find no room in their home and live in an outer memory.
extension GroupPlanner {
    /// Tiles under way between the memories in each direction.
    private static let stages = 4

    /// Bytes of a tile that an access moves: whole rows of the home memory, so many that the rest takes no more
    /// than its fraction; 0 where the tensor is not spilled.
    func spilledBytes(_ name: String, by access: String, of bytes: Int, row: Int) -> Int {
        guard let entry = group.spill.first(where: { $0.name.text == name }),
            let fraction = entry.value.fractions.first(where: { $0.name.text == access || $0.name.text.isEmpty }),
            let value = scope.fraction(fraction.value, "spill.\(name)")
        else { return 0 }
        let rows = value.multiplied(by: Rational(bytes))?.divided(by: Rational(row)) ?? .zero
        return min(bytes, Int(rows.ceiling) * row)
    }

    func rowBytes(_ memory: String) -> Int {
        hardware.memories.first { $0.path == memory }?.storage.rowBytes ?? 1
    }

    /// Adds the copies of the spilled part: out after the producer, back before each reader that moves it.
    mutating func spill(_ name: String, _ producer: Int, readers: [Reader], _ shape: TileShape) {
        guard group.spill.contains(where: { $0.name.text == name }), whole[name] == nil else { return }
        guard let memories = places[name], memories.count > 1 else {
            diagnostics.error(
                "'\(name)' is spilled, but has no second place",
                at: group.spill.first { $0.name.text == name }?.name.mark,
                path: "place.\(name)", hint: "such as place: {\(name): [buffer, dram]}")
            return
        }
        let (home, outer) = (memories[0], memories[1])
        let row = rowBytes(home)
        let written = spilledBytes(name, by: "write", of: shape.fullBytes, row: row)
        let tiles = buffers[name]?.slots ?? 1
        let space = allocator.place(name, in: outer, .spilled, tileBytes: written, tiles: tiles)
        let distant = distantAddress(name, space)
        var out: Int?
        if written == shape.fullBytes, let port = directPort(name, of: producer, to: outer) {
            results[producer].port = port
            results[producer].address = addAddress(distant, to: producer)
            out = producer
        } else if written > 0 {
            out = move(name, producer, shape, bytes: written, from: home, to: outer, isOut: true, distant)
        }
        for reader in readers where operands[reader.issue][reader.input].port != nil {
            guard let own = self.shape(reader.issue, reader.access) else { continue }
            let bytes = spilledBytes(name, by: issues[reader.issue].name, of: own.fullBytes, row: row)
            if bytes == 0 { continue }
            let back = move(name, reader.issue, own, bytes: bytes, from: outer, to: home, isOut: false, distant)
            if let out {
                connect(
                    Flow(
                        name: "\(name) spilled", producer: out, readers: [back], varying: reader.access.ranks,
                        producerIsGuarded: out != producer, readersAreGuarded: true))
            }
        }
    }

    /// Where the spilled part of a tile lies.
    private func distantAddress(_ name: String, _ far: MemoryPlan.Area) -> TaskAddress {
        var address = TaskAddress(base: far.address)
        for (rank, stride) in buffers[name]?.address.strides ?? [:] where far.tileBytes > 0 {
            let resident = max(1, buffers[name]?.area.tileBytes ?? 1)
            address.strides[rank] = stride / resident * far.tileBytes
        }
        return address
    }

    /// - Returns: the task of the copy.
    private mutating func move(
        _ name: String, _ issue: Int, _ shape: TileShape, bytes: Int, from: String, to: String, isOut: Bool,
        _ distant: TaskAddress
    ) -> Int {
        let ranks = open(issues[issue].chain).map(\.rank)
        let varying = shape.access.ranks
        let repeated = ranks.filter { !varying.contains($0) }
        let near = allocator.place(
            name, in: isOut ? from : to, .staged, tileBytes: bytes, tiles: Self.stages,
            isUnbounded: isUnbounded("\(name).spill"))
        let side = slotAddress(
            base: near.address, tileBytes: bytes, chain: issues[issue].chain, varying: varying, live: [],
            depth: Self.stages)
        let full = shape.fullBytes
        let task = addCopy(
            name, title: isOut ? "spill \(name)" : "reload \(name)", at: issue, from: from, to: to,
            isOut ? [side, distant] : [distant, side],
            conditions: isOut ? LoopCondition.last(repeated) : LoopCondition.first(repeated), isLoad: !isOut,
            slots: Self.stages, shortLoops: shape.shortLoops
        ) { [shape] last in
            // The same share of a short tile.
            Int((Int128(bytes) * Int128(shape.bytes(last: last)) + Int128(full) - 1) / Int128(full))
        }
        connect(
            isOut
                ? Flow(
                    name: "\(name) to spill", producer: issue, readers: [task], varying: varying, slots: Self.stages,
                    readersAreGuarded: true)
                : Flow(
                    name: "\(name) back", producer: task, readers: [issue], varying: varying, slots: Self.stages,
                    producerIsGuarded: true))
        return task
    }
}
