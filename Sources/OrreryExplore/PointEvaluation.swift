import OrreryLowering
import OrreryResults
import OrreryText

extension StudyRun.Answer {
    /// Runs one point as `orrery run` would.
    ///
    /// - Parameter options: how; see ``Study/work(_:repetition:)`` for what the point's settings change about it.
    public static func running(_ study: Study, _ point: Point, options: RunOptions) -> StudyRun.Answer {
        do {
            return try study.work(point, repetition: options.repetition).answer(options)
        } catch {
            return .failure("\(error)", exitCode: exitCode(error))
        }
    }

    /// What `orrery run` gives for the error: 2 bad input, 5 infeasible, 130 interrupted, 3 for all others.
    static func exitCode(_ error: any Error) -> Int {
        switch error {
        case is InputErrors, is Diagnostic, is EmptyWorkload: 2
        case is CapacityErrors: 5
        case is RunInterrupted: 130
        default: 3
        }
    }
}

extension PointWork {
    /// Runs it in this process, as `orrery run` would.
    public func answer(_ options: RunOptions = RunOptions()) -> StudyRun.Answer {
        var options = options
        options.counterfactuals = 0
        options.repetition = repetition
        do {
            return .result(try Simulator.run(request, options: options).result.json(detail: false))
        } catch {
            return .failure("\(error)", exitCode: StudyRun.Answer.exitCode(error))
        }
    }
}

extension Study {
    /// What to run at a point, and how.
    ///
    /// - Parameter repetition: of points that do not say otherwise. A point's `no_fold: true` simulates every cycle, `exact: true`
    ///   estimates nothing, `tolerance` is that of what is estimated; what asks for more exactness holds.
    /// - Throws: `InputErrors` where the point names no machine or no workload, or a setting is none.
    public func work(_ point: Point, repetition: Repetition = .standard) throws(InputErrors) -> PointWork {
        let request = try request(point)
        let isSimulated = try flag("no_fold", of: point)
        let isExact = try flag("exact", of: point)
        let tolerance = try tolerance(of: point)
        var own = repetition
        if let tolerance, own.tolerance != nil { own = .estimated(tolerance: tolerance) }
        if isExact, own.folds { own = .folded }
        if isSimulated { own = .simulated }
        return PointWork(request: request, repetition: own)
    }

    private func flag(_ name: String, of point: Point) throws(InputErrors) -> Bool {
        guard let setting = point.setting(name) else { return false }
        switch setting.value {
        case "true": return true
        case "false": return false
        default: throw Self.problem(setting, "expected true or false")
        }
    }

    private func tolerance(of point: Point) throws(InputErrors) -> Double? {
        guard let setting = point.setting("tolerance") else { return nil }
        if let tolerance = Repetition.tolerance(setting.value) { return tolerance }
        throw Self.problem(setting, "expected a fraction above 0 and below 100 %, such as '0.5 %'")
    }

    private static func problem(_ setting: Setting, _ message: String) -> InputErrors {
        InputErrors(diagnostics: [
            Diagnostic(.error, "\(message), found '\(setting.value)'", at: setting.mark, path: setting.path)
        ])
    }

    static let files = ["machine", "workload", "mapping"]
    /// Settings that say how a point is run.
    private static let ways = ["no_fold", "exact", "tolerance", "mapping_gap"]

    /// What to run at a point.
    ///
    /// - Throws: `InputErrors` where the point names no machine or no workload, or a setting is none.
    public func request(_ point: Point) throws(InputErrors) -> RunRequest {
        guard let machine = path(point.setting("machine")), let workload = path(point.setting("workload")) else {
            throw InputErrors(diagnostics: [
                Diagnostic(.error, "a point needs a machine and a workload", at: nil, path: name)
            ])
        }
        var overrides: [RunInputs.Override] = []
        let origin = "study \(name)"
        for setting in point.settings where !Self.files.contains(setting.path) && !Self.ways.contains(setting.path) {
            if let place = overrides.firstIndex(where: { $0.path == setting.path }) { overrides.remove(at: place) }
            overrides.append(RunInputs.Override(path: setting.path, value: setting.value, origin: origin))
        }
        var gap = MappingChoice.standardGap
        if let setting = point.setting("mapping_gap") {
            guard let given = MappingChoice.gap(setting.value) else {
                throw Self.problem(setting, "expected a fraction from 0 on and below 100 %, such as '1 %'")
            }
            gap = given
        }
        return RunRequest(
            machine: machine, workload: workload, mapping: path(point.setting("mapping")), mappingGap: gap,
            overrides: overrides)
    }

    /// A path in the study file, relative to the file's folder.
    func path(_ setting: Setting?) -> String? {
        guard let setting else { return nil }
        if setting.path == "mapping", setting.value == MappingChoice.keyword { return setting.value }
        return setting.value.hasPrefix("/") ? setting.value : "\(folder)/\(setting.value)"
    }
}
