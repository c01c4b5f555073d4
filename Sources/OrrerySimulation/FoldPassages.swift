/// The passages of a run that are known, by the state in which they begin.
struct FoldPassages {
    private let streams: FoldStreams
    private let rules: FoldRules
    /// A passage that ends at the next border began here.
    private var start: FoldPlace?
    /// Wake-ups that following passages has spared.
    private(set) var spared = 0
    /// Wake-ups that a passage spares at least: to remember it costs about as much.
    private(set) var worth = 0
    /// What remembering has cost, less what it has spared, in the unit of `Folding.credit`.
    private(set) var spent = 0
    /// By a hash of what is the same in all states in which a passage may begin; in the order in which they were found.
    private var known: [Int: [FoldPassage]] = [:]
    private var size = 0
    /// Values that all passages may keep; then all are forgotten.
    private static let mostValues = 1 << 20
    /// To record so many costs as much as a wake-up.
    private static let valuesOfWakeup = 16

    /// - Returns: nil for a machine whose state cannot be told whole, or in which addresses are compared.
    init?(_ kernel: Kernel, _ streams: FoldStreams, _ rules: FoldRules) {
        guard rules.contains(.passages), streams.comparing.isEmpty, kernel.timeline == nil,
            kernel.components.allSatisfy(\.isFoldable)
        else { return nil }
        self.streams = streams
        self.rules = rules
    }

    /// What was skipped is an estimate: it is in no passage.
    mutating func leave() { start = nil }

    /// The machine has come to a border: what lies between the last one and this is kept.
    mutating func arrive(at place: FoldPlace, _ kernel: Kernel) {
        defer { start = place }
        worth = place.snapshot.size / Self.valuesOfWakeup
        spent += place.snapshot.size
        guard let start, let passage = FoldPassage(from: start, to: place, kernel) else { return }
        size += place.snapshot.size
        if size > Self.mostValues {
            known = [:]
            size = place.snapshot.size
        }
        known[start.snapshot.likeness(kernel), default: []].append(passage)
    }

    /// The passage that begins here, and the state to which it leads.
    mutating func next(from place: FoldPlace, _ kernel: Kernel) -> (passage: FoldPassage, end: Snapshot)? {
        start = place
        for passage in known[place.snapshot.likeness(kernel)] ?? [] {
            guard let end = passage.end(from: place, kernel, rules, streams) else { continue }
            spared += passage.events
            spent = max(0, spent - passage.events * Self.valuesOfWakeup)
            start = nil
            return (passage, end)
        }
        return nil
    }
}

extension Snapshot {
    /// A hash that is the same in states which may be the same, moved.
    func likeness(_ kernel: Kernel) -> Int {
        var hash = 0
        func add(_ value: Int) { hash = (hash ^ value) &* 0x9E37_79B9_7F4A_7C1 ^ hash &>> 29 }
        for (component, signature) in signatures.enumerated() {
            add(signature)
            add(FoldMatch.remaining(wakes[component], cycles[kernel.clock(of: component)]))
        }
        for count in tokenCount { add(count) }
        return hash
    }
}
