@testable import OrreryCache

/// One set of a cache as its textbook definition has it: lists of keys, no cleverness.
protocol NaiveSet {
    init(ways: Int)
    /// Uses a key. - Returns: whether it was there.
    mutating func use(_ key: Int) -> Bool
}

/// Keys in the order of their last use.
struct NaiveLRU: NaiveSet {
    let ways: Int
    var keys: [Int] = []
    init(ways: Int) { self.ways = ways }

    mutating func use(_ key: Int) -> Bool {
        let found = keys.firstIndex(of: key)
        if let found { keys.remove(at: found) } else if keys.count == ways { keys.removeFirst() }
        keys.append(key)
        return found != nil
    }
}

/// Keys in the order of their coming.
struct NaiveFIFO: NaiveSet {
    let ways: Int
    var keys: [Int] = []
    init(ways: Int) { self.ways = ways }

    mutating func use(_ key: Int) -> Bool {
        if keys.contains(key) { return true }
        if keys.count == ways { keys.removeFirst() }
        keys.append(key)
        return false
    }
}

/// Ways with 3-bit intervals, aged one by one.
struct NaiveRRIP: NaiveSet {
    var keys: [Int?]
    var values: [Int]
    init(ways: Int) {
        keys = Array(repeating: nil, count: ways)
        values = Array(repeating: 7, count: ways)
    }

    mutating func use(_ key: Int) -> Bool {
        if let way = keys.firstIndex(of: key) {
            values[way] = 0
            return true
        }
        let empty = keys.firstIndex(of: nil)
        while empty == nil, !values.contains(7) { values = values.map { $0 + 1 } }
        let way = empty ?? values.firstIndex(of: 7) ?? 0
        (keys[way], values[way]) = (key, 6)
        return false
    }
}

/// A tree of halves, each remembering which half shall give the victim.
struct NaivePLRU: NaiveSet {
    indirect enum Tree {
        case way(Int?)
        case node(Tree, Tree, victimIsLower: Bool)

        static func of(_ ways: Int) -> Tree {
            ways == 1 ? .way(nil) : .node(.of(ways / 2), .of(ways / 2), victimIsLower: true)
        }

        func contains(_ key: Int?) -> Bool {
            switch self {
            case .way(let held): held == key
            case .node(let lower, let upper, _): lower.contains(key) || upper.contains(key)
            }
        }

        /// Replaces `key` with `new` on the lowest way that has it, and turns the pointers away from there.
        func replacing(_ key: Int?, with new: Int) -> Tree {
            guard case .node(let lower, let upper, _) = self else { return .way(new) }
            return lower.contains(key)
                ? .node(lower.replacing(key, with: new), upper, victimIsLower: false)
                : .node(lower, upper.replacing(key, with: new), victimIsLower: true)
        }

        var victim: Int? {
            switch self {
            case .way(let held): held
            case .node(let lower, let upper, let isLower): isLower ? lower.victim : upper.victim
            }
        }
    }

    var tree: Tree
    init(ways: Int) { tree = .of(ways) }

    mutating func use(_ key: Int) -> Bool {
        let isThere = tree.contains(key)
        tree = tree.replacing(isThere ? key : tree.contains(nil) ? nil : tree.victim, with: key)
        return isThere
    }
}
