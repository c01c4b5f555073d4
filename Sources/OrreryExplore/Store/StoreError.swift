import GRDB

/// A store cannot be opened, read or written.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public var path: String
    public var message: String
    /// What would repair it.
    public var hint: String?
    /// False where the store was fine and a write failed: what was recorded before is kept.
    public var isUnusable: Bool

    public init(path: String, _ message: String, hint: String? = nil, isUnusable: Bool = true) {
        self.path = path
        self.message = message
        self.hint = hint
        self.isUnusable = isUnusable
    }

    public var description: String {
        "\(path): error: \(message)" + (hint.map { "; \($0)" } ?? "")
    }

    init(_ path: String, _ error: DatabaseError) {
        let other = "give another one with --store"
        switch error.resultCode {
        case .SQLITE_NOTADB:
            self.init(path: path, "this is no store of results, or its beginning is damaged", hint: other)
        case .SQLITE_CORRUPT:
            self.init(
                path: path, "the store is damaged (\(error.message ?? "corrupt"))",
                hint: "nothing was changed: `sqlite3 \(path) .recover` reads what is whole; or \(other)")
        case .SQLITE_FULL:
            self.init(
                path: path, "the disk is full", hint: "what was recorded before is kept: make room and run again",
                isUnusable: false)
        case .SQLITE_IOERR:
            self.init(
                path: path, "cannot write (\(error.message ?? "input or output failed"); is the disk full?)",
                hint: "what was recorded before is kept: make room and run again", isUnusable: false)
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                path: path, "cannot write the store (\(error.message ?? "no permission"))",
                hint: "\(other), in a folder that can be written")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                path: path, "another process keeps the store locked", hint: "run again when it has ended",
                isUnusable: false)
        default:
            self.init(path: path, error.message ?? "\(error)")
        }
    }
}
