extension YAMLEmitter {
    /// The value of `node` on one line, in flow style: `[QK + 2, LM]`, `{loop: m1, when: "max(M, P) > 4"}`.
    ///
    /// It reads back as an equal value, except that a plain scalar which flow style cannot hold comes back quoted.
    public static func line(of node: Node) -> String {
        switch node.content {
        case .scalar(let scalar): inFlow(scalar)
        case .sequence(let items): "[" + items.map(line).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\(inFlow(Scalar($0.key))): \(line(of: $0.value))" }.joined(separator: ", ") + "}"
        }
    }

    private static func inFlow(_ scalar: Scalar) -> String {
        let isPlain = scalar.isPlain && canBePlain(scalar.text) && !scalar.text.contains { ",[]{}".contains($0) }
        if !isPlain { return quoted(scalar.text) }
        return scalar.text.isEmpty ? "~" : scalar.text
    }
}
