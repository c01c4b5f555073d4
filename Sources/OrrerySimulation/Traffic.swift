/// A server that reports its traffic.
public protocol Metered: Server {
    var traffic: Traffic { get }
    /// The most bytes that it can move (a link: in one direction).
    var peak: Rate { get }
}

/// What every server counts by operator: its actions, and the bytes that were asked for, read and written.
///
/// The bytes are the block `PATH:bytes` of the ledger with the names `read` and `written`.
public struct Traffic {
    @usableFromInline var actionBase = 0
    @usableFromInline var byteBase = 0
    @usableFromInline var width = 1

    public init() {}

    public mutating func attach(to ledger: Ledger, path: String, actions: [String]) {
        width = max(ledger.operators.count, 1)
        actionBase = ledger.registerActions(actions, of: path)
        byteBase = ledger.registerActions(["read", "written"], of: "\(path):bytes")
    }

    /// Counts the bytes of a request.
    @inlinable @inline(__always)
    public func count(_ request: Request, _ kernel: Kernel) {
        kernel.ledger.add(
            request.totalBytes, to: byteBase + (request.isWrite ? width : 0) + request.operatorID)
    }

    /// The counter of the bytes of an operator.
    func byteCounter(isWrite: Bool, _ operatorID: Int) -> Int { byteBase + (isWrite ? width : 0) + operatorID }

    /// Counts `amount` actions with the index `action`.
    @inlinable @inline(__always)
    public func count(_ amount: Int, action: Int, operatorID: Int, _ kernel: Kernel) {
        kernel.ledger.add(amount, to: actionBase + action * width + operatorID)
    }

    /// Bytes that were read for an operator.
    public func bytesRead(_ operatorID: Int, in ledger: Ledger) -> Int { ledger[byteBase + operatorID] }

    /// Bytes that were written for an operator.
    public func bytesWritten(_ operatorID: Int, in ledger: Ledger) -> Int { ledger[byteBase + width + operatorID] }

    /// Actions with the index `action` that were counted for an operator.
    public func actions(_ action: Int, _ operatorID: Int, in ledger: Ledger) -> Int {
        ledger[actionBase + action * width + operatorID]
    }
}
