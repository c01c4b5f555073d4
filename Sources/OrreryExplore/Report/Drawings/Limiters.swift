import OrreryResults

/// What limits each point, as series of a drawing: the most frequent first, what comes after the palette together.
struct Limiters {
    let names: [String]
    private let ranks: [String: Int]

    init(_ breakdowns: [PointBreakdown?]) {
        var counts: [String: Int] = [:]
        for breakdown in breakdowns {
            if let name = breakdown?.limiting.first?.name { counts[name, default: 0] += 1 }
        }
        let order = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        ranks = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, min($0, Palette.count - 1)) })
        names =
            order.count > Palette.count
            ? order.prefix(Palette.count - 1) + ["\(order.count - Palette.count + 1) others"] : order
    }

    /// The series of a point; the last where nothing is known of it.
    func rank(_ breakdown: PointBreakdown?) -> Int {
        breakdown?.limiting.first.flatMap { ranks[$0.name] } ?? Palette.count - 1
    }
}
