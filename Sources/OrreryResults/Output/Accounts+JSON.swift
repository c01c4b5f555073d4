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
                counterfactuals.map {
                    [
                        "component": .string($0.component), "seconds": .number($0.seconds),
                        "relaxed": .array($0.overrides.map(\.json)),
                    ]
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
        [
            "kind": .string(kind.rawValue), "iterations": .integer(iterations), "simulated": .integer(simulated),
            "loops": .array(loops.map(\.json)),
        ]
    }
}

extension Measurements.FoldedLoop {
    fileprivate var json: JSONValue {
        [
            "loop": .string(name), "trips": .integer(iterations), "simulated": .integer(simulated),
            "folds": .integer(folds), "kind": .string(simulated < iterations ? "exact" : "none"),
            "period_seconds": period.map(JSONValue.number) ?? .null,
            "reason": reason.map(JSONValue.string) ?? .null,
        ]
    }
}
