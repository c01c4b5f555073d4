/// The group's part of the operator graph.
extension GroupPlanner {
    func nodes() -> [OperatorGraph.Node] {
        var result: [OperatorGraph.Node] = []
        for (index, issue) in issues.enumerated() where tasks.indices.contains(index) {
            result.append(
                OperatorGraph.Node(
                    name: issue.name + suffix, group: group.name.text, engine: hardware.units[issue.unit].path,
                    reads: issue.einsum.inputs.map(\.tensor), writes: [issue.name], runs: runs(tasks[index], []),
                    copiedBytes: 0,
                    text: issue.einsum.einsum.text))
        }
        for job in jobs {
            let task = tasks[job.task]
            let count = runs(task, job.conditions)
            let side = job.isLoad ? job.to : job.from
            let far = job.isLoad ? job.from : job.to
            result.append(
                OperatorGraph.Node(
                    name: task.name, group: group.name.text, engine: task.queue,
                    reads: ["\(job.tensor) in \(job.isLoad ? far : side)"],
                    writes: ["\(job.tensor) in \(job.isLoad ? side : far)"],
                    runs: count, copiedBytes: bytes(job, count: count), text: ""))
        }
        return result
    }

    private func runs(_ task: Task, _ conditions: [LoopCondition]) -> Int {
        let once = Set(conditions.map(\.rank))
        return task.chain.reduce(1) { once.contains($1.rank) ? $0 : $0 * space.extent($1.rank) }
    }

    /// Bytes of all runs, short tiles counted as what they are.
    private func bytes(_ job: CopyJob, count: Int) -> Int {
        let once = Set(job.conditions.map(\.rank))
        let loops = job.shortLoops.filter { space.extent($0) > 1 && !once.contains($0) }
        let always = Set(job.shortLoops).subtracting(loops).filter { rank in
            space.extent(rank) == 1 || job.conditions.contains { $0.rank == rank && $0.kind == .last }
        }
        let others = loops.reduce(count) { $0 / space.extent($1) }
        return subsets(loops).reduce(0) { sum, last in
            let times = loops.reduce(others) { last.contains($1) ? $0 : $0 * (space.extent($1) - 1) }
            return sum + times * job.bytes(last.union(always))
        }
    }
}
