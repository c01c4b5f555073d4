import OrreryText

/// A cascade as declared, with every parameter bound and nothing checked: what a workload file says, or what a program
/// that makes cascades says in its place. ``Cascade/init(_:diagnostics:)`` checks it.
public struct CascadeDeclaration: Sendable {
    /// The value of a parameter.
    public struct Constant: Hashable, Sendable {
        public var value: Double
        /// The value where it is a whole number, as an index or an extent must be.
        public var integer: Int?

        public init(_ value: Double, integer: Int? = nil) {
            self.value = value
            self.integer = integer
        }

        public init(_ integer: Int) {
            self.init(Double(integer), integer: integer)
        }
    }

    /// A rank with its extent.
    public struct Rank: Sendable {
        public var name: String
        /// Nil where it is already known to be wrong; the cascade is still checked for other problems.
        public var extent: Int?
        public var mark: SourceMark

        public init(_ name: String, extent: Int?, mark: SourceMark) {
            self.name = name
            self.extent = extent
            self.mark = mark
        }
    }

    /// A tensor as declared.
    public struct Tensor: Sendable {
        public var name: String
        /// The ranks with the place of each, slowest first.
        public var ranks: [(name: String, mark: SourceMark)]
        /// Nil: inferred where an Einsum writes it, else an error.
        public var type: ElementType?
        /// Fraction of elements that are not zero.
        public var density = 1.0
        /// It leaves the cascade although an Einsum reads it.
        public var isOutput = false
        /// Its elements, where it is an index tensor that the declaration gives values.
        public var values: DeclaredValues?
        public var mark: SourceMark

        public init(_ name: String, ranks: [(name: String, mark: SourceMark)], type: ElementType?, mark: SourceMark) {
            self.name = name
            self.ranks = ranks
            self.type = type
            self.mark = mark
        }
    }

    /// One Einsum in the syntax of files.
    public struct Statement: Sendable {
        public var text: String
        /// The place of the first character of `text`.
        public var mark: SourceMark

        public init(_ text: String, mark: SourceMark) {
            self.text = text
            self.mark = mark
        }
    }

    /// The value of generation 0 of a tensor.
    public struct Initial: Sendable {
        public var tensor: String
        public var value: Double
        public var mark: SourceMark

        public init(_ tensor: String, value: Double, mark: SourceMark) {
            self.tensor = tensor
            self.value = value
            self.mark = mark
        }
    }

    public var name: String
    public var parameters: [String: Constant] = [:]
    public var ranks: [Rank] = []
    public var tensors: [Tensor] = []
    public var statements: [Statement] = []
    public var initial: [Initial] = []
    public var operations: [UserOperation] = []

    public init(name: String) {
        self.name = name
    }
}
