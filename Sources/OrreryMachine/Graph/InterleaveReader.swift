import OrreryText

extension Machine.Interleave {
    private static let overParameter = Parameter.text("over", help: "the counted component that addresses spread over")
    private static let granuleParameter = Parameter.bytes("granule", 1...(1 << 40), help: "bytes that lie together")
    private static let hashParameter = Parameter.choice(
        "hash", of: Hash.self, default: Hash.none, help: "how the instance follows from the address")

    /// Reads `{over: l2, granule: 128 B, hash: xor}` of the group at `scope`; nil after reporting what is wrong.
    init?(_ node: Node, scope: String, tree: ComponentTree, diagnostics: Diagnostics) {
        let path = joined(familyPath(scope), "interleave")
        let values = ParameterValues.decode(
            node, declared: [Self.overParameter, Self.granuleParameter, Self.hashParameter], path: path,
            diagnostics: diagnostics)
        guard let over = values.value(of: Self.overParameter), let granule = values.value(of: Self.granuleParameter),
            let hash = values.value(of: Self.hashParameter)
        else { return nil }
        let mark = values.mark(of: Self.overParameter) ?? node.mark
        let family = joined(familyPath(scope), over)
        guard let member = tree.members[family] else {
            let names = tree.order.filter { tree.members[$0]?.count != nil }.compactMap {
                $0.split(separator: ".").last
            }
            diagnostics.error(
                "there is no '\(over)' to spread addresses over", at: mark, path: path,
                hint: suggestion(for: over, among: names.map(String.init)))
            return nil
        }
        guard let count = member.count else {
            diagnostics.error("'\(over)' has no count: there is nothing to spread over", at: mark, path: path)
            return nil
        }
        if hash == .xor, count & (count - 1) != 0 {
            diagnostics.error(
                "hash: xor needs a power of two, and '\(over)' has \(count) instances", at: mark, path: path)
            return nil
        }
        diagnostics.warning(
            "is checked and shown, but no class of the catalog spreads addresses over instances", at: node.mark,
            path: path,
            hint: "connect each requester to one instance")
        self.init(over: family, granule: granule, hash: hash)
    }
}
