import OrrerySimulation

/// The host's table: translations of guest-physical addresses.
extension PageWalker {
    /// Finds the host's translation of the walk's target: nested TLB, nested block, or a walk of the host's table.
    func translateGuest(_ walk: Int, at time: Cycle, _ kernel: Kernel) {
        guard let host, let configured = configuration.host else { return }
        let target = walks[walk].target
        let page = host.page(of: target)
        var time = time
        if let nestedTLB {
            time += configured.nestedLatency
            if nestedTLB.use(page) {
                count(.nestedTLBHits, kernel)
                guestTranslated(walk, at: time)
                return
            }
            count(.nestedTLBMisses, kernel)
        }
        if let blocks, configuration.blocks != nil, blocks.useBlock(page, isNested: true, kernel) {
            count(.nestedBlockHits, kernel)
            nestedTLB?.fill(page)
            guestTranslated(walk, at: time + (configuration.blocks?.latency ?? blocks.configuration.hitLatency))
            return
        }
        count(.hostWalks, kernel)
        walks[walk].hostLevel = host.levels
        walks[walk].hostWentToMemory = false
        walks[walk].address = host.entry(target, level: host.levels)
        schedule(walk, .hostRead, at: time)
    }

    /// An entry of the host's table has come.
    func hostEntryCame(_ walk: Int, at time: Cycle, _ kernel: Kernel) {
        guard let host else { return }
        let target = walks[walk].target
        let page = host.page(of: target)
        if walks[walk].hostLevel > page.size.leafLevel {
            walks[walk].hostLevel -= 1
            walks[walk].address = host.entry(target, level: walks[walk].hostLevel)
            schedule(walk, .hostRead, at: time)
            return
        }
        nestedTLB?.fill(page)
        if let blocks, let configured = configuration.blocks {
            hostHistory.walked(page, wentToMemory: walks[walk].hostWentToMemory)
            if isWorthABlock(page, hostHistory, configured, kernel) {
                let entry = host.entry(target, level: page.size.leafLevel)
                let isIn = blocks.insertBlock(page, entry: entry, isNested: true, kernel)
                count(isIn ? .nestedInsertions : .insertionsDropped, kernel)
            }
        }
        guestTranslated(walk, at: time)
    }
}

/// The POM-TLB.
extension PageWalker {
    /// Reads the line of the page's set for each page size that there may be.
    ///
    /// Always from an event of its own: the memory may be the cache whose look-up asks for this translation, in the middle of it.
    func probe(_ walk: Int, at now: Cycle, _ kernel: Kernel) {
        guard let pom else { return }
        let page = walks[walk].page
        if walks[walk].asked == 0 { walks[walk].readSince = now }
        while walks[walk].asked < pomSizes.count {
            let which = walks[walk].asked
            let place = pom.address(of: Page(of: page.address, pomSizes[which], space: page.space))
            let tag = configuration.walkers + walk * PageSize.allCases.count + which
            if !read(place, tag: tag, kernel) { return wait(walk, kernel) }
            walks[walk].asked += 1
            walks[walk].probes += 1
        }
        decide(walk, at: now, kernel)
    }

    /// A line of the POM-TLB has come.
    func probed(_ tag: Int, at now: Cycle, _ kernel: Kernel) {
        let (walk, which) = tag.quotientAndRemainder(dividingBy: PageSize.allCases.count)
        walks[walk].probes -= 1
        if pomSizes[which] == walks[walk].page.size, let pom { walks[walk].isInPOM = pom.use(walks[walk].page) }
        decide(walk, at: now, kernel)
    }

    /// Answers, walks, or waits for what is still to be read.
    private func decide(_ walk: Int, at now: Cycle, _ kernel: Kernel) {
        if walks[walk].asked < pomSizes.count { return }
        let isOver = walks[walk].probes == 0
        switch walks[walk].stage {
        case .probe where walks[walk].isInPOM:
            count(.pomHits, kernel)
            countRead(walk, at: now, kernel)
            schedule(walk, .enter, at: now)
        case .probe where isOver:
            count(.pomMisses, kernel)
            countRead(walk, at: now, kernel)
            beginWalk(walk, at: now, kernel)
        case .drain where isOver:
            free.give(walk)
            start(at: now, kernel)
        default: break
        }
    }
}

/// TLB blocks.
extension PageWalker {
    /// A walk is over: counters, predictor, and the block.
    func walked(_ walk: Walk, _ kernel: Kernel) {
        guard let blocks, let configured = configuration.blocks else { return }
        history.walked(walk.page, wentToMemory: walk.wentToMemory)
        let isDemand = walk.requester >= 0
        if isDemand, !isWorthABlock(walk.page, history, configured, kernel) { return }
        let own = table.entry(walk.page.address, level: walk.page.size.leafLevel, space: walk.page.space)
        let isIn = blocks.insertBlock(walk.page, entry: host?.physical(own) ?? own, isNested: false, kernel)
        count(isIn ? (isDemand ? .insertionsOnMiss : .insertionsOnEviction) : .insertionsDropped, kernel)
    }

    /// A page has left the last TLB: it goes to the POM-TLB, and is walked for in the background where that pays.
    func leftLastTLB(_ page: Page, _ kernel: Kernel) {
        pom?.fill(page)
        guard let blocks, let configured = configuration.blocks, configured.onEviction else { return }
        if !isWorthABlock(page, history, configured, kernel) { return }
        if TranslationBlocks(in: blocks.tags).holds(page) { return }
        walkInBackground(page, kernel)
    }

    func isWorthABlock(
        _ page: Page, _ history: WalkHistory, _ configured: PageWalkerConfiguration.Blocks, _ kernel: Kernel
    ) -> Bool {
        if configured.predictor == .always { return true }
        if isBypassing {
            count(.bypasses, kernel)
            return true
        }
        let isCostly = configured.predictor.isCostly(history.counters(of: page))
        if !isCostly { count(.rejections, kernel) }
        return isCostly
    }

    /// One more access to data: after a window of them the rates of misses are looked at.
    func countAccess() {
        if let configured = configuration.blocks, accesses > 0, accesses % configured.window == 0 {
            let limit = configured.threshold * configured.window * configured.instructionsPerAccess
            let misses = blocks?.demandMisses ?? 0
            isBypassing = (misses - missesBefore) * 1000 > limit
            blocks?.setPressure(requestsOfWindow * 1000 > limit)
            missesBefore = misses
            requestsOfWindow = 0
        }
        accesses &+= 1
    }

    /// Takes a page out of all TLBs, walk caches and blocks (INVLPG, shoot-down).
    public func shootDown(_ page: Page, _ kernel: Kernel) {
        for tlb in tlbs { tlb.invalidate(page, kernel) }
        caches.invalidate(page.address, space: page.space)
        if let blocks, TranslationBlocks(in: blocks.tags).invalidate(page) { blocks.count(.blocksInvalidated, kernel) }
    }

    /// Takes all pages of an address space out of all TLBs, walk caches, blocks and the POM-TLB.
    public func flush(space: Int, _ kernel: Kernel) {
        for tlb in tlbs { tlb.invalidate(space: space, kernel) }
        caches.invalidate(space: space)
        pom?.invalidate(space: space)
        if let blocks {
            blocks.count(.blocksInvalidated, by: TranslationBlocks(in: blocks.tags).invalidate(space: space), kernel)
        }
    }
}
