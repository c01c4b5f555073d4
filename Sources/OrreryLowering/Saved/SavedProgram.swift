import OrrerySimulation

/// A lowered workload as it is saved and run again: programs, and what they must do, without the files that they came from.
///
/// It is everything of a workload and its mappings that a simulation needs. ``text`` writes it as YAML, ``load(path:diagnostics:)``
/// reads exactly the same value back.
public struct SavedProgram: Hashable, Sendable {
    /// Name of the workload.
    public var workload: String
    /// Name of the machine that it was lowered for.
    public var machine: String
    /// Names of the mappings.
    public var mapping: String
    /// Tokens that a run makes; nil where the workload counts none.
    public var tokens: Int?
    /// In the order in which they run.
    public var parts: [Part]

    /// A number by name, such as operations by kind.
    public struct Count: Hashable, Sendable {
        public var name: String
        public var value: Int

        public init(_ name: String, _ value: Int) {
            self.name = name
            self.value = value
        }
    }

    /// The program of one cascade.
    public struct Part: Hashable, Sendable {
        /// Names of the stages and phases on the way to it, joined by `/`; empty where the workload is the cascade.
        public var name: String
        /// How often it runs in a row.
        public var count: Int
        public var program: Program
        /// Elementary operations by kind.
        public var operations: [Count]
        /// Bytes that any schedule moves at least.
        public var minimumBytes: Int
        /// Paths of the memories that hold inputs and outputs.
        public var homes: [String]
        /// Actions that engines must count for an operator, as far as its operations decide them, in the order of operators.
        public var actions: [Requirement]
        /// What the mapping takes for granted.
        public var assumptions: [String]

        public init(
            name: String = "", count: Int = 1, program: Program, operations: [Count] = [], minimumBytes: Int = 0,
            homes: [String] = [], actions: [Requirement] = [], assumptions: [String] = []
        ) {
            self.name = name
            self.count = count
            self.program = program
            self.operations = operations
            self.minimumBytes = minimumBytes
            self.homes = homes
            self.actions = actions
            self.assumptions = assumptions
        }
    }

    /// Actions that an operator takes, whichever program runs it.
    public struct Requirement: Hashable, Sendable {
        public var operation: String
        public var counts: [Count]

        public init(_ operation: String, _ counts: [Count]) {
            self.operation = operation
            self.counts = counts
        }
    }

    public init(workload: String, machine: String, mapping: String, tokens: Int? = nil, parts: [Part]) {
        self.workload = workload
        self.machine = machine
        self.mapping = mapping
        self.tokens = tokens
        self.parts = parts
    }
}

/// Names that stand for indices in a file: where one occurs twice, the later ones carry their number.
struct Labels {
    let texts: [String]
    private let indices: [String: Int]

    init(_ names: [String]) {
        var texts: [String] = []
        var indices: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            var text = name
            while indices[text] != nil { text += " #\(index)" }
            indices[text] = index
            texts.append(text)
        }
        self.texts = texts
        self.indices = indices
    }

    subscript(text: String) -> Int? { indices[text] }
    subscript(index: Int) -> String { texts[index] }
}
