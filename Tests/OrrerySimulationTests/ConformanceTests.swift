import Testing

@testable import OrrerySimulation
@testable import SimulationTestSupport

/// The conformance check itself: the kernel's queues and the toy servers pass it, a component that hides something does not.
struct ConformanceTests {
    @Test(arguments: 0..<60)
    func queuesAndToyServersConform(seed: Int) throws {
        let machine = ToyMachine(seed: seed, .tiny)
        #expect(try checkConformance(cuts: 8) { try machine.simulation(folds: $0) } == [])
    }

    @Test(arguments: 0..<12)
    func largerMachinesConform(seed: Int) throws {
        let machine = ToyMachine(seed: seed, .medium)
        #expect(try checkConformance(cuts: 3) { try machine.simulation(folds: $0) } == [])
    }

    @Test(arguments: Secretive.Secret.allCases)
    func whatIsHiddenIsFound(_ secret: Secretive.Secret) throws {
        let problems = try checkConformance { folds in
            let server = Secretive(path: "s0", secret)
            let engine = ToyEngine(path: "e0", ports: [server])
            var machine = ToyMachine()
            machine.engine {
                loop(0, 50) {
                    request(0, 0, [], .blocking)
                    compute(3)
                }
            }
            let clocks = try #require(ClockSet(machine.clocks))
            return try Simulation(
                clocks: clocks, components: [engine, server], program: machine.program, folds: folds)
        }
        #expect(!problems.isEmpty)
    }
}

/// A server that answers after a time that grows from request to request, and that does not tell all of its state.
final class Secretive: Server {
    enum Secret: CaseIterable {
        /// The count of requests is not named.
        case count
        /// The time of the answer is named as a plain number.
        case time
        /// What is booked with time is booked from a start that settling does not move.
        case account
    }

    private let secret: Secret
    private var count = 0
    private var pending: [ToyRequest] = []
    private var answerAt: Cycle = .never
    private var since: Cycle = 0
    private var counter = 0

    init(path: String, _ secret: Secret) {
        self.secret = secret
        super.init(path: path)
    }

    override func attach(to ledger: Ledger) { counter = ledger.registerCounters(["busy"], of: path) }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        count += 1
        pending.append(ToyRequest(request))
        since = kernel.now(self)
        answerAt = since + 5 + (secret == .count ? count % 4 : 0)
        kernel.wake(id, at: answerAt)
        return true
    }

    override func wake(_ kernel: Kernel) {
        let now = kernel.now(self)
        guard let first = pending.first, now >= answerAt else { return kernel.wake(id, at: answerAt) }
        pending.removeFirst()
        kernel.ledger.add(answerAt - since, to: counter)
        answerAt = .never
        kernel.complete(first.requester, tag: first.tag)
    }

    override func settle(_ kernel: Kernel) {
        if secret != .account, !pending.isEmpty {
            kernel.ledger.add(kernel.now(self) - since, to: counter)
            since = kernel.now(self)
        }
    }

    override func visit(_ state: inout StateVisitor) {
        if secret == .time { state.plain(&answerAt) } else { state.time(&answerAt) }
        pending.visit(&state)
    }
}
