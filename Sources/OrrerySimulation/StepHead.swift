/// What the walk reads of an instruction at every turn, without a reference to count.
struct StepHead {
    var kind = Step.Kind.command
    /// The command has guards or looks ahead.
    var isConditional = false
    /// The loop's length depends on an outer index.
    var isVarying = false
    /// Index of the matching border of the loop.
    var mate = -1
    var loop = -1
    var level = 0
    /// Iterations of a loop of constant length.
    var trips = 0
    var operatorID = 0
    /// Place of the command's waits, and after them its posts, in `Engine.uses`.
    var firstUse = 0
    var waitCount = 0
    var postCount = 0
    /// Place of the command's runs, a counter a variant, among those of the engine.
    var firstRun = 0

    static func heads(of steps: [Step]) -> [StepHead] {
        var first = 0
        return steps.map { step in
            defer { first += step.waits.count + step.posts.count }
            return StepHead(
                kind: step.kind, isConditional: !step.guards.isEmpty || step.lookahead > 0,
                isVarying: step.trips.level >= 0, mate: step.mate,
                loop: step.kind == .end ? steps[step.mate].loop : step.loop, level: step.level,
                trips: step.trips.constant, operatorID: step.operatorID, firstUse: first, waitCount: step.waits.count,
                postCount: step.posts.count)
        }
    }
}

/// A take or a post as the walk reads it.
struct StepUse {
    var token = 0
    var count = 0
    var isGuarded = false

    static func uses(of steps: [Step]) -> [StepUse] {
        steps.flatMap { $0.waits + $0.posts }.map {
            StepUse(token: $0.token, count: $0.count, isGuarded: !$0.guards.isEmpty)
        }
    }
}
