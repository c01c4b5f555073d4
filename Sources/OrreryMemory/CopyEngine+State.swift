import OrrerySimulation

extension CopyEngine {
    func visitCopies(_ state: inout StateVisitor) {
        takenTransfers.visit(&state)
        for slot in takenTransfers.taken { transfers[slot].visit(&state) }
        takenChunks.visit(&state)
        for slot in takenChunks.taken {
            var stage = chunks[slot].stage.rawValue
            state.plain(&stage)
            chunks[slot].stage = Chunk.Stage(rawValue: stage) ?? .reading
            takenTransfers.visit(&chunks[slot].transfer, &state)
            state.plain(&chunks[slot].offset)
            state.plain(&chunks[slot].length)
        }
        takenTransfers.visit(&requesting, &state)
        takenChunks.visit(&arrived, &state)
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
