import OrreryText

extension RunInputs {
    /// The member `inputs`.
    var json: JSONValue {
        [
            "machine": .string(machine), "workload": .string(workload),
            "mapping": mapping.map(JSONValue.string) ?? .null,
            "files": .array(files.map { ["path": .string($0.path), "hash": .string($0.hash.description)] }),
            "overrides": .array(overrides.map(\.json)), "hash": .string(hash.description),
        ]
    }
}

extension RunInputs.Override {
    var json: JSONValue { ["path": .string(path), "value": .string(value), "origin": .string(origin)] }
}

extension Limiting {
    /// The member `limiting`.
    var json: JSONValue {
        [
            "component": component.map(JSONValue.string) ?? .null, "engine": engine.map(JSONValue.string) ?? .null,
            "attribution": .object(attribution.map { .init($0.component, .number($0.share)) }),
            "counterfactuals": .array(
                counterfactuals.map { rerun in
                    var members: [JSONValue.Member] = [
                        .init("component", .string(rerun.component)), .init("seconds", .number(rerun.seconds)),
                        .init("relaxed", .array(rerun.overrides.map(\.json))),
                    ]
                    if rerun.isSampled { members.append(.init("sampled", .bool(true))) }
                    return .object(members)
                }),
        ]
    }
}

extension RunResult.Iterations {
    /// A member of `latency.iterations`.
    var json: JSONValue {
        [
            "trips": .integer(trips), "runs": .integer(runs), "first_seconds": .number(first),
            "steady_seconds": steady.map(JSONValue.number) ?? .null, "last_seconds": .number(last),
        ]
    }
}

extension FoldingAccount {
    /// The member `folding`.
    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("kind", .string(kind.rawValue)), .init("iterations", .integer(iterations)),
            .init("simulated", .integer(simulated)), .init("loops", .array(loops.map(\.json))),
        ]
        if let sample { members.append(.init("sample", sample.json)) }
        return .object(members)
    }
}

extension FoldingAccount.Sample {
    /// The member `folding.sample`.
    fileprivate var json: JSONValue {
        var components: [(path: String, numbers: [(name: String, width: Double)])] = []
        for series in counters {
            let number = (name: series.name, width: series.byOperator.reduce(0, +))
            guard let place = components.firstIndex(where: { $0.path == series.component }) else {
                components.append((series.component, [number]))
                continue
            }
            // Stalls for several tokens of a name are one number everywhere.
            if let same = components[place].numbers.firstIndex(where: { $0.name == number.name }) {
                components[place].numbers[same].width += number.width
            } else {
                components[place].numbers.append(number)
            }
        }
        var members: [JSONValue.Member] = [
            .init("confidence", .number(0.99)), .init("tolerance", tolerance.map(JSONValue.number) ?? .null),
            .init("estimated", .integer(iterations)), .init("half_width_seconds", .number(seconds)),
            .init("half_width_relative", .number(relative)),
        ]
        if let joules { members.append(.init("half_width_joules", .number(joules))) }
        members.append(
            .init(
                "half_widths",
                .object(
                    components.map {
                        .init($0.path, .object($0.numbers.map { .init($0.name, .number($0.width)) }))
                    })))
        return .object(members)
    }
}

extension Measurements.FoldedLoop {
    fileprivate var json: JSONValue {
        let kind = estimated > 0 ? "sampled" : simulated < iterations ? "exact" : "none"
        var members: [JSONValue.Member] = [
            .init("loop", .string(name)), .init("trips", .integer(iterations)), .init("simulated", .integer(simulated)),
            .init("folds", .integer(folds)), .init("kind", .string(kind)),
            .init("period_seconds", period.map(JSONValue.number) ?? .null),
            .init("reason", reason.map(JSONValue.string) ?? .null),
        ]
        if estimated > 0 {
            members += [
                .init("estimated", .integer(estimated)), .init("samples", .integer(samples)),
                .init("half_width_seconds", .number(halfWidth)),
            ]
        }
        return .object(members)
    }
}
