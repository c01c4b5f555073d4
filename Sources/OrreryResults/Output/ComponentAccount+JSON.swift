import OrreryText

extension ComponentAccount {
    /// The member `components.PATH`.
    func json(operators: [String]) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("class", .string(className)), .init("role", .string(role.rawValue)), .init("clock", .string(clock)),
            .init("elapsed", .integer(elapsed)),
        ]
        if let time {
            members += [
                .init("busy", .integer(time.busy.total)),
                .init("stalls", .object(time.stalls.map { .init($0.name, .integer($0.value)) })),
                .init("idle", .integer(time.idle)),
            ]
        }
        members.append(.init("actions", .object(actions.map { .init($0.name, .integer($0.total)) })))
        if !bytes.isEmpty { members.append(.init("bytes", .object(bytes.map { .init($0.name, .integer($0.total)) }))) }
        members.append(.init("counters", .object(counters.map { .init($0.name, .integer($0.value)) })))
        members.append(.init("by_operator", byOperator(operators)))
        return .object(members)
    }

    /// Busy cycles, actions and bytes of each operator that had any.
    private func byOperator(_ operators: [String]) -> JSONValue {
        let members = operators.indices.compactMap { index -> JSONValue.Member? in
            var members: [JSONValue.Member] = []
            if let busy = time?.busy.byOperator[index], busy != 0 { members.append(.init("busy", .integer(busy))) }
            for (name, series) in [("actions", actions), ("bytes", bytes)] {
                let counted = series.filter { $0.byOperator[index] != 0 }
                if counted.isEmpty { continue }
                members.append(
                    .init(name, .object(counted.map { .init($0.name, .integer($0.byOperator[index])) })))
            }
            return members.isEmpty ? nil : .init(operators[index], .object(members))
        }
        return .object(members)
    }

    /// The member `engines.PATH`.
    var engineJSON: JSONValue? {
        guard let time, let utilisation else { return nil }
        let whole = Double(max(elapsed, 1))
        let members: [JSONValue.Member] = [
            .init("utilisation", .number(utilisation)), .init("stalled", .number(Double(time.stalled) / whole)),
            .init("idle", .number(Double(time.idle) / whole)),
        ]
        return .object(members + streamMetrics.map { .init($0.name, .number($0.value)) })
    }

    /// The member `memories.PATH` or `links.PATH`.
    var trafficJSON: JSONValue? {
        var members: [JSONValue.Member] = [
            .init("read_bytes", .integer(readBytes)), .init("written_bytes", .integer(writtenBytes)),
            .init("bytes", .integer(readBytes + writtenBytes)),
            .init("bytes_per_second", .number(bytesPerSecond)),
        ]
        if let peakBytesPerSecond { members.append(.init("peak_bytes_per_second", .number(peakBytesPerSecond))) }
        if let achievedFraction { members.append(.init("achieved_fraction", .number(achievedFraction))) }
        return .object(members)
    }
}

extension RunResult.Family {
    /// The JSON of the one member, or what all members are together: each number as its sum, least, mean and greatest.
    func json(_ make: (ComponentAccount) -> JSONValue?) -> JSONValue? {
        let values = members.compactMap(make)
        guard let first = values.first else { return nil }
        guard members.count > 1, let all = joined(values).object else { return first }
        return .object([.init("instances", .integer(values.count))] + all)
    }

    private func joined(_ values: [JSONValue]) -> JSONValue {
        switch values[0] {
        case .object:
            var keys: [String] = []
            for key in values.flatMap({ $0.object?.map(\.key) ?? [] }) where !keys.contains(key) { keys.append(key) }
            return .object(
                keys.map { key in
                    let present = values.compactMap { $0[key] }
                    let absent = present[0].object == nil ? JSONValue.integer(0) : .object([])
                    return .init(key, joined(values.map { $0[key] ?? absent }))
                })
        case .integer, .number:
            let numbers = values.compactMap(\.double)
            let whole = values.compactMap(\.integer)
            let sum =
                whole.count == values.count ? JSONValue.integer(whole.reduce(0, +)) : .number(numbers.reduce(0, +))
            func extreme(_ value: Double?) -> JSONValue {
                values.first { $0.double == value } ?? .number(value ?? 0)
            }
            return [
                "sum": sum, "min": extreme(numbers.min()),
                "mean": .number(numbers.reduce(0, +) / Double(max(numbers.count, 1))), "max": extreme(numbers.max()),
            ]
        default: return values[0]
        }
    }
}
