/// Where a number comes from, and how sure it is.
public struct SourceNote: Hashable, Sendable {
    public enum Status: String, CaseIterable, Hashable, Sendable {
        /// Seen in the named source.
        case sourced
        /// Computed from sourced numbers.
        case derived
        /// Known, but not looked up.
        case recalled
        /// Adjusted until results agreed with the source.
        case fitted

        /// The less certain of two.
        public func worse(_ other: Status) -> Status {
            let order = Status.allCases
            return (order.firstIndex(of: self) ?? 0) >= (order.firstIndex(of: other) ?? 0) ? self : other
        }
    }

    public var source: String
    public var status: Status
    public var mark: SourceMark

    public init(source: String, status: Status, mark: SourceMark) {
        self.source = source
        self.status = status
        self.mark = mark
    }

    /// The note of a mapping with `source` and `status`. Reports what is wrong and gives nil.
    ///
    /// - Parameter others: further keys that the mapping may have.
    public init?(_ node: Node, ignoring others: Set<String> = [], path: String, diagnostics: Diagnostics) {
        guard let entries = node.mapping else {
            diagnostics.error(
                "expected {source: …, status: …}, found \(node.summary)", at: node.mark, path: path)
            return nil
        }
        for entry in entries where !Self.keys.contains(entry.key) && !others.contains(entry.key) {
            diagnostics.error(
                "unknown key \(quotedForMessage(entry.key))", at: entry.keyMark, path: path,
                hint: suggestion(for: entry.key, among: others.sorted() + Self.keys))
        }
        let source = node["source"]?.string ?? ""
        if source.isEmpty {
            diagnostics.error(
                "names no source", at: node["source"]?.mark ?? node.mark, path: path,
                hint: "expected source: and where the number comes from")
        }
        guard let status = node["status"] else {
            diagnostics.error("states no status", at: node.mark, path: path, hint: "expected status: \(Self.statuses)")
            return nil
        }
        guard let known = status.string.flatMap(Status.init(rawValue:)) else {
            diagnostics.error(
                "\(status.summary) is no status", at: status.mark, path: path, hint: "expected \(Self.statuses)")
            return nil
        }
        if source.isEmpty { return nil }
        self.init(source: source, status: known, mark: node.mark)
    }

    private static let keys = ["source", "status"]
    private static let statuses = listed(Status.allCases.map(\.rawValue))
}
