import OrrerySimulation

/// An engine that computes for n cycles, sends requests in three modes, and waits for its answers.
final class ToyEngine: Engine {
    static let compute = 0
    static let request = 1
    static let fence = 2
    /// The action of computing for a cycle.
    static let computed = 0

    /// A request under way; its place in `slots` is the request's tag.
    private struct Slot {
        var isTaken = false
        var isBlocking = false
        var posts: [TokenUse] = []
    }

    private var slots: [Slot] = []
    private var underWay: Int { slots.count { $0.isTaken } }

    override var actionNames: [String] { ["computed"] }
    override var stallCauses: [String] { ["server", "fence", "answer"] }

    override func begin(_ work: Work, operatorID: Int, command: Int, _ kernel: Kernel) -> Issue {
        let now = kernel.now(self)
        switch work.opcode {
        case Self.compute:
            count(work.actions, operatorID: operatorID, kernel)
            let end = now + work.numbers[0]
            return .occupied(until: end, result: end + work.numbers[1])
        case Self.request: return send(work, operatorID, command, kernel)
        default: return underWay > work.numbers[0] ? .refused(cause: 1) : .occupied(until: now, result: now)
        }
    }

    private func send(_ work: Work, _ operatorID: Int, _ command: Int, _ kernel: Kernel) -> Issue {
        let now = kernel.now(self)
        let stream = work.streams[0]
        let place = slots.firstIndex { !$0.isTaken } ?? slots.count
        let request = Request(
            address: address(stream.address), bytes: stream.bytes, count: stream.count, stride: stream.stride,
            isWrite: stream.isWrite, operatorID: operatorID, command: command + stream.address, requester: id,
            tag: place)
        kernel.touch(ports[stream.port].id)
        if !ports[stream.port].submit(request, kernel) { return .refused(cause: 0) }
        if place == slots.count { slots.append(Slot()) }
        slots[place].isTaken = true
        switch RequestMode(rawValue: work.numbers[0]) {
        case .blocking:
            slots[place].isBlocking = true
            expect(busyUntil: now + 1, thenStalledFor: 2, kernel)
            return .working
        case .posting:
            slots[place].posts = currentPosts()
            return .accepted(next: now + 1)
        default: return .occupied(until: now + 1, result: now + 1)
        }
    }

    override func completed(tag: Int, _ kernel: Kernel) {
        let slot = slots[tag]
        slots[tag] = Slot()
        while let last = slots.last, !last.isTaken { slots.removeLast() }
        if slot.isBlocking {
            finish(result: kernel.now(self), kernel)
        } else if !slot.posts.isEmpty {
            deliver(slot.posts, kernel)
        }
        kernel.poke(id)
    }

    override func visitUnit(_ state: inout StateVisitor) {
        let count = state.count(slots.count)
        if state.isRestoring { slots = Array(repeating: Slot(), count: count) }
        for index in slots.indices {
            state.plain(&slots[index].isTaken)
            state.plain(&slots[index].isBlocking)
            let posts = state.count(slots[index].posts.count)
            if state.isRestoring { slots[index].posts = Array(repeating: TokenUse(0), count: posts) }
            for post in slots[index].posts.indices {
                state.plain(&slots[index].posts[post].token)
                state.plain(&slots[index].posts[post].count)
            }
        }
    }

    override var signature: Int { slots.count }
}
