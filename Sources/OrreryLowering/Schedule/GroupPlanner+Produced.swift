import OrreryEinsum
import OrrerySimulation

/// Tensors that the group computes.
extension GroupPlanner {
    /// An operand of an issue.
    struct Reader {
        var issue: Int
        var input: Int
        var access: MappedAccess
    }

    func readers(of tensor: String) -> [Reader] {
        issues.indices.flatMap { issue in
            operands[issue].indices.compactMap { input in
                let access = operands[issue][input].access
                return access.tensor == tensor && access.generation != .initial
                    ? Reader(issue: issue, input: input, access: access) : nil
            }
        }
    }

    mutating func planProduced(_ name: String) {
        guard let producer = issues.firstIndex(where: { $0.name == name }),
            let shape = shape(producer, results[producer].access)
        else { return }
        let readers = readers(of: name)
        checkOrder(producer, readers)
        let home = places[name]?.first
        let distant = home == nil ? [] : readers.filter { !isDirect(producer, $0) }
        let partial = partialLoops(producer)
        if whole[name] != nil || !distant.isEmpty || partial.needsMemory {
            guard let home else {
                diagnostics.error(
                    "'\(name)' keeps partial sums of several tiles and has no place", at: mark(issues[producer]),
                    path: "place",
                    hint:
                        "say in which memory it lies, or make the loops over \(partial.loops.joined(separator: ", ")) the innermost ones"
                )
                return
            }
            writeBack(name, producer, shape, home: home, readers: distant, live: liveRanks(producer, readers, partial))
        }
        let slots = slots(producer, readers, partial) * depth(name)
        flows(name, producer, readers, slots: slots)
        spill(name, producer, readers: distant, shape)
    }

    /// Loops over which the result accumulates, and whether other tiles come in between.
    func partialLoops(_ issue: Int) -> (loops: [String], needsMemory: Bool) {
        let varying = varying(results[issue].access)
        let chain = open(issues[issue].chain).map(\.rank)
        let loops = chain.filter { !varying.contains($0) }
        guard let outermost = chain.firstIndex(where: loops.contains) else { return ([], false) }
        return (loops, chain[outermost...].contains { varying.contains($0) })
    }

    /// Ranks that tell the tiles of an access apart, its generations among them.
    func varying(_ access: MappedAccess) -> Set<String> {
        guard let rank = access.generationRank, access.generation == .current || access.generation == .previous else {
            return access.ranks
        }
        return access.ranks.union([rank])
    }

    /// In the same loops an operand comes straight from the unit that made it, unless the mapping sends it `through` memory.
    private func isDirect(_ producer: Int, _ reader: Reader) -> Bool {
        let other = issues[reader.issue]
        let isSent = group.through.contains { $0.text == reader.access.tensor }
        if isSent, other.unit != issues[producer].unit { return false }
        if reader.access.generation == .current {
            return open(issues[producer].chain) == open(other.chain) && !isBlockApart(producer, reader)
        }
        // What another operator of the unit has read in the same iteration is still in its registers.
        return issues.indices.contains { index in
            issues[index].unit == other.unit && open(issues[index].chain) == open(other.chain)
                && issues[index].lookahead == other.lookahead && issues[index].position < other.position
                && operands[index].contains { $0.access == reader.access }
        }
    }

    /// The reader runs in another iteration of the nest, and an iteration is a whole pass.
    private func isBlockApart(_ producer: Int, _ reader: Reader) -> Bool {
        issues[producer].lookahead != issues[reader.issue].lookahead
            && open(issues[producer].chain).contains { $0.scope != 0 }
    }

    /// What one unit makes and reads itself must be there in time, and not be overwritten before.
    private func checkOrder(_ producer: Int, _ readers: [Reader]) {
        let made = issues[producer]
        for reader in readers where reader.access.generation == .current && reader.issue != producer {
            let other = issues[reader.issue]
            if other.unit != made.unit { continue }
            let path = "order.\(hardware.units[other.unit].path)"
            if !made.precedes(other) {
                diagnostics.error(
                    "'\(other.name)' is issued before '\(made.name)', which it reads", at: mark(other), path: path)
            }
            let sharesPass = made.chain.contains {
                $0.scope != 0 && other.chain.contains($0) && partialLoops(producer).loops.contains($0.rank)
            }
            if sharesPass, made.lookahead == other.lookahead {
                diagnostics.error(
                    "'\(other.name)' needs all of the pass that makes '\(made.name)'", at: mark(other), path: path,
                    hint: "give each a pass of its own")
            }
            let needed = made.lookahead - other.lookahead + 1
            let head = group.share.first { $0.name.text == made.name }?.value.text ?? made.name
            let given = depth(head)
            if given < needed, places[made.name] != nil || group.depth.contains(where: { $0.name.text == made.name }) {
                diagnostics.error(
                    "'\(made.name)' runs \(needed - 1) iterations before '\(other.name)' reads it and has \(given) buffers",
                    at: mark(made), path: "depth.\(made.name)", hint: "it needs \(needed)")
            }
        }
    }

    /// Loops whose tiles of the producer's result are all held at a time.
    func liveRanks(_ producer: Int, _ readers: [Reader], _ partial: (loops: [String], needsMemory: Bool)) -> Set<String>
    {
        let chain = open(issues[producer].chain)
        let tiles = results[producer].access.ranks
        var live: Set<String> = []
        if partial.needsMemory, let first = chain.firstIndex(where: { partial.loops.contains($0.rank) }) {
            live.formUnion(chain[first...].map(\.rank).filter(tiles.contains))
        }
        if isStream(producer, readers) { return live }
        for reader in readers {
            let other = open(issues[reader.issue].chain)
            var common = 0
            while common < min(chain.count, other.count), chain[common] == other[common] { common += 1 }
            if reader.access.generation == .previous, let rank = reader.access.generationRank,
                let place = other.firstIndex(where: { $0.rank == rank })
            {
                common = min(common, place)
            }
            if isBlockApart(producer, reader) { common = min(common, chain.filter { $0.scope == 0 }.count) }
            if let reuse = other.firstIndex(where: { !varying(reader.access).contains($0.rank) }) {
                common = min(common, reuse)
            }
            live.formUnion(other[common...].map(\.rank).filter(tiles.contains))
        }
        return live
    }

    /// One other unit takes every tile once, in the order in which they are made: as many as the depth are enough.
    private func isStream(_ producer: Int, _ readers: [Reader]) -> Bool {
        guard let first = readers.first, issues[first.issue].unit != issues[producer].unit else { return false }
        let tiles = results[producer].access.ranks
        let chain = issues[first.issue].chain
        let isOnce = open(chain).allSatisfy { tiles.contains($0.rank) }
        let order = open(issues[producer].chain).map(\.rank).filter(tiles.contains)
        if passesBefore(first.issue, from: producer) { return false }
        return isOnce && open(chain).map(\.rank) == order
            && readers.allSatisfy {
                $0.access.generation == .current && issues[$0.issue].chain == chain
                    && issues[$0.issue].lookahead == issues[first.issue].lookahead
            }
    }

    /// The reader's unit goes through another pass first that needs what the producer's pass makes: the tiles pile up meanwhile.
    private func passesBefore(_ reader: Int, from producer: Int) -> Bool {
        let made = Set(
            issues.filter { $0.unit == issues[producer].unit && $0.chain == issues[producer].chain }.map(\.name))
        guard issues[producer].chain.contains(where: { $0.scope != 0 }) else { return false }
        return issues.indices.contains { other in
            issues[other].unit == issues[reader].unit && issues[other].position < issues[reader].position
                && issues[other].chain != issues[reader].chain
                && operands[other].contains { made.contains($0.access.tensor) }
        }
    }

    private func slots(_ producer: Int, _ readers: [Reader], _ partial: (loops: [String], needsMemory: Bool)) -> Int {
        liveRanks(producer, readers, partial).reduce(1) { $0 * space.extent($1) }
    }

    private mutating func flows(_ name: String, _ producer: Int, _ readers: [Reader], slots: Int) {
        let head = group.share.first { $0.name.text == name }?.value.text
        let isShared = head != nil || group.share.contains { $0.value.text == name }
        let reduces = !issues[producer].einsum.rows.allSatisfy { results[producer].access.ranks.contains($0) }
        var done: Set<String> = []
        for reader in readers where reader.issue != producer {
            let unit = issues[reader.issue].unit
            let isOwn = unit == issues[producer].unit
            if isOwn, !reduces || reader.access.generation != .current { continue }
            guard done.insert("\(unit) \(reader.access.generation)").inserted else { continue }
            let same = readers.filter {
                issues[$0.issue].unit == unit && $0.access.generation == reader.access.generation
                    && $0.issue != producer
            }
            connect(
                Flow(
                    name: name, producer: producer, readers: same.map(\.issue), varying: reader.access.ranks,
                    generation: reader.access.generation, generationRank: reader.access.generationRank,
                    slots: isShared || isOwn ? nil : slots))
        }
        if head == nil, isShared { shareSlots(name, producer, slots: slots) }
    }

    /// A slot that several tensors use in turn is free again when the last of them has been read for the last time.
    private mutating func shareSlots(_ name: String, _ producer: Int, slots: Int) {
        let members = group.share.filter { $0.value.text == name }.map(\.name.text)
        let last = cascade.einsums.last { members.contains($0.name) }?.name
        guard let last else { return }
        let readers = readers(of: last)
        for unit in Set(readers.map { issues[$0.issue].unit }).sorted() {
            let own = readers.filter { issues[$0.issue].unit == unit }.map(\.issue)
            guard let end = own.max(by: { issues[$0].precedes(issues[$1]) }) else { continue }
            let free = token("\(name) free", initial: slots)
            func repeated(_ issue: Int) -> [String] {
                open(issues[issue].chain).map(\.rank).filter { !results[producer].access.ranks.contains($0) }
            }
            tasks[producer].waits.append(
                TaskUse(token: free, conditions: LoopCondition.first(repeated(producer)), isResult: true))
            tasks[end].posts.append(TaskUse(token: free, conditions: LoopCondition.last(repeated(end))))
        }
    }
}
