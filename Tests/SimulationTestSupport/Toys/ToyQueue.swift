import OrrerySimulation

/// What every toy server has: a bounded number of requests, those who were refused, and completions in order of time.
final class ToyQueue {
    private struct Completion {
        var at: Cycle = 0
        var requester = 0
        var tag = 0
    }

    private let limit: Int
    private(set) var held = 0
    private var refused: [Int] = []
    private var completions: [Completion] = []

    init(limit: Int) { self.limit = limit }

    func admits(_ requester: Int) -> Bool {
        if held < limit {
            held += 1
            return true
        }
        if !refused.contains(requester) { refused.append(requester) }
        return false
    }

    func complete(_ requester: Int, tag: Int, at cycle: Cycle) {
        let position = completions.lastIndex { $0.at <= cycle }.map { $0 + 1 } ?? 0
        completions.insert(Completion(at: cycle, requester: requester, tag: tag), at: position)
    }

    func completeDue(_ now: Cycle, _ kernel: Kernel) { while next <= now { completeNext(kernel) } }

    /// Completes the first, which there must be.
    func completeNext(_ kernel: Kernel) {
        let first = completions.removeFirst()
        held -= 1
        kernel.complete(first.requester, tag: first.tag)
        if !refused.isEmpty { kernel.poke(refused.removeFirst()) }
    }

    var next: Cycle { completions.first?.at ?? .never }

    func visit(_ state: inout StateVisitor) {
        state.plain(&held)
        let waiting = state.count(refused.count)
        if state.isRestoring { refused = Array(repeating: 0, count: waiting) }
        for index in refused.indices { state.plain(&refused[index]) }
        let count = state.count(completions.count)
        if state.isRestoring { completions = Array(repeating: Completion(), count: count) }
        for index in completions.indices {
            state.time(&completions[index].at)
            state.plain(&completions[index].requester)
            state.plain(&completions[index].tag)
        }
    }
}

/// A request that waits in a toy server.
struct ToyRequest {
    var address = 0
    var command = 0
    var requester = 0
    var tag = 0
    var bytes = 1
    var count = 1
    var stride = 0

    init() {}

    init(_ request: Request) {
        address = request.address
        command = request.command
        requester = request.requester
        tag = request.tag
        bytes = request.bytes
        count = request.count
        stride = request.stride
    }

    /// The pieces of the pattern, in order.
    var pieces: [ToyRequest] {
        (0..<count).map { piece in
            var part = self
            part.address += piece * stride
            part.count = 1
            return part
        }
    }

    mutating func visit(_ state: inout StateVisitor) {
        state.address(&address, command: &command)
        state.plain(&requester)
        state.plain(&tag)
        state.plain(&bytes)
        state.plain(&count)
        state.plain(&stride)
    }
}

extension [ToyRequest] {
    mutating func visit(_ state: inout StateVisitor) {
        let length = state.count(count)
        if state.isRestoring { self = Array(repeating: ToyRequest(), count: length) }
        for index in indices { self[index].visit(&state) }
    }
}
