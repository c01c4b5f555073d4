import OrreryText

/// Holds the values of index tensors within what they index, which says how large they get where the file does not.
struct ValuesCheck {
    /// By tensor; those in which nothing is wrong.
    private(set) var values: [String: GeneratedValues] = [:]
    private let scope: Scope
    private let shapes: Shapes
    private let einsums: [Einsum]

    init(_ scope: Scope, _ shapes: Shapes, _ einsums: [Einsum]) {
        self.scope = scope
        self.shapes = shapes
        self.einsums = einsums
        for tensor in scope.declaration.tensors {
            if let declared = tensor.values { values[tensor.name] = check(tensor, declared) }
        }
    }

    private func check(_ tensor: CascadeDeclaration.Tensor, _ declared: DeclaredValues) -> GeneratedValues? {
        func error(_ message: String, hint: String? = nil) -> GeneratedValues? {
            scope.error("'\(tensor.name)': \(message)", at: declared.mark, hint: hint)
            return nil
        }
        guard let type = tensor.type, let shape = shapes[tensor.name] else { return nil }
        guard type.isInteger else { return error("values are integers, not \(type)") }
        if scope.writer(of: tensor.name) != nil { return error("what an Einsum writes can't be given") }
        let ranks = Set(shape.ranks)
        guard scope.unsized.isDisjoint(with: ranks) else { return nil }
        var count = 1
        for place in shape.ranks.indices {
            let (product, overflow) = count.multipliedReportingOverflow(by: shapes.extent(of: shape, at: place))
            guard !overflow else { return nil }
            count = product
        }
        var bound = declared.bound
        if bound == nil, case .given(let list) = declared.pattern { bound = (list.max() ?? 0) + 1 }
        if bound == nil {
            let extents = indexedExtents(of: tensor.name)
            guard extents.count == 1, let extent = extents.first else {
                return error(
                    extents.isEmpty
                        ? "it indexes no rank by itself, so that nothing says how large its values get"
                        : "it indexes ranks of \(extents.sorted().map(String.init).joined(separator: " and "))",
                    hint: "say what they stay below: below: N")
            }
            bound = extent
        }
        let values = GeneratedValues(declared.pattern, below: bound ?? 1, seed: declared.seed)
        if let problem = values.problem(of: count) { return error(problem) }
        let largest = values.range(of: count).upperBound
        let signBits = type == .uint8 || type == .bool ? 0 : 1
        if type.bits - signBits < 62, largest >> (type.bits - signBits) != 0 {
            return error("values reach \(largest), more than \(type) holds")
        }
        return values
    }

    /// Extents of the ranks that elements of a tensor index as they are.
    private func indexedExtents(of tensor: String) -> Set<Int> {
        var extents: Set<Int> = []
        for access in einsums.flatMap(\.reads) {
            guard let shape = shapes[access.tensor] else { continue }
            for (place, index) in access.indices.enumerated() {
                guard index.terms.isEmpty, index.constant == 0, index.lookups.count == 1,
                    index.lookups[0].coefficient == 1, index.lookups[0].access.tensor == tensor,
                    !scope.unsized.contains(shape.ranks[place])
                else { continue }
                extents.insert(shapes.extent(of: shape, at: place))
            }
        }
        return extents
    }
}
