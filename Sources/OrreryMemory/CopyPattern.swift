import OrrerySimulation

/// One side of a copy: where its bytes lie, in the order in which they are copied.
struct CopyPattern: Hashable {
    var address = 0
    /// Bytes of a piece.
    var bytes = 1
    /// Bytes from piece to piece.
    var stride = 0

    init() {}

    /// Pieces that follow each other without a gap are one.
    init(address: Int, bytes: Int, count: Int, stride: Int) {
        self.address = address
        self.bytes = stride == bytes ? bytes * count : bytes
        self.stride = stride
    }

    /// The most bytes, `limit` at most, that one request can take from byte `offset` on: a part of a piece, or whole pieces.
    func fitting(_ limit: Int, at offset: Int) -> Int {
        let within = offset % bytes
        if within + limit <= bytes { return limit }
        return within > 0 ? bytes - within : limit / bytes * bytes
    }

    /// The most bytes, `limit` at most, that one request on either side can take from byte `offset` on.
    static func chunk(_ a: CopyPattern, _ b: CopyPattern, limit: Int, at offset: Int) -> Int {
        var length = limit
        while true {
            let shorter = b.fitting(a.fitting(length, at: offset), at: offset)
            if shorter == length { return length }
            length = shorter
        }
    }

    /// Sets the address and shape of a request for `length` bytes from byte `offset` on.
    func locate(_ length: Int, at offset: Int, in request: inout Request) {
        request.address = address + offset / bytes * stride + offset % bytes
        request.bytes = min(length, bytes)
        request.count = length / request.bytes
        request.stride = stride
    }

    mutating func visit(_ state: inout StateVisitor, command: inout Int) {
        state.address(&address, command: &command)
        state.plain(&bytes)
        state.plain(&stride)
    }
}
