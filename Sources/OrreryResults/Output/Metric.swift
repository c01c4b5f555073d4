import OrreryText

extension JSONValue {
    /// The number at a dotted path of a result: `latency.seconds`, `memories.gpu.l2.achieved_fraction`.
    ///
    /// Keys may hold dots themselves (paths of components are keys). A path that ends at an account names its headline:
    /// `latency` its seconds, `energy` its joules, `area` its square metres, what instances have together their sum.
    public func metric(_ path: some StringProtocol) -> Double? {
        if path.isEmpty { return headline }
        guard let members = object else { return nil }
        for member in members {
            if path == member.key {
                if let value = member.value.headline { return value }
            } else if path.hasPrefix(member.key + "."),
                let value = member.value.metric(path.dropFirst(member.key.count + 1))
            {
                return value
            }
        }
        return nil
    }

    private var headline: Double? {
        if let double { return double }
        for key in ["seconds", "joules", "square_metres", "sum"] {
            if let value = self[key]?.double { return value }
        }
        return nil
    }
}
