import OrreryEinsum
import OrrerySimulation

/// Tensors that come from outside the group.
extension GroupPlanner {
    mutating func planBrought(_ name: String) {
        guard let area = whole[name] else { return }
        let home = area.memory
        var byMemory: [(near: String, readers: [Reader])] = []
        for reader in readers(of: name) {
            guard let shape = shape(reader.issue, reader.access) else { continue }
            let unit = issues[reader.issue].unit
            if let port = directPort(name, of: reader.issue, to: home) ?? hardware.units[unit].port(from: home) {
                read(reader, by: port, layout(shape, area))
                continue
            }
            guard let near = path(to: unit, from: home)?.last else {
                reportUnreachable(name, home, reader.issue)
                continue
            }
            if let place = byMemory.firstIndex(where: { $0.near == near }) {
                byMemory[place].readers.append(reader)
            } else {
                byMemory.append((near, [reader]))
            }
        }
        for (near, readers) in byMemory { load(name, from: area, to: near, readers) }
    }

    private mutating func load(_ name: String, from area: MemoryPlan.Area, to near: String, _ readers: [Reader]) {
        guard let first = readers.min(by: { issues[$0.issue].precedes(issues[$1.issue]) }),
            let shape = shape(first.issue, first.access)
        else { return }
        let chain = open(issues[first.issue].chain)
        let varying = first.access.ranks.union(reloads(name, first.issue))
        var live: Set<String> = []
        if let reuse = chain.firstIndex(where: { !varying.contains($0.rank) }) {
            live = Set(chain[reuse...].map(\.rank).filter(varying.contains))
        }
        for reader in readers {
            // Another pass finds the tiles that the first one brought.
            let other = open(issues[reader.issue].chain)
            var common = 0
            while common < min(chain.count, other.count), chain[common] == other[common] { common += 1 }
            live.formUnion(other[common...].map(\.rank).filter(varying.contains))
        }
        let depth = depth(name)
        let slots = live.reduce(depth) { $0 * space.extent($1) }
        let staged = allocator.place(
            name, in: near, .staged, tileBytes: shape.fullBytes, tiles: slots, isUnbounded: isUnbounded(name))
        let address = slotAddress(
            base: staged.address, tileBytes: shape.fullBytes, chain: chain, varying: varying, live: live, depth: depth)
        let way = path(to: issues[first.issue].unit, from: area.memory) ?? [area.memory, near]
        var source = layout(shape, area)
        var previous: Int?
        for (from, to) in zip(way, way.dropFirst()) {
            let isLast = to == near
            var target = address
            if !isLast {
                let hop = allocator.place(name, in: to, .staged, tileBytes: shape.fullBytes, tiles: Self.hopSlots)
                target = slotAddress(
                    base: hop.address, tileBytes: shape.fullBytes, chain: chain, varying: varying, live: [],
                    depth: Self.hopSlots)
            }
            let copy = addCopy(
                name, title: "load \(name)" + (isLast ? "" : " to \(to)"), at: first.issue, from: from, to: to,
                [source, target],
                conditions: LoopCondition.first(chain.map(\.rank).filter { !varying.contains($0) }), isLoad: true,
                slots: isLast ? slots : Self.hopSlots, shortLoops: shape.shortLoops
            ) { [shape] in shape.bytes(last: $0) }
            if let previous {
                connect(
                    Flow(
                        name: "\(name) in \(from)", producer: previous, readers: [copy], varying: varying,
                        slots: Self.hopSlots,
                        producerIsGuarded: true, readersAreGuarded: true))
            }
            previous = copy
            source = target
        }
        guard let task = previous else { return }
        for reader in readers { read(reader, near, address) }
        for unit in Set(readers.map { issues[$0.issue].unit }).sorted() {
            let own = readers.filter { issues[$0.issue].unit == unit }
            let addresses = Dictionary(
                own.map { ($0.issue, operands[$0.issue][$0.input].address) }, uniquingKeysWith: { first, _ in first })
            connect(
                Flow(
                    name: name, producer: task, readers: own.map(\.issue), varying: varying, slots: slots,
                    producerIsGuarded: true, addresses: addresses))
        }
    }

    /// Loops of an issue at which a tensor is moved again although it does not change with them.
    private func reloads(_ name: String, _ issue: Int) -> [String] {
        let entries = group.reload.first { $0.name.text == name }?.value ?? []
        let ranks = issues[issue].ranks
        return entries.compactMap { entry in
            if let condition = entry.condition, !scope.holds(condition, "reload.\(name)") { return nil }
            return ranks.contains(entry.loop.text) ? entry.loop.text : nil
        }
    }
}
