/// What looking for repetitions costs where there are none.
enum FoldCost {
    static let bar = 1.1

    private static func measure(_ pairs: Int, folds: Bool) throws -> (Double, Int) {
        var events = 0
        let time = try processorSeconds {
            events = try Unfoldable.run(pairs: pairs, trips: 2_000_000 / pairs, folds: folds)
        }
        return (time, events)
    }

    /// - Returns: machines that miss the bar.
    static func run() throws -> Missed {
        var missed: Missed = []
        print("nothing folds, ns for one wake-up".padded(34) + "fold no-fold   ratio   bar")
        for pairs in [4, 16, 100] {
            var (folded, unfolded, events) = (Double.infinity, Double.infinity, 1)
            for _ in 0..<5 {
                let (second, count) = try measure(pairs, folds: false)
                let (first, foldedCount) = try measure(pairs, folds: true)
                if Double(foldedCount) < 0.98 * Double(count) { missed.append("\(2 * pairs) engines: it folds") }
                (folded, unfolded, events) = (min(folded, first), min(unfolded, second), count)
            }
            let ratio = folded / unfolded
            print(
                "\(2 * pairs) engines".padded(32) + (folded / Double(events) * 1e9).text(7)
                    + (unfolded / Double(events) * 1e9).text(8) + ratio.text(8) + bar.text(6))
            if ratio > bar { missed.append("\(2 * pairs) engines: looking costs \(ratio.text(0)) times the run") }
        }
        return missed
    }
}
