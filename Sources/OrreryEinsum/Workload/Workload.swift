import OrreryText

/// A workload: a file's cascade or stages with every parameter bound to a value.
///
/// ```yaml
/// workload: attention-1pass
/// parameters: {M: 1Ki, P: M, M0: 256}
/// ranks: {m: M, m1: ceil(M / M0), m0: M0, p: P}
/// tensors: {Q: {ranks: [e, p], type: fp16}}
/// cascade: ["QK[m1, m0, p] = Q[e, p] * K[e, m1 * M0 + m0]"]
/// ```
public struct Workload: Sendable {
    /// A parameter and the value it is bound to.
    public struct Parameter: Hashable, Sendable {
        public let name: String
        public let value: Quantity
    }

    /// A part of the run whose parameters differ: prefill, or the steps of decoding.
    public struct Phase: Sendable {
        public let name: String
        /// How often the phase runs, with the index going 0 ..< steps; at least 1.
        public let steps: Int
        /// The name that stands for the step in the phase's parameters.
        public let index: String
        public let mark: SourceMark
    }

    /// One of the workloads that make up another, in the order in which they run.
    public struct Stage: Sendable {
        /// An input that an earlier stage computes, element for element in memory order.
        public struct Input: Hashable, Sendable {
            /// Input tensor of this stage.
            public let tensor: String
            public let stage: String
            /// Output tensor of that stage.
            public let source: String
        }

        public let name: String
        public let workload: Workload
        /// How often it runs in succession; at least 1.
        public let count: Int
        public let inputs: [Input]
        public let mark: SourceMark
    }

    /// The mapping to take on machines whose name matches a pattern.
    public struct DefaultMapping: Hashable, Sendable {
        /// A machine's name, with `*` for any characters and `?` for any one.
        public let machine: String
        /// Path of the mapping file, ready to open.
        public let path: String
        public let mark: SourceMark
    }

    /// What a workload consists of; exactly one of these keys stands in its file.
    public enum Content: Sendable {
        case cascade(Cascade)
        case stages([Stage])
        /// A generated request stream, read by who runs it.
        case traffic(Node)
        /// A recorded request stream, read by who runs it.
        case trace(Node)
    }

    public let name: String
    /// The file, as its errors name it.
    public let path: String
    public let parameters: [Parameter]
    public let content: Content
    public let phases: [Phase]
    public let mappings: [DefaultMapping]
    /// Where the values of parameters come from, by name, as far as the file says.
    public let sources: [String: SourceNote]
    let definition: WorkloadDefinition
    /// Its stages as they were read, for the steps of its phases; nil for a workload that is a stage.
    let memo: StageMemo?

    /// The value of a parameter, or nil for an unknown one.
    public subscript(parameter name: String) -> Quantity? {
        parameters.first { $0.name == name }?.value
    }

    /// The cascade; nil for workloads that consist of anything else.
    public var cascade: Cascade? {
        if case .cascade(let cascade) = content { cascade } else { nil }
    }

    /// Empty for workloads that consist of anything else.
    public var stages: [Stage] {
        if case .stages(let stages) = content { stages } else { [] }
    }

    /// The first default mapping whose pattern matches the machine's name.
    public func mapping(for machine: String) -> DefaultMapping? {
        mappings.first { matches(machine, pattern: $0.machine) }
    }

    /// The cascades it runs, in order, stages of stages included.
    public var cascades: [Instance] {
        switch content {
        case .cascade(let cascade): [Instance(path: [], cascade: cascade, count: 1)]
        case .stages(let stages):
            stages.flatMap { stage in
                stage.workload.cascades.map {
                    Instance(path: [stage.name] + $0.path, cascade: $0.cascade, count: $0.count * stage.count)
                }
            }
        case .traffic, .trace: []
        }
    }

    /// A cascade of a workload.
    public struct Instance: Sendable {
        /// Names of the stages from the workload to the cascade; empty where the workload is the cascade.
        public let path: [String]
        public let cascade: Cascade
        /// How often it runs.
        public let count: Int
    }

    /// Elementary operations of all cascades, repetitions counted.
    public var operationCounts: OperationCounts {
        cascades.reduce(into: OperationCounts()) { $0 += $1.cascade.operationCounts * $1.count }
    }

    /// Minimum traffic of all cascades in bytes, repetitions counted, nothing kept on chip between cascades.
    public var minimumTrafficBytes: Int {
        cascades.reduce(0) { $0 + $1.cascade.minimumTraffic.bytes * $1.count }
    }
}

/// Whether `text` matches a pattern of literal characters, `*` and `?`.
func matches(_ text: String, pattern: String) -> Bool {
    let letters = Array(text)
    let marks = Array(pattern)
    // Whether each prefix of the text matches the pattern so far.
    var reached = [true] + [Bool](repeating: false, count: letters.count)
    for mark in marks {
        var next = [Bool](repeating: false, count: letters.count + 1)
        for end in 0...letters.count {
            if mark == "*" {
                next[end] = reached[end] || (end > 0 && next[end - 1])
            } else if end > 0 {
                next[end] = reached[end - 1] && (mark == "?" || mark == letters[end - 1])
            }
        }
        reached = next
    }
    return reached[letters.count]
}
