import OrrerySimulation

/// The banks of a strided pattern, piece by piece, with no division for a piece.
struct RowPattern {
    /// Bank of the piece's first row.
    private(set) var bank: Int
    /// Bytes from the begin of that row to the piece.
    private var within: Int
    private let banks: Int
    private let width: Int
    /// Rows that a piece spans beyond its first where it begins a row, and the place of its last byte in the last of them.
    private let furtherRows: Int
    private let lastByte: Int
    /// From piece to piece.
    private let strideRows: Int
    private let strideBanks: Int
    private let strideBytes: Int
    /// The piece begins in the row in which the one before it ends.
    private(set) var sharesFirstRow = false

    init(_ request: Request, width: Int, banks: Int) {
        self.width = width
        self.banks = banks
        bank = request.address / width % banks
        within = request.address % width
        (furtherRows, lastByte) = (request.bytes - 1).quotientAndRemainder(dividingBy: width)
        let remainder = request.stride % width
        strideBytes = remainder < 0 ? remainder + width : remainder
        strideRows = (request.stride - strideBytes) / width
        let rows = strideRows % banks
        strideBanks = rows < 0 ? rows + banks : rows
    }

    /// Rows that the piece touches.
    @inline(__always)
    var rows: Int { 1 + furtherRows + (within + lastByte >= width ? 1 : 0) }

    /// Goes on to the next piece.
    @inline(__always)
    mutating func advance() {
        var passed = strideRows - rows + 1
        bank += strideBanks
        within += strideBytes
        if within >= width {
            within -= width
            bank += 1
            passed += 1
        }
        sharesFirstRow = passed == 0
        if bank >= banks { bank -= banks }
    }
}
