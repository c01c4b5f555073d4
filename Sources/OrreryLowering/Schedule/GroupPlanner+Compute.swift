import OrreryEinsum
import OrrerySimulation

/// The tile operations of the Einsums.
extension GroupPlanner {
    mutating func emitCompute(_ index: Int) {
        let partial = partialLoops(index)
        let shorts = extents[index].shortLoops
        let writesAtEnd = results[index].port != nil && !partial.needsMemory
        let variantLoops = shorts + (writesAtEnd ? partial.loops.filter { !shorts.contains($0) } : [])
        let held = heldLoops(index)
        var load: Emission?
        var drain: Emission?
        func emission(_ conditions: [LoopCondition], addsPartial: Bool, loads: Bool) -> Emission {
            var result = Emission(conditions: conditions, variantLoops: variantLoops)
            for last in subsets(variantLoops) {
                let writes = !writesAtEnd || partial.loops.allSatisfy(last.contains)
                let tile = operation(index, last: last, writes: writes, addsPartial: addsPartial, loads: loads)
                guard let work = generate(index, tile, reports: last.isEmpty) else { continue }
                result.work[last] = work.compute
                if let part = work.load {
                    load = load ?? Emission(conditions: LoopCondition.first(held), variantLoops: variantLoops)
                    load?.work[last] = part
                }
                if let part = work.drain {
                    drain = drain ?? Emission(variantLoops: variantLoops)
                    drain?.work[last] = part
                }
            }
            return result
        }
        let sums = partial.needsMemory ? split(partial.loops) : [(conditions: [], isFirst: true)]
        tasks[index].emissions = sums.map { emission($0.conditions, addsPartial: !$0.isFirst, loads: true) }
        // Where loads are part of the fold, the tiles that find their operand in the elements are folds without.
        if load == nil, !held.isEmpty {
            tasks[index].emissions = sums.flatMap { sum in
                split(held).map {
                    emission(sum.conditions + $0.conditions, addsPartial: !sum.isFirst, loads: $0.isFirst)
                }
            }
        }
        if let load { attachLoader(load, to: index, held: held) }
        if var drain {
            // Only the last pass over the partial loops drains; the other cases are never reached, and stand as it does.
            for last in subsets(variantLoops) where drain.work[last] == nil {
                drain.work[last] = drain.work[last.union(partial.loops)]
            }
            attachDrain(drain, to: index, after: writesAtEnd ? partial.loops : [])
        }
    }

    /// Conditions that tell the first iteration of all `loops` from the others, each case once.
    private func split(_ loops: [String]) -> [(conditions: [LoopCondition], isFirst: Bool)] {
        [(LoopCondition.first(loops), true)]
            + loops.enumerated().map { place, loop in
                (LoopCondition.first(Array(loops[..<place])) + [LoopCondition(rank: loop, kind: .notFirst)], false)
            }
    }

    /// The innermost loops over which the operands that are loaded into the elements stay the same, on a unit that does nothing
    /// else meanwhile.
    private func heldLoops(_ index: Int) -> [String] {
        let einsum = issues[index].einsum
        let stationary = operands[index].filter { side in
            side.port != nil && einsum.rows.contains { side.access.ranks.contains($0) }
                && einsum.columns.contains { side.access.ranks.contains($0) }
        }
        guard !stationary.isEmpty else { return [] }
        let chain = open(issues[index].chain)
        let changing = stationary.reduce(into: Set<String>()) { $0.formUnion(varying($1.access)) }
        let held = chain.reversed().prefix { !changing.contains($0.rank) }
        let isAlone = issues.indices.allSatisfy { other in
            other == index || issues[other].unit != issues[index].unit
                || open(issues[other].chain).allSatisfy { !held.contains($0) }
        }
        return isAlone ? held.map(\.rank).reversed() : []
    }

    private func generate(_ index: Int, _ tile: TileOperation, reports: Bool) -> GeneratedWork? {
        let issue = issues[index]
        let unit = hardware.units[issue.unit]
        guard let generate = unit.classInfo.generate else {
            diagnostics.error(
                "'\(unit.path)' runs no Einsums: it is a \(unit.classInfo.name)", at: mark(issue), path: "bind")
            return nil
        }
        do {
            let work = try generate(tile, unit.values)
            guard group.pipelined.contains(where: { $0.text == issue.name }), let final = tile.chain.last else {
                return work
            }
            var single = tile
            single.chain = [final]
            var paced = try generate(single, unit.values)
            paced.compute.actions = work.compute.actions
            return paced
        } catch {
            if reports {
                diagnostics.error(
                    "'\(unit.path)' cannot run '\(issue.name)': \(error.message)", at: mark(issue),
                    path: "bind.\(unit.path)")
            }
            return nil
        }
    }

    private func operation(
        _ index: Int, last: Set<String>, writes: Bool, addsPartial: Bool, loads: Bool
    ) -> TileOperation {
        let einsum = issues[index].einsum
        let extents = extents[index]
        func operand(_ side: Side) -> TileOperation.Operand {
            let ranks = side.access.ranks
            return TileOperation.Operand(
                tensor: side.access.tensor, elementBytes: (tensor(side.access.tensor)?.type.bits ?? 8) / 8,
                spansRows: einsum.rows.contains(where: ranks.contains),
                spansColumns: einsum.columns.contains(where: ranks.contains),
                steps: extents.extent(einsum.steps.filter(ranks.contains), last: last), port: side.port,
                address: side.address)
        }
        var operands = operands[index].map(operand)
        var result = operand(results[index])
        if !loads {
            for place in operands.indices where operands[place].spansRows && operands[place].spansColumns {
                operands[place].port = nil
            }
        }
        if addsPartial { operands.append(result) }
        if !writes { result.port = nil }
        let (chain, reduction) = OperationTranslation.chain(of: einsum.einsum)
        let reducesRows = !einsum.rows.allSatisfy(results[index].access.ranks.contains)
        return TileOperation(
            chain: chain,
            reduction: reducesRows && reduction == nil && chain.last == .multiplyAccumulate ? .add : reduction,
            reducesRows: reducesRows, rows: extents.extent(einsum.rows, last: last),
            columns: extents.extent(einsum.columns, last: last), steps: extents.extent(einsum.steps, last: last),
            operands: operands, result: result)
    }

    /// The loader fills the second registers while the array works with the first.
    private mutating func attachLoader(_ emission: Emission, to index: Int, held: [String]) {
        var loader = background(index, suffix: "loader", emission)
        let brought = Set(emission.work.values.flatMap { $0.streams.map(\.address) })
        loader.waits = tasks[index].waits.filter { $0.address.map(brought.contains) ?? false }
        tasks[index].waits.removeAll { $0.address.map(brought.contains) ?? false }
        let loaded = token("\(tasks[index].name) stationary ready")
        let free = token("\(tasks[index].name) stationary free", initial: 2)
        loader.waits.append(TaskUse(token: free))
        loader.posts.append(TaskUse(token: loaded))
        tasks[index].waits.append(TaskUse(token: loaded, conditions: LoopCondition.first(held)))
        tasks[index].posts.append(TaskUse(token: free, conditions: LoopCondition.last(held)))
        tasks.append(loader)
    }

    /// The drain takes the result over when the array is done with it, waits for its place and announces it. Meanwhile the array may
    /// make the next result, which stays in the elements until the path out is free.
    private mutating func attachDrain(_ emission: Emission, to index: Int, after loops: [String]) {
        var drain = background(index, suffix: "drain", emission)
        drain.emissions[0].conditions = LoopCondition.last(loops)
        let done = token("\(tasks[index].name) result ready")
        let free = token("\(tasks[index].name) result free", initial: 2)
        drain.waits = [TaskUse(token: done)] + tasks[index].waits.filter(\.isResult).map { unconditioned($0, loops) }
        drain.posts = tasks[index].posts.filter(\.isResult) + [TaskUse(token: free)]
        tasks[index].waits.removeAll(where: \.isResult)
        tasks[index].posts.removeAll(where: \.isResult)
        tasks[index].waits.append(TaskUse(token: free, conditions: LoopCondition.first(loops)))
        tasks[index].posts.append(TaskUse(token: done, conditions: LoopCondition.last(loops)))
        (drain.leaves, drain.leavingConditions) = (tasks[index].leaves, tasks[index].leavingConditions)
        tasks[index].leaves = false
        tasks.append(drain)
    }

    /// What was asked for at the first of several iterations is asked for at the only one.
    private func unconditioned(_ use: TaskUse, _ loops: [String]) -> TaskUse {
        var use = use
        use.conditions.removeAll { $0.kind == .first && loops.contains($0.rank) }
        return use
    }

    private func background(_ index: Int, suffix: String, _ emission: Emission) -> Task {
        var task = Task(
            name: tasks[index].name, queue: "\(tasks[index].queue).\(suffix)", chain: tasks[index].chain,
            lookahead: tasks[index].lookahead, position: tasks[index].position)
        task.addresses = tasks[index].addresses
        task.emissions = [emission]
        return task
    }
}

/// The cascade's operations in the simulator's terms.
enum OperationTranslation {
    static func chain(of einsum: Einsum) -> ([OperationKind], OperationKind?) {
        var kinds = einsum.pointOperations.map(kind)
        guard let reduction = einsum.reduction else { return (kinds.isEmpty ? [.copy] : kinds, nil) }
        if kinds.last == .multiplyAccumulate { return (kinds, nil) }
        let last = kinds.popLast() ?? kind(reduction.operation.operation)
        return (kinds, last)
    }

    static func kind(_ operation: OrreryEinsum.Operation) -> OperationKind {
        switch operation {
        case .multiplyAccumulate: .multiplyAccumulate
        case .multiply: .multiply
        case .add: .add
        case .subtract: .subtract
        case .divide: .divide
        case .max: .max
        case .min: .min
        case .exp: .exp
        case .sqrt: .squareRoot
        case .sigmoid: .sigmoid
        case .log, .reciprocal, .tanh: .user(operation.name)
        case .user(let name): .user(name)
        }
    }
}
