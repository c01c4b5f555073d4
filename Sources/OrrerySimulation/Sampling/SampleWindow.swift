/// A stretch between two cuts after which every queue is whole iterations of one loop further: what a skip repeats. Units and servers may
/// be in another state than they were, and queues elsewhere in their iterations: those that tokens keep in step go equally far.
struct SampleWindow {
    /// Why two cuts make no window.
    enum Rejection: Error, CustomStringConvertible {
        case notFoldable(String), position(String), iterationsDiffer(String), token(String), stuck(String)
        case uncounted(String)
        case aliasing(String), trend, correlated, deadline(String), tolerance, tooShort, notWorth

        var description: String {
            switch self {
            case .notFoldable(let path): "\(path) cannot name its state"
            case .position(let path): "\(path) was never in the same place of its program"
            case .iterationsDiffer(let path):
                "iterations of \(path) differ (first, last, short tile, varying bound or ring)"
            case .token(let name): "the count of '\(name)' drifts"
            case .uncounted(let path): "what \(path) does next does not follow from its program in a few steps"
            case .stuck(let path): "\(path) does not move"
            case .aliasing(let path): "streams that move differently meet in \(path)"
            case .trend: "iterations become longer or shorter"
            case .correlated: "iterations are too much like those before them"
            case .deadline(let path): "something in \(path) happens too rarely"
            case .tolerance: "iterations vary too much"
            case .tooShort: "too few iterations"
            case .notWorth: "too little is left to skip"
            }
        }
    }

    let kernel: Kernel
    let from: SampleCut
    let to: SampleCut
    private(set) var motions: [FoldMatch.Motion] = []
    /// Components in which nothing happened, with their pending event.
    private(set) var staying: [Bool] = []
    /// What the queues do in one copy.
    private(set) var counts = CopyCounts()
    /// Address shift of each command for one window.
    private(set) var shifts: [Int]
    /// The most copies.
    private(set) var limit = Int.max
    /// By how much of a copy queues that are not in step with the lead may be off, as they go whole iterations.
    private(set) var rounding = 0.0

    /// - Parameter lead: the queue whose iterations the cuts are at, and the level of its loop.
    init(
        from: SampleCut, to: SampleCut, lead: (engine: Engine, level: Int), _ kernel: Kernel, _ streams: FoldStreams,
        rules: SamplingRules
    ) throws(Rejection) {
        self.kernel = kernel
        self.from = from
        self.to = to
        shifts = Array(repeating: 0, count: kernel.streamCount)
        try findMotions(lead)
        if limit < 1 { throw .tooShort }
        counts = try CopyCounts(motions, kernel)
        for motion in motions {
            for (id, address, _) in motion.sources where motion.level < address.strides.count {
                shifts[id] = motion.delta * address.strides[motion.level]
            }
        }
        for token in kernel.tokens.indices { try checkToken(token, rules) }
        try findStaying()
        if limit < 1 { throw .tooShort }
        try checkStreams(streams)
        if limit < 1 { throw .tooShort }
    }

    /// Ticks of one copy.
    var ticks: Int128 { to.instant - from.instant }
    /// Iterations of the lead in one copy.
    var iterations: Int { to.index - from.index }

    private mutating func findMotions(_ lead: (engine: Engine, level: Int)) throws(Rejection) {
        var groups: Groups?
        for (index, engine) in kernel.engines.enumerated() {
            let (before, after) = (from.indices[index], to.indices[index])
            let motion: FoldMatch.Motion
            if from.positions[index] == to.positions[index] {
                let moved = before.indices.filter { before[$0] != after[$0] }
                guard let level = moved.first else {
                    // Who waits for nothing that the others will ever do stays asleep; anybody else should have moved.
                    if engine.isRefused { throw .stuck(engine.path) }
                    continue
                }
                guard moved.count == 1, after[level] > before[level], let begin = engine.loopBegin(level: level) else {
                    throw .position(engine.path)
                }
                motion = FoldMatch.Motion(
                    engine: engine, level: level, begin: begin, from: before[level], to: after[level])
            } else {
                let known = groups ?? Groups(from, to, lead, kernel)
                groups = known
                guard let found = known.motion(of: index) else { throw .position(engine.path) }
                motion = found
                if !known.isWithLead(index) { rounding = max(rounding, 1 / Double(motion.delta)) }
            }
            guard let region = UniformRegion(motion, rules: .all),
                region.lower <= min(motion.from, before[motion.level]), motion.to <= region.upper
            else { throw .iterationsDiffer(engine.path) }
            limit = min(limit, (region.upper - motion.to) / motion.delta)
            motions.append(motion)
        }
        if motions.isEmpty { throw .stuck("the machine") }
    }

    /// A token whose count grows or falls bounds the skip, and nobody may have been blocked on it. What is late to be posted differs
    /// from cut to cut, so that not counts are compared but what commands post and take.
    private mutating func checkToken(_ token: Int, _ rules: SamplingRules) throws(Rejection) {
        let name = kernel.tokens[token].name
        let count = kernel.tokenCount[token]
        let drift = counts.posted[token] - counts.taken[token]
        if drift == 0 || !rules.contains(.tokens) { return }
        let waiting = kernel.engines.filter { $0.isWaiting(for: token) }
        if kernel.tokenBlocked[token] > from.step || drift < 0 && !waiting.isEmpty
            || kernel.engines.contains(where: { $0.isBlockedPosting(token, at: kernel.now($0)) })
        {
            throw .token(name)
        }
        let room: Int
        if drift > 0 {
            // Who waits for more than there are sleeps on, as long as a window's posts don't reach what it waits for.
            let awaited = waiting.map { $0.awaitedCount - 1 }.min() ?? kernel.tokens[token].capacity
            room = min(awaited, kernel.tokens[token].capacity) - count - counts.posted[token]
        } else {
            room = count - counts.taken[token]
        }
        limit = min(limit, max(0, room) / abs(drift))
        if limit < 1 { throw .token(name) }
    }

    /// Engines that go on, and that no token keeps in step with the lead: how far they came in the same time is an estimate too.
    func loose(from lead: Engine) -> [Engine] {
        var together: Set<Int> = [lead.id]
        var isComplete = false
        while !isComplete {
            isComplete = true
            for token in kernel.tokens.indices
            where counts.posted[token] > 0 && counts.posted[token] == counts.taken[token] {
                let users = motions.filter { $0.waits(for: token) || $0.posts(token) }.map(\.engine.id)
                if users.contains(where: together.contains), !together.isSuperset(of: users) {
                    together.formUnion(users)
                    isComplete = false
                }
            }
        }
        return motions.map(\.engine).filter { !together.contains($0.id) }
    }

    private mutating func findStaying() throws(Rejection) {
        staying = Array(repeating: false, count: kernel.components.count)
        for (id, component) in kernel.components.enumerated() {
            if kernel.lastActive[id] > from.step {
                if !component.isFoldable { throw .notFoldable(component.path) }
                continue
            }
            let wake = kernel.wakeTime(id)
            if wake == .never { continue }
            staying[id] = true
            let room = Int128(wake - kernel.now(component)) * Int128(kernel.clocks.ticks[component.clock])
            limit = min(limit, Int(clamping: (room - Int128(kernel.clocks.jointPhase)) / ticks) - 1)
        }
        if let engine = motions.map(\.engine).first(where: { staying[$0.id] }) { throw .position(engine.path) }
    }

    /// A skip ends before streams that move differently come to the same bytes: what happens then has never been measured.
    private mutating func checkStreams(_ streams: FoldStreams) throws(Rejection) {
        for server in streams.comparing.keys.sorted() {
            var boxes: [FoldBox] = []
            for motion in motions {
                for (id, address, step) in motion.sources {
                    guard let reach = streams.reaches[id].first(where: { $0.server == server }) else { continue }
                    var box = motion.engine.addressRange(address, step, motion).widened(reach)
                    box.shift = shifts[id]
                    boxes.append(box)
                }
            }
            limit = FoldBox.repetitions(boxes, unit: 1, limit: limit)
            if limit < 1 { throw .aliasing(kernel.components[server].path) }
        }
    }

    /// The greatest number of copies up to `copies` by which addresses can move with their commands, so that what is stored lies in
    /// the same banks and sets; nil where that takes more copies than there are.
    func admissible(_ copies: Int, _ streams: FoldStreams) -> Int? {
        var step = 1
        for (id, shift) in shifts.enumerated() where shift != 0 {
            for reach in streams.reaches[id] {
                let period: Int
                switch reach.addressing {
                case .blind: continue
                case .interleaved(let bytes): period = bytes
                case .compared(let bytes, _): period = bytes
                }
                let factor = period / greatestCommonDivisor(period, shift)
                let (next, overflow) = (step / greatestCommonDivisor(step, factor)).multipliedReportingOverflow(
                    by: factor)
                if overflow || next > copies { return nil }
                step = next
            }
        }
        return copies / step * step
    }
}

extension FoldMatch.Motion {
    private var body: ArraySlice<Step> { engine.steps[(begin + 1)..<engine.steps[begin].mate] }

    func waits(for token: Int) -> Bool { body.contains { $0.waits.contains { $0.token == token } } }

    func posts(_ token: Int) -> Bool { body.contains { $0.posts.contains { $0.token == token } } }
}

extension Engine {
    var isRefused: Bool { state == .refused }
}
