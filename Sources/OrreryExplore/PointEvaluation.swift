import OrreryLowering
import OrreryResults
import OrreryText

extension StudyRun.Answer {
    /// Runs one point as `orrery run` would.
    ///
    /// - Parameter options: how; `no_fold: true` among the point's settings switches folding off.
    public static func running(_ study: Study, _ point: Point, options: RunOptions) -> StudyRun.Answer {
        do {
            return try study.work(point, folds: options.folds).answer(options)
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
        options.folds = folds
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
    /// - Parameter folds: false simulates every cycle; so does `no_fold: true` among the point's settings.
    /// - Throws: `InputErrors` where the point names no machine or no workload.
    public func work(_ point: Point, folds: Bool = true) throws(InputErrors) -> PointWork {
        let request = try request(point)
        guard let setting = point.setting("no_fold") else { return PointWork(request: request, folds: folds) }
        switch setting.value {
        case "true": return PointWork(request: request, folds: false)
        case "false": return PointWork(request: request, folds: true)
        default:
            throw InputErrors(diagnostics: [
                Diagnostic(
                    .error, "expected true or false, found '\(setting.value)'", at: setting.mark, path: setting.path)
            ])
        }
    }

    private static let files = ["machine", "workload", "mapping"]

    /// What to run at a point.
    ///
    /// - Throws: `InputErrors` where the point names no machine or no workload.
    public func request(_ point: Point) throws(InputErrors) -> RunRequest {
        guard let machine = path(point.setting("machine")), let workload = path(point.setting("workload")) else {
            throw InputErrors(diagnostics: [
                Diagnostic(.error, "a point needs a machine and a workload", at: nil, path: name)
            ])
        }
        var overrides: [RunInputs.Override] = []
        for setting in point.settings where !Self.files.contains(setting.path) && setting.path != "no_fold" {
            overrides.removeAll { $0.path == setting.path }
            overrides.append(RunInputs.Override(path: setting.path, value: setting.value, origin: "study \(name)"))
        }
        return RunRequest(
            machine: machine, workload: workload, mapping: path(point.setting("mapping")), overrides: overrides)
    }

    /// A path in the study file, relative to the file's folder.
    private func path(_ setting: Setting?) -> String? {
        guard let setting else { return nil }
        if setting.path == "mapping", setting.value == MappingChoice.keyword { return setting.value }
        return setting.value.hasPrefix("/") ? setting.value : "\(folder)/\(setting.value)"
    }
}
