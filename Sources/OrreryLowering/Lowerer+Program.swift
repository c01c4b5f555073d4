import OrrerySimulation

/// From the tasks of all groups to one program.
extension Lowerer {
    /// A group begins when everything that the one before it leaves in memory is there.
    mutating func separate(_ groups: inout [Planned]) {
        for later in groups.indices.dropFirst() {
            let earlier = later - 1
            let finals = groups[earlier].tasks.indices.filter { groups[earlier].tasks[$0].leaves }
            let space = groups[earlier].space
            let count = finals.reduce(0) { $0 + groups[earlier].tasks[$1].runs(in: space) }
            if count == 0 { continue }
            for queue in Set(groups[later].tasks.map(\.queue)).sorted() {
                let own = groups[later].tasks.indices.filter { groups[later].tasks[$0].queue == queue }
                guard let first = own.min(by: { groups[later].tasks[$0].precedes(groups[later].tasks[$1]) }) else {
                    continue
                }
                tokens.append(Program.Token(name: "\(groups[earlier].name) done"))
                let ranks = groups[later].tasks[first].ranks.filter { groups[later].space.extent($0) > 1 }
                groups[later].tasks[first].waits.insert(
                    TaskUse(token: tokens.count - 1, count: count, conditions: LoopCondition.first(ranks)), at: 0)
                for index in finals {
                    let conditions = groups[earlier].tasks[index].leavingConditions
                    groups[earlier].tasks[index].posts.append(
                        TaskUse(token: tokens.count - 1, conditions: conditions, isResult: true))
                }
            }
        }
    }

    func program(_ groups: [Planned]) -> Program {
        var operators: [String] = []
        var loopCount = 0
        var loopIDs = Array(repeating: [String: Int](), count: groups.count)
        for (number, group) in groups.enumerated() {
            for task in group.tasks {
                if !operators.contains(task.name) { operators.append(task.name) }
                for rank in task.ranks where loopIDs[number][rank] == nil {
                    loopIDs[number][rank] = loopCount
                    loopCount += 1
                }
            }
        }
        let ids = Dictionary(uniqueKeysWithValues: operators.enumerated().map { ($1, $0) })
        var program = Program(operators: operators, tokens: tokens)
        var queues: [String] = []
        for task in groups.flatMap(\.tasks) where !queues.contains(task.queue) { queues.append(task.queue) }
        for queue in queues {
            var instructions: [Instruction] = []
            for (group, loopIDs) in zip(groups, loopIDs) {
                var builder = QueueBuilder(space: group.space, operators: ids, loopIDs: loopIDs, from: instructions)
                builder.add(group.tasks.filter { $0.queue == queue }.sorted { $0.position < $1.position })
                instructions = builder.instructions
            }
            program.queues.append(QueueProgram(engine: queue, instructions: instructions))
        }
        return program
    }
}
