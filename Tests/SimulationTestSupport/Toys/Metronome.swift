import OrrerySimulation

/// A server that answers its oldest request at every beat. The time of the next beat is nowhere but in the kernel.
final class Metronome: Server {
    private let interval: Int
    private var waiting: [ToyRequest] = []

    init(path: String, interval: Int) {
        self.interval = interval
        super.init(path: path)
    }

    override func start(_ kernel: Kernel) { kernel.wake(id, at: interval, inBackground: true) }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        waiting.append(ToyRequest(request))
        return true
    }

    override func wake(_ kernel: Kernel) {
        if !waiting.isEmpty {
            let first = waiting.removeFirst()
            kernel.complete(first.requester, tag: first.tag)
        }
        kernel.wake(id, at: kernel.now(self) + interval, inBackground: waiting.isEmpty)
    }

    override func visit(_ state: inout StateVisitor) { waiting.visit(&state) }
}
