import OrreryText
import Synchronization

/// Workloads that were read as stages, by what they depend on.
final class StageMemo: Sendable {
    struct Key: Hashable, Sendable {
        private let path: String
        private let values: [String: Quantity]
        private let ancestors: [String]

        init(path: String, overrides: [WorkloadDefinition.Override], ancestors: [String]) {
            self.path = path
            self.ancestors = ancestors
            values = Dictionary(overrides.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        }
    }

    private let workloads = Mutex<[Key: Workload]>([:])

    subscript(key: Key) -> Workload? {
        get { workloads.withLock { $0[key] } }
        set { workloads.withLock { $0[key] = newValue } }
    }
}
