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

    /// Where a product was built.
    static func url(_ name: String) throws -> URL {
        let own = Bundle.main.bundleURL
        let folders =
            [own, own.deletingLastPathComponent()] + ["release", "debug"].map { root.appending(path: ".build/\($0)") }
        let places = folders.map { $0.appending(path: name) }
        guard let built = places.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return built
    }

    /// Runs a product of this package in its root.
    static func run(_ name: String, _ arguments: [String], input: String? = nil) throws -> Outcome {
        try run(try url(name), arguments, input: input)
    }

    /// Starts a product of this package in its root; what it prints is thrown away.
    static func start(_ name: String, _ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = try url(name)
        process.arguments = arguments
        process.currentDirectoryURL = root
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Runs a program in the package's root.
    static func run(_ program: URL, _ arguments: [String], input: String? = nil) throws -> Outcome {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = root
        let given = try input.map { text in
            let spool = try Spool()
            try Data(text.utf8).write(to: spool.url)
            return try FileHandle(forReadingFrom: spool.url)
        }
        process.standardInput = given ?? FileHandle.nullDevice
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
