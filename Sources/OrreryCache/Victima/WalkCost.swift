import OrrerySimulation

/// How often a page was walked for and how often that went to memory: the counters in unused bits of its entry.
public struct WalkCounters: Hashable, Sendable {
    /// Walks, saturating at 7 (3 bits).
    public var frequency: Int
    /// Walks with at least one access to memory, saturating at 15 (4 bits).
    public var cost: Int

    static let mostFrequent = 7
    static let costliest = 15
}

/// Says for which pages a walk is costly (Victima's PTW-CP).
public enum CostPredictor: Hashable, Sendable {
    /// Frequency and cost each within bounds. Accounts of the paper give frequency 1…12 and cost 1…7, which look exchanged: a
    /// 3-bit frequency does not reach 12.
    case box(frequency: ClosedRange<Int>, cost: ClosedRange<Int>)
    /// The decision tree of the artifact's `predict.py`.
    case tree
    /// Every page.
    case always

    public static let paper = CostPredictor.box(frequency: 1...12, cost: 1...7)

    public func isCostly(_ counters: WalkCounters) -> Bool {
        switch self {
        case .box(let frequency, let cost): frequency.contains(counters.frequency) && cost.contains(counters.cost)
        case .tree:
            (counters.cost >= 1 && counters.frequency >= 2) || (counters.cost == 1 && counters.frequency == 1)
        case .always: true
        }
    }
}

/// The counters of all pages that were ever walked for.
struct WalkHistory {
    private var places = NumberTable()
    private var counters: [UInt8] = []

    func counters(of page: Page) -> WalkCounters {
        guard let place = places[page.key] else { return WalkCounters(frequency: 0, cost: 0) }
        return WalkCounters(frequency: Int(counters[place] & 7), cost: Int(counters[place] >> 3))
    }

    /// Counts a walk. - Parameter wentToMemory: at least one of its reads did.
    mutating func walked(_ page: Page, wentToMemory: Bool) {
        var now = counters(of: page)
        now.frequency = min(now.frequency + 1, WalkCounters.mostFrequent)
        now.cost = min(now.cost + (wentToMemory ? 1 : 0), WalkCounters.costliest)
        let word = UInt8(now.frequency | now.cost << 3)
        if let place = places[page.key] {
            counters[place] = word
        } else {
            places.insert(page.key, counters.count)
            counters.append(word)
        }
    }
}
