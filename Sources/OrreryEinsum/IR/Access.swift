/// Where along one rank of a tensor an access reads or writes: an affine form of rank variables, to which values
/// looked up in other tensors may be added.
///
/// `m1 * 256 + m0` has two terms; `m1 + 1` one term and the constant 1; `idx[i]` one lookup (a gather).
public struct IndexExpression: Hashable, Sendable {
    /// `coefficient` times the value of rank variable `rank`.
    public struct Term: Hashable, Sendable {
        public let rank: String
        public let coefficient: Int
    }

    /// `coefficient` times an integer read from another tensor.
    public struct Lookup: Hashable, Sendable {
        public let access: Access
        public let coefficient: Int
    }

    /// Terms in order of first appearance, one for each rank, none with coefficient zero.
    public internal(set) var terms: [Term] = []
    public internal(set) var lookups: [Lookup] = []
    public internal(set) var constant = 0

    /// The index that is one rank variable and nothing else, or nil.
    public var variable: String? {
        guard terms.count == 1, lookups.isEmpty, constant == 0, terms[0].coefficient == 1 else { return nil }
        return terms[0].rank
    }

    /// The rank `r` of an index `r + 1`, which names the next generation of an iterative tensor; nil otherwise.
    public var successor: String? {
        guard terms.count == 1, lookups.isEmpty, constant == 1, terms[0].coefficient == 1 else { return nil }
        return terms[0].rank
    }

    /// Whether the index is a number, the same at every point.
    public var isConstant: Bool { terms.isEmpty && lookups.isEmpty }

    /// Rank variables of the terms and of the lookups.
    public var ranks: Set<String> {
        lookups.reduce(into: Set(terms.map(\.rank))) { $0.formUnion($1.access.ranks) }
    }

    static func variable(_ rank: String) -> IndexExpression {
        IndexExpression(terms: [Term(rank: rank, coefficient: 1)])
    }
}

/// One tensor read or written at every point of an Einsum.
public struct Access: Hashable, Sendable {
    public let tensor: String
    /// One index for each rank of the tensor, implicit batch ranks included.
    public let indices: [IndexExpression]

    /// Every rank variable that selects the element.
    public var ranks: Set<String> {
        indices.reduce(into: []) { $0.formUnion($1.ranks) }
    }

    /// The accesses made to compute the indices, innermost last.
    public var lookups: [Access] {
        indices.flatMap { $0.lookups.flatMap { [$0.access] + $0.access.lookups } }
    }
}

extension IndexExpression: CustomStringConvertible {
    public var description: String {
        var parts: [(negative: Bool, text: String)] = []
        for term in terms { parts.append(Self.product(term.coefficient, term.rank)) }
        for lookup in lookups { parts.append(Self.product(lookup.coefficient, lookup.access.description)) }
        if constant != 0 || parts.isEmpty { parts.append((constant < 0, "\(constant.magnitude)")) }
        return parts.enumerated().map { place, part in
            place == 0 ? (part.negative ? "-" : "") + part.text : (part.negative ? " - " : " + ") + part.text
        }.joined()
    }

    private static func product(_ coefficient: Int, _ factor: String) -> (negative: Bool, text: String) {
        let size = coefficient.magnitude
        return (coefficient < 0, size == 1 ? factor : "\(factor) * \(size)")
    }
}

extension Access: CustomStringConvertible {
    public var description: String {
        "\(tensor)[\(indices.map(\.description).joined(separator: ", "))]"
    }
}
