import OrreryText

extension RunResult {
    /// The documented form of a result; `Docs/Results.md` says what each member means.
    ///
    /// - Parameter detail: instances of counted components one by one, beside what they are together.
    public func json(detail: Bool = false) -> JSONValue {
        let parts = detail ? components.map { Family(name: $0.path, members: [$0]) } : []
        let grouped = families.filter { !detail || $0.members.count > 1 } + parts
        func view(_ role: String, _ make: (ComponentAccount) -> JSONValue?) -> JSONValue {
            let members = grouped.filter { $0.first.role.rawValue == role }.compactMap { family in
                family.json(make).map { JSONValue.Member(family.name, $0) }
            }
            return .object(members)
        }
        var members: [JSONValue.Member] = [
            .init("schema", .string(Self.schema)),
            .init("inputs", inputs.json),
            .init("start", .string(start.rawValue)),
            .init("latency", latencyJSON),
        ]
        if let energy { members.append(.init("energy", energyJSON(energy, detail: detail))) }
        if let areas { members.append(.init("area", areaJSON(areas, detail: detail))) }
        members.append(.init("workload", workloadJSON))
        if !stages.isEmpty { members.append(.init("stages", .object(stages.map { .init($0.name, $0.json) }))) }
        if !phases.isEmpty { members.append(.init("phases", .object(phases.map { .init($0.name, $0.json) }))) }
        members += [
            .init("engines", view("engine", \.engineJSON)),
            .init("memories", view("memory", \.trafficJSON)),
            .init("links", view("link", \.trafficJSON)),
            .init("limiting", limiting.json),
            .init("folding", folding.json),
            .init(
                "components",
                .object(
                    grouped.compactMap { family in
                        family.json { $0.json(operators: operators) }.map { .init(family.name, $0) }
                    })),
            .init("assumptions", .array(assumptions.map(JSONValue.string))),
        ]
        return .object(members)
    }

    private var latencyJSON: JSONValue {
        [
            "seconds": .number(latency.seconds),
            "cycles": .object(latency.cycles.map { .init($0.name, .integer($0.value)) }),
            "iterations": .object(latency.iterations.map { .init($0.loop, $0.json) }),
        ]
    }

    private func energyJSON(_ energy: EnergyAccount, detail: Bool) -> JSONValue {
        let names = names(detail: detail)
        let byComponent = summed(energy.components.map { (names[$0.path] ?? $0.path, $0.joules) })
        let byAction = grouped(energy.components.map { (names[$0.path] ?? $0.path, $0.actions + $0.states) })
        var members: [JSONValue.Member] = [
            .init("joules", .number(energy.joules)), .init("dynamic", .number(energy.dynamicJoules)),
            .init("static", .number(energy.staticJoules)), .init("watts", .number(power ?? 0)),
            .init("accounting", .string(energy.accounting)),
            .init("by_component", .object(byComponent)),
            .init("by_operator", .object(energy.operators.map { .init($0.name, .number($0.joules)) })),
            .init("by_action", .object(byAction.map { .init($0, .object(summed($1))) })),
        ]
        let still = summed(
            energy.components.filter { $0.staticJoules > 0 }.map { (names[$0.path] ?? $0.path, $0.staticJoules) })
        members.append(.init("static_by_component", .object(still)))
        members.append(.init("unpriced", .array(energy.unpriced.map(JSONValue.string))))
        return .object(members)
    }

    private func areaJSON(_ areas: [Area], detail: Bool) -> JSONValue {
        let names = names(detail: detail)
        return [
            "square_metres": .number(squareMetres ?? 0),
            "by_component": .object(summed(areas.map { (names[$0.path] ?? $0.path, $0.squareMetres) })),
        ]
    }

    private var workloadJSON: JSONValue {
        var members: [JSONValue.Member] = [
            .init("name", .string(workload.name)),
            .init("operations", .object(workload.operations.map { .init($0.name, .integer($0.value)) })),
        ]
        if let bytes = workload.minimumBytes { members.append(.init("minimum_bytes", .integer(bytes))) }
        if let bytes = homeBytes { members.append(.init("moved_bytes", .integer(bytes))) }
        if let tokens = workload.tokens { members.append(.init("tokens", .integer(tokens))) }
        if let rate = tokensPerSecond { members.append(.init("tokens_per_second", .number(rate))) }
        if let rate = tokensPerJoule { members.append(.init("tokens_per_joule", .number(rate))) }
        return .object(members)
    }

    /// What each component is listed as: its own path, or the one that it shares with its like.
    private func names(detail: Bool) -> [String: String] {
        if detail { return [:] }
        return Dictionary(components.map { ($0.path, $0.family) }, uniquingKeysWith: { first, _ in first })
    }

    private func summed(_ terms: [EnergyAccount.Action]) -> [JSONValue.Member] {
        summed(terms.map { ($0.name, $0.joules) })
    }

    /// Sums by name, in the order of first mention.
    private func summed(_ terms: [(String, Double)]) -> [JSONValue.Member] {
        grouped(terms).map { .init($0, .number($1.reduce(0, +))) }
    }

    private func grouped<Value>(_ terms: [(String, [Value])]) -> [(String, [Value])] {
        grouped(terms.map { ($0, $1) }).map { name, lists in (name, lists.reduce([], +)) }
    }

    private func grouped<Value>(_ terms: [(String, Value)]) -> [(String, [Value])] {
        var places: [String: Int] = [:]
        var result: [(String, [Value])] = []
        for (name, value) in terms {
            if let place = places[name] {
                result[place].1.append(value)
            } else {
                places[name] = result.count
                result.append((name, [value]))
            }
        }
        return result
    }
}

extension RunResult {
    public var tokensPerSecond: Double? {
        workload.tokens.flatMap { latency.seconds > 0 ? Double($0) / latency.seconds : nil }
    }

    public var tokensPerJoule: Double? {
        guard let tokens = workload.tokens, let energy, energy.joules > 0 else { return nil }
        return Double(tokens) / energy.joules
    }
}

extension RunResult {
    /// Stages that are stages of the same phase, or of the same stage of the whole workload, together: those whose name is
    /// `PHASE/…`. Runs are those of the phase's first stage.
    var phases: [Stage] {
        var result: [Stage] = []
        for stage in stages {
            guard let end = stage.name.firstIndex(of: "/") else { continue }
            let name = String(stage.name[..<end])
            guard let place = result.firstIndex(where: { $0.name == name }) else {
                var first = stage
                first.name = name
                result.append(first)
                continue
            }
            result[place].seconds += stage.seconds
            result[place].joules = result[place].joules.flatMap { sum in stage.joules.map { sum + $0 } }
            result[place].bytes = result[place].bytes.flatMap { sum in stage.bytes.map { sum + $0 } }
        }
        return result
    }
}

extension RunResult.Stage {
    var json: JSONValue {
        var members: [JSONValue.Member] = [.init("runs", .integer(runs)), .init("seconds", .number(seconds))]
        if let joules { members.append(.init("joules", .number(joules))) }
        if let bytes { members.append(.init("moved_bytes", .integer(bytes))) }
        return .object(members)
    }
}
