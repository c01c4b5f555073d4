/// Where the cycles of a queue went.
extension Engine {
    /// Registers the stalls: the class's causes, then each token that the queue waits for or posts.
    func attachStalls(to ledger: Ledger, tokens: [Program.Token]) {
        var names = stallCauses
        causeOfToken = Array(repeating: -1, count: tokens.count)
        for step in steps {
            for use in step.waits + step.posts where causeOfToken[use.token] < 0 {
                causeOfToken[use.token] = names.count
                names.append(tokens[use.token].name)
            }
        }
        stallBase = ledger.registerCounters(names, of: "\(path):stalls")
    }

    /// Books the span since the last booking under what the unit did in it.
    final func book(_ kernel: Kernel) {
        let now = kernel.now(self)
        let span = now - since
        since = now
        if span == 0 { return }
        switch state {
        case .ready, .occupied: kernel.ledger.add(span, to: busyBase + currentOperator)
        case .working:
            let busy = min(max(busyUntil - (now - span), 0), span)
            kernel.ledger.add(busy, to: busyBase + currentOperator)
            kernel.ledger.add(span - busy, to: stallBase + stalledFor)
        case .waiting, .posting: kernel.ledger.add(span, to: stallBase + causeOfToken[waitingToken])
        case .refused: kernel.ledger.add(span, to: stallBase + refusal)
        case .done: break
        }
    }

    final func enter(_ next: State, _ kernel: Kernel) {
        book(kernel)
        state = next
    }

    /// While a `.working` command goes on: its cycles up to `until` are busy, later ones are the stall `cause`.
    public final func expect(busyUntil until: Cycle, thenStalledFor cause: Int, _ kernel: Kernel) {
        book(kernel)
        busyUntil = until
        stalledFor = cause
    }

    /// Counts `amount` of the class's action with this index.
    @inline(__always)
    public final func count(_ amount: Int, ofAction action: Int, operatorID: Int, _ kernel: Kernel) {
        kernel.ledger.add(amount, to: actionBase &+ action &* width &+ operatorID)
    }

    /// Counts actions of the class.
    public final func count(_ actions: [Work.ActionCount], operatorID: Int, _ kernel: Kernel) {
        for entry in actions { kernel.ledger.add(entry.count, to: actionBase + entry.action * width + operatorID) }
    }
}
