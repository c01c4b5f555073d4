import OrreryEinsum
import OrreryText

/// Groups that run one Einsum alone, for a search to choose from: which engine, which ranks over its rows and columns, in what
/// order the others follow, how long the steps of a tile are, and what is moved again instead of held.
///
/// Nothing here knows what an engine can do: what its class does not take fails to lower and falls out.
public struct EinsumTemplates {
    private let einsum: Einsum
    private let cascade: Cascade
    private let hardware: Hardware
    private let results: [String]
    private let reduced: [String]

    public init(_ einsum: Einsum, of cascade: Cascade, on hardware: Hardware) {
        self.einsum = einsum
        self.cascade = cascade
        self.hardware = hardware
        let reduced = einsum.reduction?.ranks ?? []
        self.reduced = reduced
        results = einsum.iterationRanks.filter { !reduced.contains($0) }
    }

    /// The mapping of the cascade in which each Einsum runs alone, all tensors in the largest memory.
    public static func mapping(of cascade: Cascade, groups: [(einsum: String, text: String)], on hardware: Hardware)
        -> String
    {
        let home = home(on: hardware)
        let places = cascade.tensors.map { "\($0.name): \(home)" }.joined(separator: ", ")
        let lines = groups.map { "  \($0.einsum): \($0.text)" }.joined(separator: "\n")
        return """
            mapping: auto
            for: {cascade: \(cascade.name)}
            place: {\(places)}
            groups:
            \(lines)

            """
    }

    /// The largest memory: where tensors are that come from outside or leave.
    public static func home(on hardware: Hardware) -> String {
        hardware.memories.max { ($0.storage.capacity ?? .max) < ($1.storage.capacity ?? .max) }?.path ?? ""
    }

    /// The groups as YAML, the likelier ones first; side by side those that run the same tiles on the same engine, which keep it
    /// busy for the same time, and differ in their order and in what is moved again.
    public var groups: [[String]] {
        hardware.units.flatMap { unit -> [[String]] in
            guard let columns = extent("\(unit.path).columns") ?? extent("\(unit.path).lanes") else { return [] }
            return groups(on: unit.path, rows: extent("\(unit.path).rows"), columns: columns)
        }
    }

    private func extent(_ path: String) -> Int? { hardware.number(path)?.value.integer }

    private func length(_ rank: String) -> Int { cascade.extent(of: rank) ?? 1 }

    /// A rank cut into tiles: the loop over them, where there are several, and what is inside.
    private struct Tiled {
        var rank: String
        var count: Int
        var size: Int

        init(_ rank: String, length: Int, tile: Int) {
            self.rank = rank
            size = min(length, max(1, tile))
            count = (length + size - 1) / size
        }

        var loop: String? { count > 1 ? (size > 1 ? "\(rank)1" : rank) : nil }
        var inner: String? { size > 1 ? (count > 1 ? "\(rank)0" : rank) : nil }
        var partition: String? { count > 1 && size > 1 ? "\(rank): [\(count), \(size)]" : nil }
    }

    private static let stepLengths = [1 << 20, 4096, 1024, 512, 256, 64, 16, 1]

    private func groups(on unit: String, rows: Int?, columns: Int) -> [[String]] {
        let long = results.filter { length($0) > 1 }
        var spatial: [(row: String?, column: String?)] = [(nil, nil)]
        if rows != nil {
            spatial = long.flatMap { row in long.filter { $0 != row }.map { (row, $0) } }
        } else if !long.isEmpty {
            spatial = long.reversed().map { (nil, $0) }
        }
        return spatial.flatMap { place -> [[String]] in
            let rest = long.filter { $0 != place.row && $0 != place.column }
            // Time goes over what is summed; without a sum, over another rank of the result on an engine of one dimension.
            let inTime = reduced.last ?? (rows == nil ? rest.last : nil)
            let lengths = inTime.map { rank in
                Set(Self.stepLengths.map { min($0, length(rank)) }).sorted(by: >)
            }
            return (lengths ?? [1]).map { steps in
                variants(
                    on: unit, row: place.row.map { Tiled($0, length: length($0), tile: rows ?? 1) },
                    column: place.column.map { Tiled($0, length: length($0), tile: columns) },
                    time: inTime.map { Tiled($0, length: length($0), tile: steps) })
            }
        }
    }

    private func variants(on unit: String, row: Tiled?, column: Tiled?, time: Tiled?) -> [String] {
        let cut = [row, column, time].compactMap { $0 }
        let names = Set(cut.map(\.rank))
        let alone = results.filter { !names.contains($0) && length($0) > 1 }
        let sums = reduced.filter { !names.contains($0) && length($0) > 1 }
        let isSummed = time.map { reduced.contains($0.rank) } ?? false
        let outer = [row?.loop, column?.loop].compactMap { $0 }
        let inTime = [time?.loop].compactMap { $0 }
        let orders = Set([outer, outer.reversed()]).sorted { $0.lexicographicallyPrecedes($1) }
        return orders.flatMap { outer -> [String] in
            let loops = alone + (isSummed ? outer + sums + inTime : inTime + outer + sums)
            return reloads(loops, cut).map { reload in
                text(unit, row: row, column: column, cut: cut, loops: loops, reload: reload)
            }
        }
    }

    /// What may be moved again at loops that do not change it, instead of being held.
    private func reloads(_ loops: [String], _ cut: [Tiled]) -> [[(tensor: String, loops: [String])]] {
        var choices: [(String, [String])] = []
        for input in einsum.inputs where !choices.contains(where: { $0.0 == input.tensor }) {
            let ranks = input.ranks
            let varies = { (loop: String) in
                ranks.contains(cut.first { $0.loop == loop }?.rank ?? loop)
            }
            guard let last = loops.lastIndex(where: varies) else { continue }
            let idle = loops[..<last].filter { !varies($0) }
            if !idle.isEmpty { choices.append((input.tensor, idle)) }
        }
        return (0..<(1 << min(choices.count, 4))).map { mask in
            choices.indices.filter { mask >> $0 & 1 == 1 }.map { choices[$0] }
        }
    }

    private func text(
        _ unit: String, row: Tiled?, column: Tiled?, cut: [Tiled], loops: [String],
        reload: [(tensor: String, loops: [String])]
    ) -> String {
        var parts: [String] = []
        let partition = cut.compactMap(\.partition)
        if !partition.isEmpty { parts.append("partition: {\(partition.joined(separator: ", "))}") }
        parts.append("loops: [\(loops.joined(separator: ", "))]")
        let places = [row?.inner.map { "rows: \($0)" }, column?.inner.map { "columns: \($0)" }].compactMap { $0 }
        if !places.isEmpty { parts.append("spatial: {\(unit): {\(places.joined(separator: ", "))}}") }
        parts.append("bind: {\(unit): [\(einsum.name)]}")
        var tensors: [String] = []
        for tensor in einsum.inputs.map(\.tensor) + [einsum.name] where !tensors.contains(tensor) {
            tensors.append(tensor)
        }
        parts.append("depth: {\(tensors.map { "\($0): 2" }.joined(separator: ", "))}")
        if !reload.isEmpty {
            let entries = reload.map { "\($0.tensor): [\($0.loops.joined(separator: ", "))]" }
            parts.append("reload: {\(entries.joined(separator: ", "))}")
        }
        return "{\(parts.joined(separator: ", "))}"
    }
}
