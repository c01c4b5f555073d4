import OrreryResults
import OrreryText

/// What a store keeps of one point: the result or why there is none, and what it takes to run it again.
public struct PointRecord: Sendable {
    /// Why a point has no result.
    public enum ErrorClass: String, Hashable, Sendable, CaseIterable {
        /// Files or settings are wrong (exit code 2 of `orrery run`).
        case input
        /// A memory is too small (5).
        case capacity
        /// The simulation failed (3).
        case simulation
        /// The process that ran it ended on a signal or exited (3).
        case crash
        /// It ran longer than a point may (3).
        case time
        /// Its process took more memory than a point may (3).
        case memory

        init(exitCode: Int) {
            switch exitCode {
            case 2: self = .input
            case 5: self = .capacity
            default: self = .simulation
            }
        }
    }

    public enum Outcome: Sendable {
        /// The JSON result of `orrery run`, as text on one line.
        case result(String)
        /// What went wrong, and the exit code that `orrery run` gives for it.
        case failure(String, ErrorClass, exitCode: Int)
    }

    /// Of what the point depends on; see `InputIdentity`.
    public var inputs: ContentHash
    /// `SimulatorSources.fingerprint` of the simulator that ran it.
    public var simulator: String
    public var outcome: Outcome
    /// Wall-clock seconds that it ran.
    public var seconds: Double
    public var work: PointWork
    /// Paths of the files that it read, with the hashes of their bytes.
    public var files: [InputIdentity.File]

    public init(
        inputs: ContentHash, simulator: String = SimulatorSources.fingerprint, outcome: Outcome, seconds: Double,
        work: PointWork, files: [InputIdentity.File]
    ) {
        self.inputs = inputs
        self.simulator = simulator
        self.outcome = outcome
        self.seconds = seconds
        self.work = work
        self.files = files
    }
}

/// One point as a worker gets it: what to run, and what to fold or estimate.
public struct PointWork: Hashable, Sendable {
    public var request: RunRequest
    public var repetition: Repetition

    public init(request: RunRequest, repetition: Repetition = .standard) {
        self.request = request
        self.repetition = repetition
    }
}

extension PointWork {
    /// The form in which workers and stores have it.
    public var json: JSONValue {
        let overrides = request.overrides.map {
            JSONValue.array([.string($0.path), .string($0.value), .string($0.origin)])
        }
        return .object([
            .init("machine", .string(request.machine)), .init("workload", .string(request.workload)),
            .init("mapping", request.mapping.map { .string($0) } ?? .null),
            .init("mapping_gap", .number(request.mappingGap)), .init("overrides", .array(overrides)),
            .init("folds", .bool(repetition.folds)),
            .init("tolerance", repetition.tolerance.map { .number($0) } ?? .null),
        ])
    }

    /// Reads what ``json`` gave; nil for anything else.
    public init?(_ json: JSONValue) {
        guard let machine = json["machine"]?.string, let workload = json["workload"]?.string,
            let overrides = json["overrides"]?.array, let folds = json["folds"]?.bool
        else { return nil }
        let changes = overrides.compactMap { entry -> RunInputs.Override? in
            guard let path = entry[0]?.string, let value = entry[1]?.string, let origin = entry[2]?.string else {
                return nil
            }
            return RunInputs.Override(path: path, value: value, origin: origin)
        }
        guard changes.count == overrides.count else { return nil }
        self.init(
            request: RunRequest(
                machine: machine, workload: workload, mapping: json["mapping"]?.string,
                mappingGap: json["mapping_gap"]?.double ?? MappingChoice.standardGap, overrides: changes),
            repetition: folds
                ? json["tolerance"]?.double.map { .estimated(tolerance: $0) } ?? .folded : .simulated)
    }
}
