import ArgumentParser
import Orrery

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Report every problem of files at once, with its place.",
        discussion: """
            Machines, workloads, mappings, studies, tables and saved programs are told apart by their keys. Of a workload the mappings
            that it names are checked too, of a study all files that it names, with the values of each axis. What a mapping names is
            checked against the cascade: of a mapping that the workload does not name with --mapping. Ends with 2 where there is an
            error.

              orrery check HardwareSpecs/*.yaml Workloads/*.yaml
              orrery check MACHINE WORKLOAD --mapping Workloads/mappings/fusemax-binding.yaml
              orrery check HardwareSpecs/fusemax.yaml --sources
            """)

    @Argument(help: "Files to check.", completion: .file(extensions: ["yaml"]))
    var files: [String]

    @Option(
        help: "Mapping file to check for the machine and the workload, the two files given.",
        completion: .file(extensions: ["yaml"]))
    var mapping: String?

    @Flag(help: "List the numbers of machines that name no source, and how sure the others are.")
    var sources = false

    func validate() throws {
        if mapping != nil, files.count != 2 {
            throw ValidationError("--mapping takes a machine and a workload beside it; found \(files.count) files.")
        }
    }

    func run() throws {
        let diagnostics = Diagnostics()
        var lines: [String] = []
        for file in files + (mapping.map { [$0] } ?? []) { lines += check(file, diagnostics) }
        if let mapping {
            RunRequest(machine: files[0], workload: files[1], mapping: mapping).check(diagnostics: diagnostics)
        }
        for problem in diagnostics.all { Terminal.complain(problem.description) }
        if diagnostics.hasErrors { throw Failure("", .badInput) }
        Terminal.print(lines.joined(separator: "\n"))
    }

    private func check(_ file: String, _ diagnostics: Diagnostics) -> [String] {
        guard let node = YAML.load(path: file, diagnostics: diagnostics) else { return [] }
        guard let kind = FileKind(node) else {
            diagnostics.error(
                "no kind of file that Orrery knows", at: node.mark,
                hint: "expected one of the keys \(FileKind.allCases.map(\.rawValue).joined(separator: ", "))")
            return []
        }
        switch kind {
        case .machine:
            guard let machine = Machine.load(path: file, diagnostics: diagnostics) else { return [] }
            return ["\(file): machine \(machine.name), \(machine.components.count) components"]
                + (sources ? report(machine) : [])
        case .workload:
            guard let workload = Workload.load(file, diagnostics: diagnostics) else { return [] }
            workload.checkMappings(diagnostics: diagnostics)
            switch workload.content {
            case .cascade, .stages:
                return ["\(file): workload \(workload.name), \(workload.cascades.count) cascades"]
            case .traffic, .trace:
                guard let streams = TrafficReader.streams(of: workload, diagnostics: diagnostics) else { return [] }
                return ["\(file): workload \(workload.name), \(streams.count) streams"]
            }
        case .mapping:
            guard let mapping = Mapping.load(file, diagnostics: diagnostics) else { return [] }
            return ["\(file): mapping \(mapping.name)"]
        case .study:
            guard let study = Study.load(path: file, diagnostics: diagnostics) else { return [] }
            study.check(diagnostics: diagnostics)
            return ["\(file): study \(study.name)"]
        case .program:
            guard let program = SavedProgram.load(path: file, diagnostics: diagnostics) else { return [] }
            return ["\(file): program of \(program.workload) for \(program.machine), \(program.parts.count) parts"]
        case .table:
            guard let name = CostTableFile.check(path: file, diagnostics: diagnostics) else { return [] }
            return ["\(file): table \(name)"]
        }
    }

    private func report(_ machine: Machine) -> [String] {
        var counts: [String: Int] = [:]
        for source in machine.sources { counts[source.status, default: 0] += 1 }
        let summary = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let missing = machine.unsourced.map { "  \($0.mark): \($0.path) = \($0.text) names no source" }
        return ["  numbers by status: \(summary.isEmpty ? "none" : summary)"] + missing
    }
}
