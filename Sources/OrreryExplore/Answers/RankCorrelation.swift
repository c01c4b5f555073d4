/// Whether two lists of numbers rank the same things the same way.
public enum RankCorrelation {
    /// Spearman's ρ: the correlation of the ranks, ties sharing their mean rank. Nil for fewer than two pairs, or where one
    /// list is all alike.
    public static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
        guard a.count == b.count, a.count > 1 else { return nil }
        let (x, y) = (ranks(a), ranks(b))
        let mean = Double(a.count + 1) / 2
        var (covariance, spreadX, spreadY) = (0.0, 0.0, 0.0)
        for (rankX, rankY) in zip(x, y) {
            covariance += (rankX - mean) * (rankY - mean)
            spreadX += (rankX - mean) * (rankX - mean)
            spreadY += (rankY - mean) * (rankY - mean)
        }
        return spreadX > 0 && spreadY > 0 ? covariance / (spreadX * spreadY).squareRoot() : nil
    }

    /// Kendall's τ-b: pairs that agree less pairs that disagree, over all pairs that are no ties. Nil as for Spearman's.
    public static func kendall(_ a: [Double], _ b: [Double]) -> Double? {
        guard a.count == b.count, a.count > 1 else { return nil }
        var (balance, pairsA, pairsB) = (0, 0, 0)
        for i in a.indices {
            for j in 0..<i {
                let (first, second) = (sign(a[i] - a[j]), sign(b[i] - b[j]))
                balance += first * second
                pairsA += abs(first)
                pairsB += abs(second)
            }
        }
        return pairsA > 0 && pairsB > 0 ? Double(balance) / (Double(pairsA) * Double(pairsB)).squareRoot() : nil
    }

    /// Rank of each number from 1, ties sharing their mean.
    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var result = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { result[order[place]] = Double(start + end + 1) / 2 }
            start = end
        }
        return result
    }

    private static func sign(_ value: Double) -> Int { value > 0 ? 1 : value < 0 ? -1 : 0 }
}
