import Foundation
import GRDB
import Glibc
import OrreryResults

extension ResultStore {
    /// Seconds without a sign of life after which what a process on another host has claimed is free.
    private static let patience = 60.0

    /// Claims points for a run, so that no other process runs them at the same time.
    ///
    /// What a process claimed that has ended is free again.
    /// - Returns: those that are the run's now; others are being run by another process, or have been recorded.
    public func claim(
        _ inputs: [ContentHash], simulator: String = SimulatorSources.fingerprint, for run: String,
        retrying: Bool = false
    ) throws(StoreError) -> Set<ContentHash> {
        try access { database in
            let now = Date().timeIntervalSince1970
            let host = ProcessInfo.processInfo.hostName
            let process = Int(getpid())
            try database.execute(
                sql: """
                    INSERT INTO owner (id, host, process, beat) VALUES (?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET beat = excluded.beat
                    """, arguments: [run, host, process, now])
            try Self.releaseClaimsOfDead(database, host: host, now: now)
            let known = try database.cachedStatement(
                sql: "SELECT result IS NOT NULL FROM point WHERE inputs = ? AND simulator = ?")
            let insert = try database.cachedStatement(
                sql: "INSERT OR IGNORE INTO claim (inputs, simulator, owner) VALUES (?, ?, ?)")
            let owner = try database.cachedStatement(
                sql: "SELECT owner FROM claim WHERE inputs = ? AND simulator = ?")
            var granted: Set<ContentHash> = []
            for hash in inputs {
                if let isDone = try Bool.fetchOne(known, arguments: [hash.description, simulator]), isDone || !retrying
                {
                    continue
                }
                try insert.execute(arguments: [hash.description, simulator, run])
                if try String.fetchOne(owner, arguments: [hash.description, simulator]) == run { granted.insert(hash) }
            }
            return granted
        }
    }

    private static func releaseClaimsOfDead(_ database: Database, host: String, now: Double) throws {
        for row in try Row.fetchAll(database, sql: "SELECT id, host, process, beat FROM owner") {
            let isHere = (row["host"] as String) == host
            let isDead =
                isHere
                ? kill(pid_t(truncatingIfNeeded: row["process"] as Int), 0) != 0 && errno == ESRCH
                : now - (row["beat"] as Double) > patience
            guard isDead else { continue }
            let id: String = row["id"]
            try database.execute(sql: "DELETE FROM claim WHERE owner = ?", arguments: [id])
            try database.execute(sql: "DELETE FROM owner WHERE id = ?", arguments: [id])
        }
    }
}
