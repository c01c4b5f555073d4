import OrreryEinsum
import OrreryLowering
import OrreryMachine
import OrreryResults
import OrreryText

extension Study {
    /// Reports every problem of every file that the study names, and of what its points set in them; runs nothing.
    ///
    /// Each value of each axis is tried at one of the points that the conditions leave.
    public func check(diagnostics: Diagnostics) {
        let found = Diagnostics(limit: .max)
        checkFiles(found)
        if !found.hasErrors { checkPoints(found) }
        var seen: Set<Diagnostic> = []
        for problem in found.all where seen.insert(problem).inserted { diagnostics.report(problem) }
    }

    private func checkFiles(_ diagnostics: Diagnostics) {
        var known: Set<String> = []
        for setting in base + axes.flatMap({ $0.values.flatMap(\.settings) }) {
            guard Self.files.contains(setting.path), let path = path(setting), path != MappingChoice.keyword,
                known.insert("\(setting.path) \(path)").inserted
            else { continue }
            if case .failure(let problem) = readFile(path) {
                diagnostics.error(
                    "'\(path)': \(problem.message)", at: setting.mark, path: setting.path, hint: problem.hint)
                continue
            }
            switch setting.path {
            case "machine": _ = Machine.load(path: path, diagnostics: diagnostics)
            case "mapping": _ = Mapping.load(path, diagnostics: diagnostics)
            default:
                if ProgramRun.isProgram(path) {
                    _ = SavedProgram.load(path: path, diagnostics: diagnostics)
                } else {
                    Workload.load(path, diagnostics: diagnostics)?.checkMappings(diagnostics: diagnostics)
                }
            }
        }
    }

    private func checkPoints(_ diagnostics: Diagnostics) {
        do throws(InputErrors) {
            var tried: [Set<String>] = axes.map { _ in [] }
            for point in try points() {
                let isNew = point.labels.enumerated().filter { tried[$0].insert($1).inserted }.count > 0
                guard isNew || axes.isEmpty else { continue }
                try work(point).request.check(diagnostics: diagnostics)
            }
        } catch {
            for problem in error.diagnostics { diagnostics.report(problem) }
        }
    }
}
