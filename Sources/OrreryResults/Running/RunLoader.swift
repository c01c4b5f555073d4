import Foundation
import OrreryEinsum
import OrreryLowering
import OrreryMachine
import OrrerySimulation
import OrreryText

/// Reads the files of a request; every problem goes to the diagnostics.
struct RunLoader {
    private let request: RunRequest
    private let options: RunOptions
    private let diagnostics: Diagnostics
    private var ofWorkload: [String: Quantity] = [:]
    private var ofMachine: [Override] = []
    private var ofMapping: [Override] = []
    /// Steps of all phases together that one run simulates.
    private static let mostSteps = 100_000

    /// A cascade, or streams, with everything that their lowering needs.
    struct Instance {
        var name: String
        var count: Int
        var content: RunPlan.Part.Content
        var parameters: [String: Quantity]
        /// Where the mapping was searched.
        var choice: MappingChoice?
        /// Its program as the search simulated it.
        var simulated: SimulatedProgram?

        /// Reports names in the mapping that the cascade does not have.
        func checkNames(_ diagnostics: Diagnostics) {
            if case .cascade(let cascade, let mapping) = content { mapping.checkNames(of: cascade, diagnostics) }
        }

        var cascade: Cascade? {
            if case .cascade(let cascade, _) = content { cascade } else { nil }
        }

        var mapping: Mapping? {
            if case .cascade(_, let mapping) = content { mapping } else { nil }
        }
    }

    /// What the path of an override names.
    enum Target {
        case mapping, machine, workload, nothing

        init(of path: String, _ workload: Workload?) {
            let dot = path.utf8.firstIndex(of: UInt8(ascii: "."))
            if path.hasPrefix(MappingOverrides.prefix) {
                self = .mapping
            } else if workload?[parameter: path] != nil
                || dot.map({ end in workload?.stages.contains { $0.name == path[..<end] } ?? false }) ?? false
            {
                self = .workload
            } else {
                self = dot != nil || workload == nil ? .machine : .nothing
            }
        }
    }

    init(_ request: RunRequest, options: RunOptions, diagnostics: Diagnostics) {
        self.request = request
        self.options = options
        self.diagnostics = diagnostics
        if request.overrides.isEmpty { return }
        // What the workload's own files say is reported when they are read with the overrides.
        let names = Workload.load(request.workload, diagnostics: Diagnostics())
        for override in request.overrides { route(override, names) }
    }

    /// Decides whether a path names a value of the mapping, of the workload or of the machine.
    private mutating func route(_ override: RunInputs.Override, _ workload: Workload?) {
        let asker = override.origin == RunInputs.Override.user ? "--set" : "\(override.origin):"
        let label = "\(asker) \(override.path)=\(override.value)"
        let target = Target(of: override.path, workload)
        switch target {
        case .mapping: ofMapping.append(Override(path: override.path, text: override.value, label: label))
        case .machine: ofMachine.append(Override(path: override.path, text: override.value, label: label))
        case .workload, .nothing: break
        }
        if target == .mapping || target == .machine { return }
        guard target == .workload else {
            diagnostics.error(
                "there is no parameter '\(override.path)'", at: SourceMark(file: label),
                hint: override.path == "mapping"
                    ? "give a file with --mapping, one of its values as mapping.depth.K"
                    : suggestion(for: override.path, among: workload?.parameters.map(\.name) ?? []))
            return
        }
        do {
            let expression = try Expression(parsing: override.value)
            ofWorkload[override.path] = try expression.evaluate { _ in nil }
        } catch {
            diagnostics.error(
                error.message, at: SourceMark(file: label), path: override.path, hint: error.hint)
        }
    }

    func machine() -> Machine? { Machine.load(path: request.machine, overrides: ofMachine, diagnostics: diagnostics) }

    func workload() -> Workload? {
        Workload.load(request.workload, overrides: ofWorkload, diagnostics: diagnostics)
    }

    /// The cascades of a workload in the order in which they run, with the mapping of each.
    ///
    /// - Throws: what a search of mappings ends with: `RunInterrupted`, or a machine that cannot be made.
    func instances(of workload: Workload, on machine: Machine) throws -> [Instance] {
        var mappings = Mappings(overrides: MappingOverrides(ofMapping), diagnostics: diagnostics)
        let given = request.isSearchingMappings ? nil : request.mapping.flatMap { mappings.load($0) }
        var result: [Instance] = []
        if request.mapping == nil || request.isSearchingMappings || given != nil {
            for (name, bound) in phases(of: workload) {
                try collect(bound, name: name, count: 1, on: machine, given, &mappings, &result)
            }
        }
        mappings.reportUnusedOverrides()
        return result
    }

    /// Reports what is wrong with mappings where the machine or the workload cannot be had as asked for: they are read
    /// without overrides to know which mappings are meant.
    func checkMappings(_ workload: Workload?, _ machine: Machine?) {
        let silent = Diagnostics()
        if request.isSearchingMappings { return }
        guard let workload = workload ?? Workload.load(request.workload, diagnostics: silent),
            let machine = machine ?? Machine.load(path: request.machine, diagnostics: silent),
            // Only a search ends with an error.
            let instances = try? instances(of: workload, on: machine)
        else { return }
        for instance in instances {
            instance.checkNames(diagnostics)
        }
    }

    /// Every step of every phase; the workload itself where it has none.
    private func phases(of workload: Workload) -> [(String, Workload)] {
        if workload.phases.isEmpty { return [("", workload)] }
        let steps = workload.phases.reduce(0) { $0 + $1.steps }
        guard steps <= Self.mostSteps else {
            diagnostics.error(
                "the phases of '\(workload.name)' have \(steps) steps", at: workload.phases.first?.mark,
                hint: "one run simulates at most \(Self.mostSteps)")
            return []
        }
        return workload.phases.flatMap { phase in
            (0..<phase.steps).compactMap { step in
                workload.bound(to: phase, step: step, diagnostics: diagnostics).map { (phase.name, $0) }
            }
        }
    }

    private func collect(
        _ workload: Workload, name: String, count: Int, on machine: Machine, _ given: Mapping?,
        _ mappings: inout Mappings, _ result: inout [Instance]
    ) throws {
        switch workload.content {
        case .cascade(let cascade):
            if request.isSearchingMappings {
                let parameters = parameters(of: workload)
                guard let choice = try searched(workload, cascade, parameters, on: machine, &mappings) else { return }
                result.append(
                    Instance(
                        name: name, count: count, content: .cascade(cascade, choice.mapping), parameters: parameters,
                        choice: choice.report, simulated: choice.simulated))
                return
            }
            guard let mapping = mapping(for: workload, cascade, machine, given, &mappings) else { return }
            result.append(
                Instance(
                    name: name, count: count, content: .cascade(cascade, mapping), parameters: parameters(of: workload))
            )
        case .stages(let stages):
            for stage in stages {
                try collect(
                    stage.workload, name: name.isEmpty ? stage.name : "\(name)/\(stage.name)",
                    count: count * stage.count, on: machine, given, &mappings, &result)
            }
        case .traffic, .trace:
            guard let streams = TrafficReader.streams(of: workload, diagnostics: diagnostics) else { return }
            result.append(
                Instance(
                    name: name, count: count, content: .streams(streams), parameters: parameters(of: workload)))
        }
    }

    private func parameters(of workload: Workload) -> [String: Quantity] {
        Dictionary(workload.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// Searches a mapping, once for each cascade and its sizes, among the files beside the workload and those that it names.
    private func searched(
        _ workload: Workload, _ cascade: Cascade, _ parameters: [String: Quantity], on machine: Machine,
        _ mappings: inout Mappings
    ) throws -> MappingSearch.Choice? {
        let sizes = cascade.ranks.map { "\($0.name)=\($0.extent)" }.joined(separator: " ")
        let key = "\(workload.path) \(cascade.name) \(sizes)"
        if let known = mappings.searched[key] { return known }
        var search = try MappingSearch(
            cascade, parameters: parameters, on: machine, gap: request.mappingGap, options: options)
        let choice = try search.best(
            of: Self.candidates(for: workload, diagnostics: diagnostics),
            usual: workload.mapping(for: machine.name)?.path,
            diagnostics: diagnostics)
        mappings.searched[key] = .some(choice)
        return choice
    }

    /// The mapping files that a search looks at: those that the workload names, then those in the folder `mappings` beside it.
    ///
    /// - Parameter diagnostics: receives why the folder, where there is one, cannot be read.
    static func candidates(for workload: Workload, diagnostics: Diagnostics) -> [String] {
        let folder = (workload.path.lastIndex(of: "/").map { String(workload.path[...$0]) } ?? "./") + "mappings"
        var beside: [String] = []
        if FileManager.default.fileExists(atPath: folder) {
            do {
                beside = try FileManager.default.contentsOfDirectory(atPath: folder)
            } catch {
                diagnostics.error(
                    "cannot list the mappings to search", at: SourceMark(file: folder),
                    hint: "expected a folder that can be read")
            }
        }
        var files = workload.mappings.map(\.path)
        for file in beside.sorted() where file.hasSuffix(".yaml") && !files.contains("\(folder)/\(file)") {
            files.append("\(folder)/\(file)")
        }
        return files
    }

    /// The mapping that was given, where it is for this cascade, or the workload's own for the machine.
    private func mapping(
        for workload: Workload, _ cascade: Cascade, _ machine: Machine, _ given: Mapping?, _ mappings: inout Mappings
    ) -> Mapping? {
        if let given, given.cascade == nil || given.cascade == cascade.name { return given }
        if let own = workload.mapping(for: machine.name) { return mappings.load(own.path, namedAt: own.mark) }
        if Mapping.isPlain(on: machine) { return mappings.plain(of: cascade, on: machine, path: workload.path) }
        guard mappings.isFirst(missing: workload.path) else { return nil }
        let reason = given.map { "the mapping '\($0.name)' is for '\($0.cascade ?? "")'" }
        diagnostics.error(
            "no mapping of '\(workload.name)' for the machine '\(machine.name)'", at: SourceMark(file: workload.path),
            path: "mappings",
            hint: reason ?? "give one with --mapping, search one with --mapping auto, or add it under mappings:")
        return nil
    }

    /// What went in, with fingerprints.
    func inputs(_ machine: Machine, _ workload: Workload, _ parts: [RunPlan.Part]) -> RunInputs {
        var paths = machine.files + [workload.path]
        for part in parts {
            let traces = part.lowered.program.accesses.compactMap(\.tracePath)
            for path in traces + [part.mapping?.path].compactMap({ $0 }) where !paths.contains(path) {
                paths.append(path)
            }
        }
        var whole = Fingerprint()
        var files: [RunInputs.File] = []
        for path in paths {
            guard case .success(let bytes) = readFile(path) else { continue }
            files.append(RunInputs.File(path: path, hash: Fingerprint(of: bytes)))
            whole.add(Fingerprint(of: bytes).description)
        }
        whole.add(YAMLEmitter.text(of: machine.resolvedNode))
        for part in parts {
            whole.add("\(part.name) \(part.count)")
            for (name, value) in part.parameters.sorted(by: { $0.key < $1.key }) { whole.add("\(name)=\(value)") }
            whole.add(ProgramText(part.lowered.program).description)
        }
        var mappings: [String] = []
        for part in parts {
            guard let name = part.choice.map({ "auto: \($0.name)" }) ?? part.mapping?.name else { continue }
            if !mappings.contains(name) { mappings.append(name) }
        }
        return RunInputs(
            machine: machine.name, workload: workload.name,
            mapping: mappings.isEmpty ? nil : mappings.joined(separator: ", "), files: files,
            overrides: request.overrides, hash: whole)
    }
}

extension RunLoader {
    /// A mapping that was asked for and is for none of the cascades is an error: another one would run in its place.
    func checkMappingIsUsed(_ instances: [Instance]) {
        if let path = request.mapping, !instances.isEmpty, instances.allSatisfy({ $0.cascade == nil }) {
            diagnostics.error(
                "the workload consists of streams, which take no mapping", at: SourceMark(file: "--mapping \(path)"))
            return
        }
        guard let path = request.mapping, !instances.isEmpty, !diagnostics.hasErrors,
            !request.isSearchingMappings, !instances.contains(where: { $0.mapping?.path == path }),
            let given = Mapping.load(path, diagnostics: Diagnostics())
        else { return }
        var names: [String] = []
        for name in instances.compactMap({ $0.cascade?.name }) where !names.contains(name) { names.append(name) }
        diagnostics.error(
            "the mapping '\(given.name)' is for the cascade '\(given.cascade ?? "")'", at: SourceMark(file: path),
            path: "for", hint: "the workload has \(names.joined(separator: ", "))")
    }
}

/// Mapping files, each read once.
private struct Mappings {
    private let diagnostics: Diagnostics
    private var overrides: MappingOverrides
    private var known: [String: Mapping?] = [:]
    private var missing: Set<String> = []
    /// What searches found, nil where they found nothing.
    var searched: [String: MappingSearch.Choice?] = [:]

    init(overrides: MappingOverrides, diagnostics: Diagnostics) {
        self.overrides = overrides
        self.diagnostics = diagnostics
    }

    /// Reports overrides that are meant for no mapping of the run.
    func reportUnusedOverrides() { overrides.reportUnused(diagnostics) }

    /// Whether the lack of a mapping for a workload has not been reported yet.
    mutating func isFirst(missing path: String) -> Bool { missing.insert(path).inserted }

    /// The mapping of a machine that leaves no choice.
    mutating func plain(of cascade: Cascade, on machine: Machine, path: String) -> Mapping? {
        Mapping.plain(of: cascade, on: machine, path: path, overrides: &overrides, diagnostics: diagnostics)
    }

    /// - Parameter mark: where a file names it, nil for what the command line names.
    mutating func load(_ path: String, namedAt mark: SourceMark? = nil) -> Mapping? {
        if let mapping = known[path] { return mapping }
        let isThere = mark.map { Mapping.isReadable(path, namedAt: $0, diagnostics) } ?? true
        let mapping = isThere ? Mapping.load(path, overrides: &overrides, diagnostics: diagnostics) : nil
        known[path] = .some(mapping)
        return mapping
    }
}
