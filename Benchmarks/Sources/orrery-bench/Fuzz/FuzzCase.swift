import Orrery

/// One hostile input: read, and where it was accepted, used. Whatever it is, the answer is a value or a report.
struct FuzzCase {
    let seed: Int
    let tree: FuzzTree
    /// Prints the hostile text before it is read, for who repeats the case.
    var showsInput = false
    private var input = "" {
        didSet { if showsInput { print(input) } }
    }

    init(seed: Int, tree: FuzzTree) {
        self.seed = seed
        self.tree = tree
    }

    /// - Returns: what is wrong with the answer; nil where nothing is.
    mutating func run() throws -> String? {
        var random = FuzzRandom(seed: seed)
        switch random.below(10) {
        case 0: return document(&random)
        case 1: return expression(&random)
        case 2, 3: return try file(&random)
        case 4: return try surelyBroken(&random)
        default: return try wholeRun(&random)
        }
    }

    // MARK: Text

    private mutating func document(_ random: inout FuzzRandom) -> String? {
        let bytes =
            random.chance(60)
            ? Garbage.document(&random) : Mutation.spoil(original(&random).text, others: others, &random)
        input = String(decoding: bytes, as: UTF8.self)
        let diagnostics = Diagnostics()
        let node = YAML.parse(bytes, file: "fuzz.yaml", diagnostics: diagnostics)
        guard let node, !diagnostics.hasErrors else {
            return diagnostics.hasErrors ? nil : "there is neither a document nor a problem"
        }
        let text = YAMLEmitter.text(of: node)
        let again = YAML.parse(text, file: "again.yaml", diagnostics: diagnostics)
        guard let again, !diagnostics.hasErrors else { return "written again it cannot be read: \(diagnostics.all)" }
        return YAMLEmitter.text(of: again) == text ? nil : "written again it is another document"
    }

    private mutating func expression(_ random: inout FuzzRandom) -> String? {
        input = Garbage.expression(&random)
        _ = try? Quantity(parsing: input)
        guard let expression = try? Expression(parsing: input) else { return nil }
        let value: (String) -> Quantity? = { $0 == "M" ? Quantity(1 << 62) : "3 B" }
        if expression.isCondition { _ = try? expression.holds(value) } else { _ = try? expression.evaluate(value) }
        return nil
    }

    // MARK: Files

    private var others: [[UInt8]] { tree.files.compactMap { tree.texts[$0] } }

    private func original(_ random: inout FuzzRandom) -> (file: String, text: [UInt8]) {
        let file = random.element(of: tree.files)
        return (file, tree.texts[file] ?? [])
    }

    private mutating func file(_ random: inout FuzzRandom) throws -> String? {
        let (file, text) = original(&random)
        let spoilt = random.chance(90) ? Mutation.spoil(text, others: others, &random) : Garbage.document(&random)
        return try read(spoilt, as: file, mustFail: nil)
    }

    private mutating func surelyBroken(_ random: inout FuzzRandom) throws -> String? {
        let (file, text) = original(&random)
        // A table is only looked at as far as a machine needs it.
        let isTable = file.contains("tables/")
        let broken = Mutation.breakSurely(text, &random)
        return try read(broken.text, as: file, mustFail: isTable ? nil : broken.what)
    }

    /// Reads the file alone. What is wrong must be reported; a reader may still return what it understood of it.
    private mutating func read(_ text: [UInt8], as file: String, mustFail: String?) throws -> String? {
        input = "\(file):\n" + String(decoding: text, as: UTF8.self)
        let diagnostics = Diagnostics()
        let isRead = try tree.with(text, in: file) {
            let path = tree.path(file)
            if file.hasPrefix("Studies/") {
                let study = Study.load(path: path, diagnostics: diagnostics)
                if let study, study.axes.reduce(1, { min(100_000, $0 * max(1, $1.values.count)) }) < 100_000 {
                    _ = try? study.points()
                }
                return study != nil
            }
            if file.contains("mappings/") { return Mapping.load(path, diagnostics: diagnostics) != nil }
            if file.hasPrefix("Workloads/") { return Workload.load(path, diagnostics: diagnostics) != nil }
            if file.contains("tables/") {
                let machine = tree.path("HardwareSpecs/fusemax.yaml")
                return Machine.load(path: machine, diagnostics: diagnostics) != nil
            }
            return Machine.load(path: path, diagnostics: diagnostics) != nil
        }
        if !isRead, !diagnostics.hasErrors { return "it is rejected without an error" }
        if let mustFail, !diagnostics.hasErrors { return "\(mustFail) in \(file) goes unnoticed" }
        return nil
    }

    // MARK: Whole runs

    /// Machine, workload and mapping that fit, with parameters that keep the run short.
    private static let runs: [(machine: String, workload: String, mapping: String, parameters: [String])] = [
        ("fusemax", "attention-1pass", "fusemax-binding", ["B=1", "H=2", "M=1024"]),
        ("fusemax", "attention-1pass", "fusemax-architecture", ["B=1", "H=2", "M=1000", "P=777"]),
        ("flat", "attention-3pass", "flat", ["B=1", "H=2", "M=1024"]),
        ("flat", "attention-1pass", "flat-cascade", ["B=1", "H=2", "M=1024"]),
        ("flat", "attention-3pass", "unfused", ["B=1", "H=2", "M=1024"]),
        ("two-arrays", "gemm", "gemm-two-arrays", ["M=200", "N=300", "K=100"]),
        ("scalesim", "gemm", "gemm-weight-resident", ["M=100", "N=70", "K=33"]),
        ("stonne", "gemm", "gemm-output-resident", ["M=20", "N=30", "K=10"]),
    ]

    private mutating func wholeRun(_ random: inout FuzzRandom) throws -> String? {
        let run = random.element(of: Self.runs)
        let files = [
            "HardwareSpecs/\(run.machine).yaml", "Workloads/\(run.workload).yaml",
            "Workloads/mappings/\(run.mapping).yaml",
        ]
        let file = random.element(of: files)
        let text = Mutation.spoil(tree.texts[file] ?? [], others: others, &random)
        var request = RunRequest(
            machine: tree.path(files[0]), workload: tree.path(files[1]), mapping: tree.path(files[2]))
        var settings = run.parameters
        if random.chance(15) { settings[random.below(settings.count)] += random.element(of: Mutation.hostile) }
        request.overrides = settings.map { setting in
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            return .init(path: parts[0], value: parts[1])
        }
        input = "\(files) \(settings)\n\(file):\n" + String(decoding: text, as: UTF8.self)
        return try tree.with(text, in: file) { Self.run(request) }
    }

    private static func run(_ request: RunRequest) -> String? {
        do {
            let plan = try RunPlan(request)
            let asked = Countdown(8)
            var options = RunOptions()
            options.shouldStop = { asked.isOver }
            let run = try Simulator.run(plan, options: options)
            _ = Summary(run.result).text
            return run.result.latency.seconds >= 0 ? nil : "the latency is \(run.result.latency.seconds)"
        } catch let problems as InputErrors {
            return problems.diagnostics.contains { $0.severity == .error } ? nil : "it is rejected without an error"
        } catch is ReconciliationError {
            return "its totals do not reconcile"
        } catch {
            return "\(error)".isEmpty ? "an error says nothing" : nil
        }
    }
}
