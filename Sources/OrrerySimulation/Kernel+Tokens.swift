/// Counted tokens: taking, posting, and waking who waits for either.
extension Kernel {
    func posterPaths(_ token: Int) -> [String] { posters[token].map(\.path) }
    func takerPaths(_ token: Int) -> [String] { takers[token].map(\.path) }

    /// Takes tokens, or returns false and remembers that somebody was blocked.
    func take(_ token: Int, _ count: Int) -> Bool {
        if tokenCount[token] < count {
            tokenBlocked[token] = step
            hasBlockedTaker[token] = true
            return false
        }
        tokenCount[token] -= count
        tokenTaken[token] += count
        if hasBlockedPoster[token] { wakePosters(token) }
        return true
    }

    /// Posts tokens, or returns false where they would exceed the capacity.
    func post(_ token: Int, _ count: Int) -> Bool {
        if tokenCount[token] + count > tokens[token].capacity {
            tokenBlocked[token] = step
            hasBlockedPoster[token] = true
            return false
        }
        tokenCount[token] += count
        tokenPosted[token] += count
        if hasBlockedTaker[token] { wakeTakers(token) }
        return true
    }

    /// All blocked posters try again; who is blocked anew says so.
    private func wakePosters(_ token: Int) {
        hasBlockedPoster[token] = false
        for poster in posters[token] where poster.isBlockedPosting(token, at: now(poster)) { poke(poster.id) }
    }

    /// Takers for whom there are enough try again.
    private func wakeTakers(_ token: Int) {
        var areAllAwake = true
        for taker in takers[token] where taker.isWaiting(for: token) {
            if taker.awaitedCount <= tokenCount[token] { poke(taker.id) } else { areAllAwake = false }
        }
        hasBlockedTaker[token] = !areAllAwake
    }
}
