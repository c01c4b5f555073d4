/// The kinds of files, told apart by the key that names what they are.
public enum FileKind: String, CaseIterable, Sendable {
    case machine, workload, mapping, study, table, program

    /// What a file says it is; nil where it has no such key. A saved program names its machine and mapping too: it is one where
    /// its first key says so.
    public init?(_ node: Node) {
        if node.mapping?.first?.key == "program" {
            self = .program
        } else if let kind = Self.allCases.first(where: { $0 != .program && node[$0.rawValue] != nil }) {
            self = kind
        } else {
            return nil
        }
    }
}

extension Node {
    /// Reports a file that says it is of another kind than the one that is wanted there.
    ///
    /// - Returns: false where it is; true for a file that says nothing about itself, which its reader judges.
    public func isOrMayBe(_ kind: FileKind, diagnostics: Diagnostics) -> Bool {
        guard let found = FileKind(self), found != kind else { return true }
        diagnostics.error("expected a \(kind.rawValue), and this is a \(found.rawValue)", at: mark)
        return false
    }
}
