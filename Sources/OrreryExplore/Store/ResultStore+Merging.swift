import GRDB

extension ResultStore {
    /// Takes over every point that another store has and this one has not, with its run and its files, in one transaction.
    ///
    /// A result is taken in the place of a failure.
    /// - Returns: number of points that are new here.
    public func merge(_ other: ResultStore) throws(StoreError) -> Int {
        let before = try count()
        do {
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "ATTACH DATABASE ? AS other", arguments: [other.path])
                // A store that stays attached is in the way of the next one, which then says so.
                defer { try? database.execute(sql: "DETACH DATABASE other") }
                try database.inTransaction {
                    try database.execute(
                        sql: """
                            INSERT OR IGNORE INTO run SELECT * FROM other.run;
                            INSERT OR IGNORE INTO file SELECT * FROM other.file;
                            DELETE FROM point WHERE result IS NULL AND EXISTS (
                                SELECT 1 FROM other.point o WHERE o.inputs = point.inputs AND o.simulator = point.simulator
                                    AND o.result IS NOT NULL);
                            INSERT OR IGNORE INTO point (inputs, simulator, run, study, work, files, seconds, result, error,
                                    error_class, exit_code, recorded)
                                SELECT inputs, simulator, run, study, work, files, seconds, result, error, error_class, exit_code,
                                    recorded FROM other.point ORDER BY number;
                            """)
                    return .commit
                }
            }
        } catch let error as DatabaseError {
            throw StoreError(path, error)
        } catch {
            throw StoreError(path: path, "\(error)")
        }
        return try count() - before
    }
}
