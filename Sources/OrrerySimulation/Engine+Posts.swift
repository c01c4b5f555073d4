/// What a queue announces, and when.
extension Engine {
    /// The command that `begin` answered `.working` for is done at the current cycle; a pipelined result follows at `result`.
    /// Where `result` is `.never` nobody knows yet when: the class calls `deliver` with the command's `currentPosts`.
    public final func finish(result: Cycle, _ kernel: Kernel) {
        precondition(state == .working, "only a working unit finishes")
        occupiedUntil = kernel.now(self)
        kernel.timeline?.span(self, currentOperator, from: began, to: occupiedUntil)
        enter(.occupied, kernel)
        issued(result: result)
        kernel.poke(id)
    }

    /// A command that runs in the background is done: what `currentPosts` said at its begin is posted now, or so many cycles
    /// later.
    public final func deliver(_ posts: [TokenUse], after cycles: Int = 0, _ kernel: Kernel) {
        for use in posts { delay(use, until: kernel.now(self) + cycles) }
        kernel.poke(id)
    }

    /// The posts of the present command whose guards hold: what a background command keeps for its end. Valid during `begin`.
    public final func currentPosts() -> [TokenUse] {
        let step = steps[pc]
        locate(step)
        return step.posts.filter { holds($0.guards, step) }
    }

    /// The command at `pc` has been issued, and its result comes at `result`.
    final func issued(result: Cycle) {
        hasIssued = true
        cursor = 0
        if result > occupiedUntil, heads[pc].postCount > 0 {
            if result != .never { for use in currentPosts() { delay(use, until: result) } }
            cursor = heads[pc].postCount
        }
    }

    private func delay(_ use: TokenUse, until cycle: Cycle) {
        let position = delayedPosts.lastIndex { $0.at <= cycle }.map { $0 + 1 } ?? 0
        delayedPosts.insert(DelayedPost(at: cycle, token: use.token, count: use.count), at: position)
    }

    final func deliverDue(_ kernel: Kernel) {
        let now = kernel.now(self)
        while let post = delayedPosts.first, post.at <= now, kernel.post(post.token, post.count) {
            delayedPosts.removeFirst()
        }
    }

    final func isWaiting(for token: Int) -> Bool { state == .waiting && waitingToken == token }

    /// How many tokens the queue waits for; only while it waits.
    final var awaitedCount: Int { uses[heads[pc].firstUse + cursor].count }

    /// Blocked, or about to be: a post that is due has not been made.
    final func isBlockedPosting(_ token: Int, at now: Cycle) -> Bool {
        if state == .posting && waitingToken == token { return true }
        return delayedPosts.first.map { $0.token == token && $0.at <= now } ?? false
    }
}
