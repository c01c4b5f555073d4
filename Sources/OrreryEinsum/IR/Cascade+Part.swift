extension Cascade {
    /// The cascade of one Einsum alone: what it reads comes from outside, what it writes leaves. Nil where there is no such Einsum.
    public func only(_ einsum: String) -> Cascade? {
        guard let statement = self.einsum(named: einsum) else { return nil }
        let read = Set(statement.reads.map(\.tensor))
        let own = tensors.filter { $0.name == einsum || read.contains($0.name) }.map { tensor in
            Tensor(
                name: tensor.name, ranks: tensor.ranks, shape: tensor.shape, type: tensor.type, density: tensor.density,
                isInput: tensor.name != einsum, isOutput: tensor.name == einsum,
                generationalRank: tensor.generationalRank,
                initial: tensor.initial, elements: tensor.elements,
                values: tensor.name == einsum ? nil : tensor.values, mark: tensor.mark)
        }
        return Cascade(
            name: name, ranks: ranks, tensors: own, einsums: [statement], batchRanks: batchRanks, guards: guards,
            operations: operations)
    }
}
