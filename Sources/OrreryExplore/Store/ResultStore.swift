import Foundation
import GRDB
import OrreryResults
import OrreryText

/// Results of points in one SQLite file, by what the points depend on: of all studies that use the file.
///
/// Written in transactions with a write-ahead log, so that a process that is killed loses what it had not committed and nothing else.
/// Several processes may use one store at a time.
public final class ResultStore: Sendable {
    public let path: String
    let queue: DatabaseQueue

    /// `ORRY`, so that another program's database is not taken for a store.
    private static let application: Int32 = 0x4F52_5259
    private static let version: Int32 = 1

    /// Opens the store at `path`; makes it, and the folder that it lies in, where they are missing.
    ///
    /// - Parameter isMade: false where a store that is missing is an error.
    /// - Throws: `StoreError`.
    public init(path: String, isMade: Bool = true) throws(StoreError) {
        self.path = path
        if !isMade, !FileManager.default.fileExists(atPath: path) {
            throw StoreError(path: path, "there is no store", hint: "`orrery study run` makes one; --store names it")
        }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw StoreError(path: path, "this is no file for a store", hint: "give another one with --store")
        }
        let folder = URL(filePath: path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw StoreError(
                path: path, "cannot make the folder of the store: \(error.localizedDescription)",
                hint: "give another store with --store, in a folder that can be written")
        }
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(Self.patience)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
        do {
            if Self.isForeign(path) { throw Self.foreign(path) }
            queue = try Self.patiently {
                let queue = try DatabaseQueue(path: path, configuration: configuration)
                try queue.write { try Self.prepare($0, path) }
                return queue
            }
        } catch let error as DatabaseError {
            throw StoreError(path, error)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(path: path, "\(error)")
        }
    }

    /// Seconds for which a process waits for others that keep the store locked.
    private static let patience = 30.0

    /// Tries again while others keep the file locked. Where several processes make a store at a time, SQLite refuses some of them at
    /// once instead of letting them wait: each could be waiting for the other.
    private static func patiently<Value>(_ work: () throws -> Value) throws -> Value {
        let end = ContinuousClock.now + .seconds(patience)
        while true {
            do {
                return try work()
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < end {
                Thread.sleep(forTimeInterval: 0.005)
            }
        }
    }

    /// Whether the file is another program's database, from its header (SQLite's file format, §1.3): opening it would already change
    /// it. A store that a process is just making may have no mark there yet, nor any table.
    private static func isForeign(_ path: String) -> Bool {
        // What cannot be read here SQLite cannot read either, and says why. Nothing is lost by closing what was only read.
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        guard let head = try? file.read(upToCount: 105), head.count == 105,
            head.starts(with: Array("SQLite format 3\0".utf8))
        else { return false }
        let application = head[68..<72].reduce(Int32(0)) { $0 << 8 | Int32($1) }
        let (leaf, cells) = (head[100] == 13, head[103] != 0 || head[104] != 0)
        return application == 0 ? !leaf || cells : application != Self.application
    }

    private static func foreign(_ path: String) -> StoreError {
        StoreError(path: path, "this is a database of another program", hint: "give another store with --store")
    }

    private static func prepare(_ database: Database, _ path: String) throws {
        let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if application == Self.application {
            guard version <= Self.version else {
                throw StoreError(
                    path: path, "the store was made by a later version of Orrery (form \(version))",
                    hint: "give another store with --store")
            }
            return
        }
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard tables == 0, application == 0 else { throw foreign(path) }
        try database.execute(sql: schema)
        try database.execute(sql: "PRAGMA application_id = \(Self.application)")
        try database.execute(sql: "PRAGMA user_version = \(Self.version)")
    }

    private static let schema = """
        CREATE TABLE run (
            id TEXT PRIMARY KEY, study TEXT NOT NULL, command TEXT NOT NULL, manifest TEXT NOT NULL,
            started TEXT NOT NULL, finished TEXT
        );
        CREATE TABLE file (hash TEXT PRIMARY KEY, path TEXT NOT NULL, bytes BLOB);
        CREATE TABLE point (
            number INTEGER PRIMARY KEY, inputs TEXT NOT NULL, simulator TEXT NOT NULL, run TEXT NOT NULL,
            study TEXT NOT NULL, work TEXT NOT NULL, files TEXT NOT NULL, seconds REAL NOT NULL, result TEXT,
            error TEXT, error_class TEXT, exit_code INTEGER, recorded TEXT NOT NULL, UNIQUE (inputs, simulator)
        );
        CREATE INDEX point_study ON point (study);
        CREATE TABLE owner (id TEXT PRIMARY KEY, host TEXT NOT NULL, process INTEGER NOT NULL, beat REAL NOT NULL);
        CREATE TABLE claim (
            inputs TEXT NOT NULL, simulator TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (inputs, simulator)
        ) WITHOUT ROWID;
        """

    /// Runs `work` on the database, turning what goes wrong into a `StoreError`.
    func access<Value>(_ work: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try queue.write(work)
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError {
            throw StoreError(path, error)
        } catch {
            throw StoreError(path: path, "\(error)")
        }
    }
}
