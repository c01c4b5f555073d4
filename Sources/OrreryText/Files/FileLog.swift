import Synchronization

/// Which files a piece of work reads, for whom what comes out depends on them: every file that is read through ``readFile(_:limit:)``
/// while the log is the task's ``current`` one.
///
/// ```swift
/// let log = FileLog()
/// let workload = FileLog.$current.withValue(log) { Workload.load(path, diagnostics: diagnostics) }
/// print(log.files.map(\.path))
/// ```
public final class FileLog: Sendable {
    /// A file that was asked for.
    public struct File: Sendable {
        public var path: String
        /// Nil where it could not be read.
        public var bytes: [UInt8]?
    }

    /// Where reads of this task are noted; nil for nowhere.
    @TaskLocal public static var current: FileLog?

    private let state = Mutex<[File]>([])

    public init() {}

    /// Each path once, in the order of the first reads.
    public var files: [File] { state.withLock { $0 } }

    func note(_ path: String, _ bytes: [UInt8]?) {
        state.withLock { files in
            if !files.contains(where: { $0.path == path }) { files.append(File(path: path, bytes: bytes)) }
        }
    }
}
