import OrreryEinsum
import OrreryLowering
import OrreryMachine
import OrreryText

/// Names what a run depends on, without running it: the content of the machine, the workload and the mappings after everything that
/// they extend and all overrides. Paths, comments, layout and notes on sources are no part of it, nor is who asked for an override.
///
/// It keeps what it has read: a study with thousands of points on the same files reads each of them once, and works out again only
/// the components that a point changes. Files must not change while it is used.
public struct InputIdentity {
    /// A file that was read.
    public struct File: Sendable {
        public var path: String
        public var hash: ContentHash
        /// Its content; nil for more than ``longest``, such as traces.
        public var bytes: [UInt8]?

        /// Bytes of a file that are kept at most.
        public static let longest = 1 << 20

        public init(path: String, bytes: [UInt8]) {
            self.path = path
            hash = ContentHash(of: bytes)
            self.bytes = bytes.count > Self.longest ? nil : bytes
        }
    }

    private final class MachineInputs {
        let tree: MachineTree?
        let parts: [(name: String, hash: ContentHash)]
        let files: [File]

        init(tree: MachineTree?, parts: [(name: String, hash: ContentHash)], files: [File]) {
            (self.tree, self.parts, self.files) = (tree, parts, files)
        }
    }

    private final class WorkloadInputs {
        let workload: Workload?
        /// Of everything but the parameters.
        let hash: ContentHash
        /// Each parameter with its value, or with the expression that gives it.
        let parameters: [(name: String, text: String)]
        let files: [File]
        private var targets: [String: RunLoader.Target] = [:]

        init(workload: Workload?, hash: ContentHash, parameters: [(name: String, text: String)], files: [File]) {
            (self.workload, self.hash, self.parameters, self.files) = (workload, hash, parameters, files)
        }

        /// What the path of an override names beside the workload.
        func target(of path: String) -> RunLoader.Target {
            if let known = targets[path] { return known }
            let target = RunLoader.Target(of: path, workload)
            targets[path] = target
            return target
        }
    }

    private struct Part: Hashable {
        var machine: String
        var overrides: [RunInputs.Override]

        func hash(into hasher: inout Hasher) {
            hasher.combine(machine)
            for override in overrides {
                hasher.combine(override.path)
                hasher.combine(override.value)
            }
        }
    }

    private struct Mapped: Hashable {
        var machine: String
        var workload: String
        var mapping: String?
    }

    private var machines: [String: MachineInputs] = [:]
    private var parts: [Part: ContentHash] = [:]
    private var namedFiles: [Part: (hash: ContentHash, files: [File])] = [:]
    private var workloads: [String: WorkloadInputs] = [:]
    private var mappings: [Mapped: (hash: ContentHash, files: [File])] = [:]
    private var values: [String: String] = [:]
    /// Whether a text gives a number.
    private var numbers: [String: Bool] = [:]

    public init() {}

    /// The fingerprint of what a run of the request depends on.
    ///
    /// Requests that cannot be run have one too: it changes when their files do.
    /// - Parameter repetition: what is folded or estimated; results say what was.
    public mutating func hash(of request: RunRequest, repetition: Repetition = .standard) -> ContentHash {
        var hash = ContentHash()
        hash.add("orrery-point/1")
        hash.add(repetition.identity)
        let workload = inputs(workload: request.workload)
        var ofWorkload: [String: String] = [:]
        var ofMachine: [RunInputs.Override] = []
        var rest: [(String, String)] = []
        for override in request.overrides {
            switch workload.target(of: override.path) {
            case .workload: ofWorkload[override.path] = value(override.value)
            case .machine: ofMachine.append(override)
            case .mapping, .nothing: rest.append((override.path, override.value))
            }
        }
        add(machine: request.machine, ofMachine, to: &hash)
        hash.add(workload.hash)
        for (name, text) in workload.parameters {
            hash.add(name)
            hash.add(ofWorkload.removeValue(forKey: name) ?? text)
        }
        for (path, text) in ofWorkload.sorted(by: { $0.key < $1.key }) + rest.sorted(by: { $0.0 < $1.0 }) {
            hash.add(path)
            hash.add(text)
        }
        hash.add(mapping(request).hash)
        if request.isSearchingMappings { hash.add("gap \(request.mappingGap)") }
        return hash
    }

    /// The files that a run of the request reads, each once.
    public mutating func files(of request: RunRequest) -> [File] {
        let named = named(request.machine, ofMachine(request))
        let all =
            inputs(machine: request.machine).files + named.files + inputs(workload: request.workload).files
            + mapping(request).files
        var seen: Set<String> = []
        return all.filter { seen.insert($0.path).inserted }
    }

    private mutating func add(machine path: String, _ overrides: [RunInputs.Override], to hash: inout ContentHash) {
        let machine = inputs(machine: path)
        var changes: [String: [RunInputs.Override]] = [:]
        for override in overrides { changes[override.part, default: []].append(override) }
        for (name, own) in machine.parts {
            hash.add(name)
            hash.add(changes.removeValue(forKey: name).map { part(path, name, $0) } ?? own)
        }
        // Sections that the file does not have, and components that there are not.
        for (name, own) in changes.sorted(by: { $0.key < $1.key }) {
            hash.add(name)
            hash.add(part(path, name, own))
        }
        hash.add(named(path, overrides).hash)
    }

    private mutating func part(_ path: String, _ name: String, _ overrides: [RunInputs.Override]) -> ContentHash {
        let key = Part(machine: path, overrides: overrides.map { .init(path: $0.path, value: $0.value, origin: "") })
        if let known = parts[key] { return known }
        var hash = ContentHash()
        let changes = overrides.map { Override(path: $0.path, text: $0.value) }
        if let node = inputs(machine: path).tree?.part(name, with: changes) {
            hash.add(node)
        } else {
            for override in key.overrides {
                hash.add(override.path)
                hash.add(override.value)
            }
        }
        parts[key] = hash
        return hash
    }

    private mutating func inputs(machine path: String) -> MachineInputs {
        if let known = machines[path] { return known }
        let log = FileLog()
        let tree = FileLog.$current.withValue(log) { MachineTree(path: path, diagnostics: Diagnostics()) }
        var parts = (tree?.parts ?? []).map { part in
            var hash = ContentHash()
            hash.add(part.node)
            return (name: part.name, hash: hash)
        }
        // What cannot be read as a machine is told apart by its bytes.
        if tree == nil { parts = [("", Self.hash(of: log))] }
        let inputs = MachineInputs(tree: tree, parts: parts, files: Self.files(of: log))
        machines[path] = inputs
        return inputs
    }

    private mutating func ofMachine(_ request: RunRequest) -> [RunInputs.Override] {
        let workload = inputs(workload: request.workload)
        return request.overrides.filter { workload.target(of: $0.path) == .machine }
    }

    /// The files that the values of a machine name: tables of energies and areas, devices and other parts with what they extend.
    private mutating func named(
        _ path: String, _ overrides: [RunInputs.Override]
    ) -> (hash: ContentHash, files: [File]) {
        // A number names no file; what is left decides which files are read.
        let named = overrides.filter { !isNumber($0.value) }
        let key = Part(machine: path, overrides: named.map { .init(path: $0.path, value: $0.value, origin: "") })
        if let known = namedFiles[key] { return known }
        let log = FileLog()
        FileLog.$current.withValue(log) {
            _ = Machine.load(
                path: path, overrides: named.map { Override(path: $0.path, text: $0.value) },
                diagnostics: Diagnostics())
        }
        let layers = Set(inputs(machine: path).files.map(\.path))
        let found = (Self.hash(of: log, without: layers), Self.files(of: log).filter { !layers.contains($0.path) })
        namedFiles[key] = found
        return found
    }

    private mutating func inputs(workload path: String) -> WorkloadInputs {
        if let known = workloads[path] { return known }
        let log = FileLog()
        let workload = FileLog.$current.withValue(log) {
            let workload = Workload.load(path, diagnostics: Diagnostics())
            let saved = workload == nil ? SavedProgram.load(path: path, diagnostics: Diagnostics()) : nil
            let traces = saved?.parts.flatMap { $0.program.accesses.compactMap(\.tracePath) }
            for trace in traces ?? workload?.tracePaths ?? [] { _ = readFile(trace) }
            return workload
        }
        var hash = Self.hash(of: log, without: [path])
        var parameters: [(name: String, text: String)] = []
        if let root = YAML.load(path: path, diagnostics: Diagnostics()), workload != nil {
            hash.add(root.removing("parameters"))
            parameters = (root["parameters"]?.mapping ?? []).map { entry in
                let node = entry.value["value"] ?? entry.value
                return (entry.key, node.string.map { value($0) } ?? YAMLEmitter.line(of: node))
            }
        } else {
            hash.add(Self.hash(of: log))
        }
        let inputs = WorkloadInputs(
            workload: workload, hash: hash, parameters: parameters, files: Self.files(of: log))
        workloads[path] = inputs
        return inputs
    }

    /// The mappings that the request and the workload name for the machine, with what they extend.
    private mutating func mapping(_ request: RunRequest) -> (hash: ContentHash, files: [File]) {
        let key = Mapped(machine: request.machine, workload: request.workload, mapping: request.mapping)
        if let known = mappings[key] { return known }
        let name = inputs(machine: request.machine).tree?.name ?? ""
        let workload = inputs(workload: request.workload).workload
        let log = FileLog()
        let paths =
            request.isSearchingMappings
            ? workload?.mappingCandidates ?? []
            : [request.mapping].compactMap { $0 } + (workload?.mappingPaths(for: name) ?? [])
        FileLog.$current.withValue(log) {
            for path in paths {
                _ = Mapping.load(path, diagnostics: Diagnostics())
            }
        }
        var hash = Self.hash(of: log)
        hash.add(request.isSearchingMappings ? "searched" : request.mapping == nil ? "default" : "given")
        let found = (hash, Self.files(of: log))
        mappings[key] = found
        return found
    }

    private mutating func isNumber(_ text: String) -> Bool {
        if let known = numbers[text] { return known }
        let isNumber = Quantity(arithmetic: text) != nil
        numbers[text] = isNumber
        return isNumber
    }

    /// A number in canonical units, so that 1Ki and 1024 are the same; other text as it is.
    private mutating func value(_ text: String) -> String {
        if let known = values[text] { return known }
        let value = Quantity(arithmetic: text).map { "\($0.value) \($0.dimension.canonicalUnit)" } ?? text
        values[text] = value
        return value
    }

    private static func files(of log: FileLog) -> [File] {
        log.files.compactMap { file in
            file.bytes.map { File(path: file.path, bytes: $0) }
        }
    }

    /// What the files say, in the order in which they were read: their trees, the bytes of what is no YAML.
    private static func hash(of log: FileLog, without paths: Set<String> = []) -> ContentHash {
        var hash = ContentHash()
        for file in log.files where !paths.contains(file.path) {
            guard let bytes = file.bytes else {
                hash.add("missing")
                continue
            }
            let diagnostics = Diagnostics()
            if let node = YAML.parse(bytes, file: file.path, diagnostics: diagnostics), !diagnostics.hasErrors {
                hash.add(node)
            } else {
                hash.add(ContentHash(of: bytes))
            }
        }
        return hash
    }
}

extension RunInputs.Override {
    /// The component or section of a machine that it changes.
    fileprivate var part: String { String(MachineTree.part(of: path)) }
}

extension Workload {
    /// The default mappings for a machine of everything that it consists of.
    fileprivate func mappingPaths(for machine: String) -> [String] {
        [mapping(for: machine)?.path].compactMap { $0 } + stages.flatMap { $0.workload.mappingPaths(for: machine) }
    }

    /// The recorded streams of everything that it consists of.
    fileprivate var tracePaths: [String] {
        var paths = stages.flatMap(\.workload.tracePaths)
        guard case .trace(let node) = content else { return paths }
        for item in node.sequence ?? [node] {
            let file = item["file"] ?? item
            guard let name = file.string else { continue }
            let folder = file.mark.file.lastIndex(of: "/").map { String(file.mark.file[...$0]) } ?? ""
            paths.append(name.hasPrefix("/") ? name : folder + name)
        }
        return paths
    }

    /// The mappings among which one is searched for everything that it consists of.
    ///
    /// The run says what is wrong with them.
    fileprivate var mappingCandidates: [String] {
        RunLoader.candidates(for: self, diagnostics: Diagnostics()) + stages.flatMap(\.workload.mappingCandidates)
    }
}
