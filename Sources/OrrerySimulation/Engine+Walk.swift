/// How a queue goes through its program.
extension Engine {
    /// Runs until something takes time or blocks.
    final func walk(_ kernel: Kernel) {
        enter(.ready, kernel)
        waitingToken = -1
        refusal = 0
        if hasIssued, !post(kernel) { return }
        while pc < heads.count {
            let head = heads[pc]
            switch head.kind {
            case .begin:
                let trip = head.isVarying ? steps[pc].trips.value(at: indices[steps[pc].trips.level]) : head.trips
                if trip <= 0 {
                    pc = head.mate + 1
                    continue
                }
                indices[head.level] = 0
                trips[head.level] = trip
                if head.level == 0 { enteredOutermost(head.loop, trips: trip) }
                kernel.enteredIteration(ofLoop: head.loop, begin: pc, by: self)
                pc += 1
            case .end:
                indices[head.level] += 1
                if indices[head.level] < trips[head.level] {
                    if head.level == 0 { enteredNextOutermost(kernel) }
                    kernel.enteredIteration(ofLoop: head.loop, begin: head.mate, by: self)
                    pc = head.mate + 1
                } else {
                    if head.level == 0 { leftOutermost(kernel) }
                    pc += 1
                    kernel.leftLoop(head.loop, by: self)
                }
            case .command:
                if !execute(head, kernel) { return }
            }
        }
        finishedAt = kernel.now(self)
        enter(.done, kernel)
    }

    /// - Returns: false where the unit now waits or is occupied.
    private func execute(_ head: StepHead, _ kernel: Kernel) -> Bool {
        if head.isConditional, !locate(steps[pc]) || !holds(steps[pc].guards, steps[pc]) {
            pc += 1
            return true
        }
        while cursor < head.waitCount {
            let use = uses[head.firstUse + cursor]
            let isWanted = !use.isGuarded || holds(steps[pc].waits[cursor].guards, steps[pc])
            if isWanted, !kernel.take(use.token, use.count) {
                waitingToken = use.token
                enter(.waiting, kernel)
                return false
            }
            cursor += 1
        }
        currentOperator = head.operatorID
        began = kernel.now(self)
        if awaitsFirstCommand { begunOutermost() }
        switch begin(work(steps[pc]), operatorID: head.operatorID, command: streamBase[pc], kernel) {
        case .refused(let cause):
            refusal = cause
            enter(.refused, kernel)
            return false
        case .working:
            countRun(head, kernel)
            enter(.working, kernel)
            return false
        case .occupied(let until, let result):
            countRun(head, kernel)
            occupiedUntil = until
            issued(result: result)
            kernel.timeline?.span(self, head.operatorID, from: began, to: until)
        case .accepted(let next):
            countRun(head, kernel)
            occupiedUntil = next
            hasIssued = true
            cursor = head.postCount
        }
        if occupiedUntil <= began { return post(kernel) }
        enter(.occupied, kernel)
        return false
    }

    @inline(__always)
    private func countRun(_ head: StepHead, _ kernel: Kernel) {
        kernel.ledger.add(1, to: commandCounter)
        if runBase >= 0 { kernel.ledger.add(1, to: runBase + head.firstRun + variant) }
    }

    /// Makes the posts of the command at `pc` and moves on. - Returns: false where a full token blocks.
    private func post(_ kernel: Kernel) -> Bool {
        let head = heads[pc]
        if head.isConditional { locate(steps[pc]) }
        while cursor < head.postCount {
            let use = uses[head.firstUse + head.waitCount + cursor]
            let isWanted = !use.isGuarded || holds(steps[pc].posts[cursor].guards, steps[pc])
            if isWanted, !kernel.post(use.token, use.count) {
                waitingToken = use.token
                enter(.posting, kernel)
                return false
            }
            cursor += 1
        }
        hasIssued = false
        cursor = 0
        pc += 1
        return true
    }

    // MARK: What a command reads

    /// Makes `ahead` the indices that the command reads: those of the iteration `lookahead` later in its nest.
    /// - Returns: false where there is no such iteration.
    @discardableResult
    final func locate(_ step: Step) -> Bool {
        if step.lookahead == 0 { return true }
        var carry = step.lookahead
        var level = step.depth - 1
        while level >= 0 {
            let sum = indices[level] + carry
            ahead[level] = sum % trips[level]
            carry = sum / trips[level]
            level -= 1
        }
        return carry == 0
    }

    @inline(__always)
    private func index(_ level: Int, _ step: Step) -> Int { step.lookahead > 0 ? ahead[level] : indices[level] }

    final func holds(_ guards: Guard, _ step: Step) -> Bool {
        for condition in guards.conditions
        where !condition.holds(index: index(condition.level, step), trips: trips[condition.level]) {
            return false
        }
        return true
    }

    /// The address of the present command's source `source`. Valid during `begin`.
    public final func address(_ source: Int) -> Int {
        let step = steps[pc]
        let address = step.addresses[source]
        var value = address.base
        for level in 0..<min(address.strides.count, step.depth) { value += address.strides[level] * index(level, step) }
        if address.ringLevel >= 0 {
            value += address.ringStride * (index(address.ringLevel, step) % address.ringLength)
        }
        return value
    }

    /// The work and the operator of the command that the unit is at.
    public final var currentWork: Work {
        let step = steps[pc]
        locate(step)
        return work(step)
    }
    public final var currentOperatorID: Int { heads[pc].operatorID }

    private func work(_ step: Step) -> Work {
        var variant = 0
        for (bit, level) in step.raggedLevels.enumerated() where index(level, step) == trips[level] - 1 {
            variant |= 1 << bit
        }
        self.variant = variant
        return step.variants[variant]
    }
}
