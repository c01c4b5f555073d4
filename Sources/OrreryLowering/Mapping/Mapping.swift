import OrreryText

/// How a cascade runs on a machine: a mapping file.
///
/// ```yaml
/// mapping: fusemax-binding
/// for: {cascade: attention-1pass, machine: fusemax}
/// parameters: {P1: "largest_divisor(ceil(P / 256), …)"}
/// partition: {p: [P2, P1, 256]}
/// loops: [b, h, p2, m1, p1]
/// spatial: {array2d: {rows: m0, columns: p0}}
/// bind: {array2d: [QK, LM], array1d: [RM]}
/// order: {array2d: [QK + 2, LM + 2]}
/// ```
public struct Mapping: Sendable {
    /// A word of the file with its place.
    struct Name: Hashable, Sendable {
        var text: String
        var mark: SourceMark

        static func == (a: Name, b: Name) -> Bool { a.text == b.text }
        func hash(into hasher: inout Hasher) { hasher.combine(text) }
    }

    /// A key with a value.
    struct Named<Value: Sendable>: Sendable {
        var name: Name
        var value: Value
    }

    /// One entry of `order`: an operator and how many iterations it runs ahead.
    struct Issue: Sendable {
        var name: Name
        /// nil for none.
        var lookahead: Expression?
    }

    /// Ranks of an iteration space that are laid out over a unit's rows and columns.
    struct Spatial: Sendable {
        var rows: [Name]
        var columns: [Name]
    }

    /// Where a tensor lives.
    struct Place: Sendable {
        var memories: [Name]
    }

    /// A loop at which a tensor is moved again although it does not change with it.
    struct Reload: Sendable {
        var loop: Name
        /// Only where this holds.
        var condition: Expression?
    }

    /// The fraction of each tile that lives in the outer memory, for each access that moves it.
    struct Spill: Sendable {
        /// By the Einsum that reads, or `write`; a single fraction for all accesses is under "".
        var fractions: [Named<Expression>]
    }

    /// A rank that is laid over devices, and what the names of the mapping mean on each.
    struct Split: Sendable {
        var rank: Name
        var devices: [Named<[Name]>]
    }

    /// One group of Einsums that run together. A mapping without `groups` has one.
    struct Group: Sendable {
        var name: Name
        var partition: [Named<[Expression]>] = []
        var loops: [Name] = []
        var passes: [Name] = []
        var spatial: [Named<Spatial>] = []
        var bind: [Named<[Name]>] = []
        var order: [Named<[[Issue]]>] = []
        var depth: [Named<Expression>] = []
        var reload: [Named<[Reload]>] = []
        var spill: [Named<Spill>] = []
        var share: [Named<Name>] = []
        var after: [Named<Name>] = []
        var through: [Name] = []
        /// Results that go from their unit straight to their home where it has a port for that, past the memory beside it.
        var direct: [Name] = []
        var pipelined: [Name] = []
        var unbounded: [Name] = []
        var split: [Split] = []
        var copy: [Named<Name>] = []
    }

    /// What replaces the groups where a condition holds.
    struct Case: Sendable {
        var name: Name
        var condition: Expression
        var groups: [Group]
    }

    /// What it is called: the value of the key `mapping`.
    public let name: String
    /// The file, as errors name it.
    public let path: String
    /// The cascade that it is for; nil for any.
    public let cascade: String?
    /// The machine that it was made for; others may be tried.
    public let machine: String?
    /// What the mapping takes from a source that a careful designer might not, one sentence each.
    public let assumptions: [String]
    let mark: SourceMark
    var parameters: [Named<Expression>]
    let place: [Named<Place>]
    let groups: [Group]
    /// The first one whose condition holds counts.
    let cases: [Case]
    /// What a search may vary, by path.
    let search: [Named<SearchRange>]
}
