import OrreryEinsum
import OrrerySimulation
import OrreryText

/// Binds the Einsums of a group to units and lays out their iteration spaces; reports what fits nothing on the machine.
struct Binder {
    let cascade: Cascade
    let group: Mapping.Group
    let space: RankSpace
    let hardware: Hardware
    let diagnostics: Diagnostics

    func bind() -> [MappedEinsum] {
        checkSpatial()
        var result: [MappedEinsum] = []
        for einsum in cascade.einsums {
            let homes = group.bind.filter { entry in entry.value.contains { $0.text == einsum.name } }
            guard let home = homes.first else { continue }
            if homes.count > 1 {
                diagnostics.error(
                    "'\(einsum.name)' is bound to both '\(home.name.text)' and '\(homes[1].name.text)'",
                    at: homes[1].name.mark, path: "bind")
            }
            guard let unit = hardware.unit(home.name.text) else { continue }
            if let mapped = map(einsum, unit) { result.append(mapped) }
        }
        for entry in group.bind where hardware.unit(entry.name.text) == nil {
            diagnostics.error(
                "the machine '\(hardware.name)' has no engine '\(entry.name.text)'", at: entry.name.mark, path: "bind",
                hint: suggestion(for: entry.name.text, among: hardware.units.map(\.path)))
        }
        return result
    }

    /// What cannot be laid out as it says.
    func checkSpatial() {
        for pass in group.passes where group.loops.contains(pass) {
            diagnostics.error("'\(pass.text)' is already one of the loops", at: pass.mark, path: "passes")
        }
        let targets = hardware.units.map(\.path) + cascade.einsums.map(\.name)
        for entry in group.spatial where !targets.contains(entry.name.text) {
            diagnostics.error(
                "'\(entry.name.text)' is neither an engine nor an Einsum", at: entry.name.mark, path: "spatial",
                hint: suggestion(for: entry.name.text, among: targets))
        }
    }

    /// Tiles have addresses that are affine in the loops.
    private func reportUnmapped(_ access: OrreryEinsum.Access, of einsum: Einsum, at mark: SourceMark) {
        guard let lookup = access.lookups.first else {
            diagnostics.error(
                "'\(einsum.name)' reads \(access), a generation that is neither this one, the one before, the first nor the last",
                at: mark, path: "bind")
            return
        }
        let cores = hardware.units.filter(\.runsInstructions).map { "'\($0.path)'" }
        diagnostics.error(
            "'\(einsum.name)' reads \(access), whose address depends on what '\(lookup.tensor)' holds: only a core runs that",
            at: mark, path: "bind",
            hint: cores.isEmpty
                ? "run it on a machine with a core, such as HardwareSpecs/champsim-a.yaml, as a stage of its own"
                : "bind it to \(cores.joined(separator: " or ")), with a mapping of its own")
    }

    private func map(_ einsum: Einsum, _ unit: Int) -> MappedEinsum? {
        let mark = group.bind.flatMap(\.value).first { $0.text == einsum.name }?.mark ?? group.name.mark
        var accesses: [MappedAccess] = []
        for access in [einsum.output] + einsum.inputs {
            guard let tensor = cascade.tensor(named: access.tensor), let mapped = MappedAccess(access, tensor, space)
            else {
                reportUnmapped(access, of: einsum, at: mark)
                return nil
            }
            accesses.append(mapped)
        }
        let ranks = space.expanded(einsum.iterationRanks).filter { space.fixed[$0] == nil }
        let loops = group.loops.map(\.text).filter { ranks.contains($0) }
        let passes = group.passes.map(\.text).filter { ranks.contains($0) }
        let spatial =
            group.spatial.first { $0.name.text == einsum.name }
            ?? group.spatial.first { $0.name.text == hardware.units[unit].path }
        func inside(_ names: [Mapping.Name]?) -> [String] {
            (names ?? []).map(\.text).filter { ranks.contains($0) && !loops.contains($0) && !passes.contains($0) }
        }
        let rows = inside(spatial?.value.rows)
        let columns = inside(spatial?.value.columns).filter { !rows.contains($0) }
        let taken = Set(loops + passes + rows + columns)
        for rank in einsum.iterativeRanks where !loops.contains(rank) && !passes.contains(rank) {
            diagnostics.error(
                "'\(einsum.name)' computes generations along '\(rank)', which is no loop", at: mark, path: "loops")
        }
        return MappedEinsum(
            einsum: einsum, unit: unit, output: accesses[0], inputs: Array(accesses.dropFirst()), ranks: ranks,
            loops: loops, passes: passes, rows: rows, columns: columns, steps: ranks.filter { !taken.contains($0) })
    }
}
