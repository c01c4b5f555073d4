import OrrerySimulation

/// The two directions of a link, shared by its two ends.
final class Wires {
    enum Direction: Int { case forward, backward }

    private var forward: Channel
    private var backward: Channel
    private let header: Int
    private let payload: Int
    private let latency: Int
    private var traffic = Traffic()

    init(_ configuration: Link.Configuration) {
        forward = Channel(configuration.rate)
        backward = Channel(configuration.rate)
        header = configuration.header
        payload = configuration.payload
        latency = configuration.latency
    }

    /// Sends `bytes` of data, with a header for every message. - Returns: the cycle at which all has arrived.
    func send(_ bytes: Int, _ direction: Direction, operatorID: Int, from cycle: Cycle, _ kernel: Kernel) -> Cycle {
        let messages = max(1, (bytes + payload - 1) / payload)
        let total = bytes + messages * header
        traffic.count(total, action: direction.rawValue, operatorID: operatorID, kernel)
        switch direction {
        case .forward: return forward.transfer(forward.rate.duration(of: total), from: cycle) + latency
        case .backward: return backward.transfer(backward.rate.duration(of: total), from: cycle) + latency
        }
    }

    func attach(to ledger: Ledger, path: String) { traffic.attach(to: ledger, path: path, actions: Link.actionNames) }

    /// Counts the data of a request.
    func count(_ request: Request, _ kernel: Kernel) { traffic.count(request, kernel) }

    var counted: Traffic { traffic }

    func settle(at now: Cycle) {
        forward.settle(at: now)
        backward.settle(at: now)
    }

    func visit(_ state: inout StateVisitor) {
        forward.visit(&state)
        backward.visit(&state)
    }
}
