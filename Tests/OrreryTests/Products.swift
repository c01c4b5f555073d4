import Foundation

/// The executables of the package as they were built for this test run.
enum Products {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What a process gave.
    struct Outcome {
        var exitCode: Int32
        /// A signal ended it: it crashed, or ran longer than a minute.
        var wasKilled: Bool
        var output: String
        var errors: String
    }

    /// Runs a product of this package in its root.
    static func run(_ name: String, _ arguments: [String]) throws -> Outcome {
        let own = Bundle.main.bundleURL
        let folders =
            [own, own.deletingLastPathComponent()] + ["release", "debug"].map { root.appending(path: ".build/\($0)") }
        let process = Process()
        let places = folders.map { $0.appending(path: name) }
        guard let built = places.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
            throw CocoaError(.fileNoSuchFile)
        }
        process.executableURL = built
        process.arguments = arguments
        process.currentDirectoryURL = root
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (try Spool(), try Spool())
        process.standardOutput = output.handle
        process.standardError = errors.handle
        try process.run()
        let limit = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: limit)
        process.waitUntilExit()
        limit.cancel()
        return Outcome(
            exitCode: process.terminationStatus, wasKilled: process.terminationReason != .exit,
            output: try output.text(),
            errors: try errors.text())
    }

    /// A file that takes what a process prints, however much it is.
    private struct Spool {
        let url = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString)")
        let handle: FileHandle

        init() throws {
            try Data().write(to: url)
            handle = try FileHandle(forWritingTo: url)
        }

        func text() throws -> String {
            defer { try? FileManager.default.removeItem(at: url) }
            try handle.close()
            return String(decoding: try Data(contentsOf: url), as: UTF8.self)
        }
    }
}
