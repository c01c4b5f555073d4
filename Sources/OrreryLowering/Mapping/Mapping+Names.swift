import OrreryEinsum
import OrreryText

extension Mapping {
    /// Reports every tensor that the mapping names and the cascade does not have.
    public func checkNames(of cascade: Cascade, _ diagnostics: Diagnostics) {
        let known = cascade.tensors.map(\.name)
        var seen: Set<SourceMark> = []
        func check(_ names: [Name], _ path: String) {
            for name in names where !known.contains(name.text) && seen.insert(name.mark).inserted {
                diagnostics.error(
                    "the cascade has no tensor '\(name.text)'", at: name.mark, path: path,
                    hint: suggestion(for: name.text, among: known))
            }
        }
        for group in groups + cases.flatMap(\.groups) {
            check(group.depth.map(\.name), "depth")
            check(group.reload.map(\.name), "reload")
            check(group.spill.map(\.name), "spill")
            check(group.share.flatMap { [$0.name, $0.value] }, "share")
            check(group.after.flatMap { [$0.name, $0.value] }, "after")
            // `QK.spill` is the staging of what spills of QK.
            let unbounded = group.unbounded.map { name in
                name.text.hasSuffix(".spill") ? Name(text: String(name.text.dropLast(6)), mark: name.mark) : name
            }
            check(group.through + group.direct + group.pipelined + unbounded, "through, direct, pipelined or unbounded")
            check(group.copy.map(\.name), "copy")
        }
        check(place.map(\.name), "place")
    }
}
