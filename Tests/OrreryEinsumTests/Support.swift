import OrreryText
import Testing

@testable import OrreryEinsum

/// Seeded random numbers (splitmix64).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// The repository's Workloads folder.
let workloads = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Workloads/"

/// The attention cascades over whole or partitioned keys.
let attentionCascades = [
    "attention-unstable", "attention-unstable-deferred", "attention-3pass", "attention-2pass-deferred",
    "attention-2pass",
    "attention-1pass", "attention-1pass-eager",
]

func load(_ name: String, _ overrides: [String: Int] = [:]) throws -> Workload {
    let diagnostics = Diagnostics()
    let workload = Workload.load(
        workloads + name + ".yaml", overrides: overrides.mapValues { Quantity($0) }, diagnostics: diagnostics)
    try diagnostics.throwIfErrors()
    return try #require(workload)
}

/// The cascade of a workload given as YAML, without its `workload:` line.
func cascade(_ yaml: String, _ overrides: [String: Int] = [:]) throws -> Cascade {
    let diagnostics = Diagnostics()
    let workload = Workload.parse(
        "workload: w\n" + yaml, file: "w.yaml", overrides: overrides.mapValues { Quantity($0) },
        diagnostics: diagnostics)
    try diagnostics.throwIfErrors()
    return try #require(workload?.cascade)
}

/// Everything reported about a workload given as YAML.
func problems(_ yaml: String, _ overrides: [String: Int] = [:]) -> [String] {
    let diagnostics = Diagnostics()
    let workload = Workload.parse(
        yaml, file: "w.yaml", overrides: overrides.mapValues { Quantity($0) }, diagnostics: diagnostics)
    #expect((workload == nil) == diagnostics.hasErrors)
    return diagnostics.all.map(\.description)
}

extension Cascade {
    /// Random values in -1 ..< 1 for every input; integers below `limit` for the integer ones.
    func randomInputs(seed: UInt64, below limit: Int = 1) -> [String: TensorValues] {
        var random = SplitMix64(seed: seed)
        var inputs: [String: TensorValues] = [:]
        for tensor in tensors where tensor.isInput {
            let elements = (0..<tensor.shape.reduce(1, *)).map { _ in
                tensor.type.isInteger
                    ? Double(Int.random(in: 0..<limit, using: &random)) : Double.random(in: -1..<1, using: &random)
            }
            inputs[tensor.name] = TensorValues(shape: tensor.shape, elements: elements)
        }
        return inputs
    }
}

/// The largest difference between two tensors of one shape, relative to the larger element or to 1.
func distance(_ a: TensorValues, _ b: TensorValues) -> Double {
    guard a.shape == b.shape else { return .infinity }
    return zip(a.elements, b.elements).reduce(0) { worst, pair in
        let difference = abs(pair.0 - pair.1) / max(1, abs(pair.0), abs(pair.1))
        return difference.isNaN ? .infinity : max(worst, difference)
    }
}
