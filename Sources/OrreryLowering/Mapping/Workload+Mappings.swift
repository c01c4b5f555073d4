import OrreryEinsum
import OrreryText

extension Mapping {
    /// Whether a mapping file can be read; reports at the place that names it that it cannot.
    package static func isReadable(_ path: String, namedAt mark: SourceMark, _ diagnostics: Diagnostics) -> Bool {
        guard case .failure(let problem) = readFile(path) else { return true }
        diagnostics.error("'\(path)': \(problem.message)", at: mark, path: "mappings", hint: problem.hint)
        return false
    }
}

extension Workload {
    /// Reports every problem of the mapping files that the workload and its stages name, and what they name that the cascade does
    /// not have.
    public func checkMappings(diagnostics: Diagnostics) {
        for mapping in mappings where Mapping.isReadable(mapping.path, namedAt: mapping.mark, diagnostics) {
            let mapping = Mapping.load(mapping.path, diagnostics: diagnostics)
            if let cascade { mapping?.checkNames(of: cascade, diagnostics) }
        }
        for stage in stages { stage.workload.checkMappings(diagnostics: diagnostics) }
    }
}
