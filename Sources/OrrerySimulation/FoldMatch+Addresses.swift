/// Addresses: every command has its own shift, what is stored moved with its command, and streams that move differently do
/// not meet.
extension FoldMatch {
    mutating func checkAddresses(_ now: Snapshot, _ streams: FoldStreams) throws(Rejection) {
        shifts = Array(repeating: 0, count: kernel.streamCount)
        for motion in motions {
            for (id, address, _) in motion.sources where motion.level < address.strides.count {
                shifts[id] = motion.delta * address.strides[motion.level]
                if shifts[id] != 0 { try checkAdmissible(shifts[id], streams.reaches[id]) }
            }
        }
        let stored = try storedBoxes(now, streams)
        if !rules.contains(.aliasing) { return }
        for (server, addressing) in streams.comparing.sorted(by: { $0.key < $1.key }) {
            let boxes = stored[server, default: []] + movingStreams(to: server, streams)
            bound(FoldBox.repetitions(boxes, unit: addressing.unit, limit: periods))
            if periods < 1 { throw .aliasing(kernel.components[server].path) }
        }
    }

    private func checkAdmissible(_ shift: Int, _ reaches: [FoldStreams.Reach]) throws(Rejection) {
        if !rules.contains(.admissible) { return }
        for reach in reaches {
            if let interleave = reach.addressing.interleave, shift % interleave != 0 {
                throw .shift(kernel.components[reach.server].path)
            }
        }
    }

    /// Checks that every stored address moved with its command. - Returns: what is stored by the server that it matters to: its
    /// own rows, and addresses that wait anywhere on their way to it.
    private func storedBoxes(_ now: Snapshot, _ streams: FoldStreams) throws(Rejection) -> [Int: [FoldBox]] {
        var boxes: [Int: [FoldBox]] = [:]
        if !rules.contains(.commandIDs) { return boxes }
        for (id, component) in kernel.components.enumerated() {
            for (a, b) in pairs(of: id, now) where a.kind == .address || a.kind == .row {
                if a.kind == .row, rules.contains(.untouched), b.touched <= earlier.step { continue }
                if a.command != b.command { throw .row(component.path) }
                if a.kind == .row && (a.value < 0 || b.value < 0) {
                    if a.value != b.value { throw .row(component.path) }
                    continue
                }
                let shift = b.command >= 0 ? shifts[b.command] : 0
                if b.value - a.value != shift { throw .row(component.path) }
                let box = FoldBox(lower: min(a.value, b.value), upper: max(a.value, b.value), shift: shift)
                if a.kind == .row {
                    boxes[id, default: []].append(box)
                } else if b.command >= 0 {
                    for reach in streams.reaches[b.command] {
                        boxes[reach.server, default: []].append(box.widened(reach))
                    }
                } else {
                    for server in streams.comparing.keys { boxes[server, default: []].append(box) }
                }
            }
        }
        return boxes
    }

    /// The addresses that each command in a moving loop touches from the start of the period on.
    private func movingStreams(to server: Int, _ streams: FoldStreams) -> [FoldBox] {
        var boxes: [FoldBox] = []
        for motion in motions {
            for (id, address, step) in motion.sources {
                guard let reach = streams.reaches[id].first(where: { $0.server == server }) else { continue }
                var box = motion.engine.addressRange(address, step, motion).widened(reach)
                box.shift = shifts[id]
                boxes.append(box)
            }
        }
        return boxes
    }
}

extension FoldMatch.Motion {
    /// The address sources in the moving loop, with their global ids.
    var sources: [(id: Int, address: AddressSource, step: Step)] {
        ((begin + 1)..<engine.steps[begin].mate).flatMap { pc in
            let step = engine.steps[pc]
            return step.addresses.enumerated().map { (engine.streamBase[pc] + $0, $1, step) }
        }
    }
}

extension FoldBox {
    /// The bytes of whole requests that start in this range.
    func widened(_ reach: FoldStreams.Reach) -> FoldBox {
        FoldBox(lower: lower + reach.lower, upper: upper + reach.upper, shift: shift)
    }
}
