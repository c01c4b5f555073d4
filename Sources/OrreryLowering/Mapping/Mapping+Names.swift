import OrreryEinsum
import OrreryText

extension Mapping {
    /// Reports every tensor, rank and Einsum that the mapping names and the cascade does not have: what it says of them would do
    /// nothing. Names of the machine are checked when the mapping is lowered.
    public func checkNames(of cascade: Cascade, _ diagnostics: Diagnostics) {
        if let name = self.cascade, name != cascade.name {
            diagnostics.error(
                "the mapping '\(self.name)' is for the cascade '\(name)', not for '\(cascade.name)'", at: mark,
                path: "for")
            return
        }
        var check = NameCheck(cascade: cascade, diagnostics: diagnostics)
        for group in groups + cases.flatMap(\.groups) { check.check(group) }
        check.tensors(place.map(\.name), "place")
    }
}

/// What is known of a cascade's names. A word that several cases share is reported once.
private struct NameCheck {
    let cascade: Cascade
    let diagnostics: Diagnostics
    private let tensorNames: [String]
    private let einsumNames: [String]
    private var seen: Set<SourceMark> = []

    init(cascade: Cascade, diagnostics: Diagnostics) {
        self.cascade = cascade
        self.diagnostics = diagnostics
        tensorNames = cascade.tensors.map(\.name)
        einsumNames = cascade.einsums.map(\.name)
    }

    mutating func check(_ group: Mapping.Group) {
        checkRanks(group)
        for entry in group.bind { einsums(entry.value, "bind.\(entry.name.text)") }
        for entry in group.order { einsums(entry.value.joined().map(\.name), "order.\(entry.name.text)") }
        tensors(group.depth.map(\.name), "depth")
        tensors(group.reload.map(\.name), "reload")
        tensors(group.spill.map(\.name), "spill")
        for entry in group.spill {
            let readers = entry.value.fractions.map(\.name).filter { !$0.text.isEmpty && $0.text != "write" }
            einsums(readers, "spill.\(entry.name.text)")
        }
        tensors(group.share.flatMap { [$0.name, $0.value] }, "share")
        tensors(group.after.flatMap { [$0.name, $0.value] }, "after")
        // `QK.spill` is the staging of what spills of QK.
        let unbounded = group.unbounded.map { name in
            name.text.hasSuffix(".spill") ? Mapping.Name(text: String(name.text.dropLast(6)), mark: name.mark) : name
        }
        tensors(
            group.through + group.direct + group.pipelined + unbounded, "through, direct, pipelined or unbounded")
        tensors(group.copy.map(\.name), "copy")
    }

    private mutating func checkRanks(_ group: Mapping.Group) {
        let whole = cascade.ranks.map(\.name)
        report(group.partition.map(\.name), "partition", among: whole) { "the cascade has no rank '\($0)'" }
        let parts = whole.flatMap { group.parts(of: $0) }
        func isMissing(_ name: String) -> String { "there is no rank '\(name)'" }
        report(group.loops, "loops", among: parts, isMissing)
        report(group.passes, "passes", among: parts, isMissing)
        for entry in group.spatial {
            report(entry.value.rows + entry.value.columns, "spatial.\(entry.name.text)", among: parts, isMissing)
        }
        for entry in group.reload {
            report(entry.value.map(\.loop), "reload.\(entry.name.text)", among: parts, isMissing)
        }
        report(group.split.map(\.rank), "split", among: parts, isMissing)
    }

    mutating func tensors(_ names: [Mapping.Name], _ path: String) {
        report(names, path, among: tensorNames) { "the cascade has no tensor '\($0)'" }
    }

    private mutating func einsums(_ names: [Mapping.Name], _ path: String) {
        let cascade = cascade.name
        report(names, path, among: einsumNames) { "the cascade '\(cascade)' has no Einsum '\($0)'" }
    }

    private mutating func report(
        _ names: [Mapping.Name], _ path: String, among known: [String], _ message: (String) -> String
    ) {
        for name in names where !known.contains(name.text) && seen.insert(name.mark).inserted {
            diagnostics.error(
                message(name.text), at: name.mark, path: path, hint: suggestion(for: name.text, among: known))
        }
    }
}

extension Mapping.Group {
    /// What a rank of the cascade is called here: `p: [P2, P1, 256]` gives p2, p1 and p0.
    func parts(of rank: String) -> [String] {
        guard let entry = partition.first(where: { $0.name.text == rank }) else { return [rank] }
        return entry.value.indices.reversed().map { "\(rank)\($0)" }
    }
}
