import OrreryEinsum
import OrreryMachine
import OrrerySimulation
import OrreryText

extension Mapping {
    /// The mapping of a cascade where none is given and the machine leaves no choice: its one engine is a core, which runs all Einsums, each
    /// with its loops in the order of its ranks.
    ///
    /// - Parameter path: of the workload.
    /// - Returns: nil for any other machine.
    public static func plain(of cascade: Cascade, on machine: Machine, path: String) -> Mapping? {
        let engines = machine.components.filter { $0.classInfo.role == .engine }
        guard engines.count == 1, engines[0].classInfo.streams == .instructions else { return nil }
        let mark = SourceMark(file: path)
        var group = Group(name: Name(text: "plain", mark: mark))
        group.bind = [
            Named(
                name: Name(text: engines[0].path, mark: mark),
                value: cascade.einsums.map { Name(text: $0.name, mark: mark) })
        ]
        return Mapping(
            name: "plain", path: path, cascade: nil, machine: nil, assumptions: [], mark: mark, parameters: [],
            place: [], groups: [group], cases: [], search: [])
    }
}
