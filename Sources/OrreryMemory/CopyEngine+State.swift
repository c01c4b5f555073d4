import OrrerySimulation

extension CopyEngine {
    func visitCopies(_ state: inout StateVisitor) {
        for index in Self.used(transfers.indices, &state, { transfers[$0].isActive }) {
            state.plain(&transfers[index].isActive)
            transfers[index].visit(&state)
        }
        for index in Self.used(chunks.indices, &state, { chunks[$0].stage != .free }) {
            var stage = chunks[index].stage.rawValue
            state.plain(&stage)
            chunks[index].stage = Chunk.Stage(rawValue: stage) ?? .free
            state.plain(&chunks[index].transfer)
            state.plain(&chunks[index].offset)
            state.plain(&chunks[index].length)
        }
        Self.visit(&requesting, &state)
        Self.visit(&arrived, &state)
    }

    /// Positions of the slots in use: most are not, and those have no state.
    private static func used(_ slots: Range<Int>, _ state: inout StateVisitor, _ isUsed: (Int) -> Bool) -> [Int] {
        var positions = slots.filter(isUsed)
        visit(&positions, &state)
        return positions
    }

    private static func visit(_ list: inout [Int], _ state: inout StateVisitor) {
        let count = state.count(list.count)
        if state.isRestoring { list = Array(repeating: 0, count: count) }
        for index in list.indices { state.plain(&list[index]) }
    }
}

extension CopyEngine.Transfer {
    mutating func visit(_ state: inout StateVisitor) {
        source.visit(&state, command: &sourceCommand)
        target.visit(&state, command: &targetCommand)
        state.plain(&sourcePort)
        state.plain(&targetPort)
        state.plain(&operatorID)
        state.plain(&total)
        state.plain(&requested)
        state.plain(&written)
        let count = state.count(posts.count)
        if state.isRestoring { posts = Array(repeating: TokenUse(0), count: count) }
        for index in posts.indices {
            state.plain(&posts[index].token)
            state.plain(&posts[index].count)
        }
    }
}
