import Foundation
import GRDB
import OrreryResults
import OrreryText

extension ResultStore {
    /// Records points that have been run, all or none of them. A point that is there already is replaced.
    public func record(_ records: [PointRecord], run: String, study: String) throws(StoreError) {
        if records.isEmpty { return }
        let now = Date().formatted(.iso8601)
        try access { database in
            let insert = try database.cachedStatement(
                sql: """
                    INSERT INTO point (inputs, simulator, run, study, work, files, seconds, result, error, error_class, exit_code, recorded)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (inputs, simulator) DO UPDATE SET run = excluded.run, study = excluded.study,
                        work = excluded.work, files = excluded.files, seconds = excluded.seconds, result = excluded.result,
                        error = excluded.error, error_class = excluded.error_class, exit_code = excluded.exit_code,
                        recorded = excluded.recorded
                    """)
            let file = try database.cachedStatement(
                sql: "INSERT OR IGNORE INTO file (hash, path, bytes) VALUES (?, ?, ?)")
            let release = try database.cachedStatement(sql: "DELETE FROM claim WHERE inputs = ? AND simulator = ?")
            var known: Set<ContentHash> = []
            for record in records {
                let inputs = record.inputs.description
                for entry in record.files where known.insert(entry.hash).inserted {
                    try file.execute(arguments: [entry.hash.description, entry.path, entry.bytes.map { Data($0) }])
                }
                let files = JSONValue.object(record.files.map { .init($0.path, .string($0.hash.description)) })
                var values: [(any DatabaseValueConvertible)?] = [
                    inputs, record.simulator, run, study, record.work.json.text(), files.text(), record.seconds,
                ]
                switch record.outcome {
                case .result(let json): values += [json, nil, nil, nil]
                case .failure(let message, let kind, let code): values += [nil, message, kind.rawValue, code]
                }
                try insert.execute(arguments: StatementArguments(values + [now]))
                try release.execute(arguments: [inputs, record.simulator])
            }
        }
    }

    /// A point that the store has.
    public struct Stored: Sendable {
        public var inputs: ContentHash
        public var simulator: String
        public var outcome: PointRecord.Outcome
        public var seconds: Double
        public var work: PointWork
        /// Hashes of the files that it read, by path.
        public var files: [String: String]
        public var run: String
    }

    /// What the store knows of these points, by what they depend on.
    ///
    /// - Parameter simulator: of which simulator; nil takes the latest of any.
    public func points(
        _ inputs: [ContentHash], simulator: String? = SimulatorSources.fingerprint
    ) throws(StoreError) -> [ContentHash: Stored] {
        try access { database in
            var result: [ContentHash: Stored] = [:]
            let select = try database.cachedStatement(
                sql: simulator == nil
                    ? "SELECT * FROM point WHERE inputs = ? ORDER BY recorded DESC, number DESC LIMIT 1"
                    : "SELECT * FROM point WHERE inputs = ? AND simulator = ?")
            for hash in inputs where result[hash] == nil {
                let arguments: StatementArguments =
                    simulator.map { [hash.description, $0] } ?? [hash.description]
                if let row = try Row.fetchOne(select, arguments: arguments) {
                    result[hash] = try Stored(row, self.path)
                }
            }
            return result
        }
    }

    /// Every point of a study that the store has, in the order in which they were recorded; nil for all studies.
    public func points(ofStudy study: String?) throws(StoreError) -> [Stored] {
        try access { database in
            let filter = study == nil ? "" : " WHERE study = ?"
            let rows = try Row.fetchAll(
                database, sql: "SELECT * FROM point\(filter) ORDER BY number",
                arguments: study.map { [$0] } ?? [])
            return try rows.map { try Stored($0, self.path) }
        }
    }

    /// Which of these points are there, without their results: the wall-clock seconds of each.
    public func seconds(
        _ inputs: [ContentHash], simulator: String = SimulatorSources.fingerprint
    ) throws(StoreError) -> [ContentHash: Double] {
        try access { database in
            var result: [ContentHash: Double] = [:]
            let select = try database.cachedStatement(
                sql: "SELECT seconds FROM point WHERE inputs = ? AND simulator = ?")
            for hash in inputs {
                result[hash] = try Double.fetchOne(select, arguments: [hash.description, simulator])
            }
            return result
        }
    }

    /// Mean wall-clock seconds of the points of a study that have been run, whatever the version; nil where there is none.
    public func meanSeconds(ofStudy study: String?) throws(StoreError) -> Double? {
        try access { database in
            let filter = study == nil ? "" : " WHERE study = ?"
            return try Double.fetchOne(
                database, sql: "SELECT avg(seconds) FROM point\(filter)", arguments: study.map { [$0] } ?? [])
        }
    }

    /// Number of points in the store.
    public func count() throws(StoreError) -> Int {
        try access { try Int.fetchOne($0, sql: "SELECT count(*) FROM point") ?? 0 }
    }
}

extension ResultStore.Stored {
    init(_ row: Row, _ path: String) throws {
        func broken() -> StoreError {
            StoreError(
                path: path, "the store has an entry that cannot be read",
                hint: "nothing was changed: give another store with --store")
        }
        guard let inputs = ContentHash(row["inputs"] as String), let work: String = row["work"],
            let json = try? JSONValue(parsing: work), let known = PointWork(json),
            let hashes = try? JSONValue(parsing: row["files"] as String)
        else { throw broken() }
        self.inputs = inputs
        simulator = row["simulator"]
        seconds = row["seconds"]
        run = row["run"]
        self.work = known
        files = Dictionary(
            (hashes.object ?? []).map { ($0.key, $0.value.string ?? "") }, uniquingKeysWith: { first, _ in first })
        if let result: String = row["result"] {
            outcome = .result(result)
        } else if let message: String = row["error"], let code: Int = row["exit_code"] {
            let kind = (row["error_class"] as String?).flatMap(PointRecord.ErrorClass.init)
            outcome = .failure(message, kind ?? .simulation, exitCode: code)
        } else {
            throw broken()
        }
    }
}
