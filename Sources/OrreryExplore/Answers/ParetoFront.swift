/// Which of many rows of numbers no other row beats. All numbers are minimised; who maximises one negates it.
public enum ParetoFront {
    /// Whether `a` is nowhere greater than `b` and somewhere less.
    public static func dominates(_ a: [Double], _ b: [Double]) -> Bool {
        var isLess = false
        for (x, y) in zip(a, b) {
            if x > y { return false }
            if x < y { isLess = true }
        }
        return isLess
    }

    /// Indices of the rows that no other row dominates, ascending. Of equal rows all are kept; a row with a NaN is none.
    ///
    /// In lexicographic order no row is dominated by a later one, so one pass against those kept so far is exact: n log n for
    /// two numbers a row, n times the front for more.
    public static func indices(of rows: [[Double]]) -> [Int] {
        let order = rows.indices.filter { row in !rows[row].contains { $0.isNaN } }.sorted { a, b in
            for (x, y) in zip(rows[a], rows[b]) where x != y { return x < y }
            return a < b
        }
        var kept: [Int] = []
        for index in order {
            let row = rows[index]
            // Of two numbers only the last row kept can dominate: it has the least second one.
            let rivals = row.count <= 2 ? kept.suffix(1) : kept[...]
            if !rivals.contains(where: { dominates(rows[$0], row) }) { kept.append(index) }
        }
        return kept.sorted()
    }
}
