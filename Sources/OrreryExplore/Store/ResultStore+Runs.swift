import Foundation
import GRDB
import OrreryResults
import OrreryText

/// Under what circumstances points were run: with the files of each point, what it takes to run them again.
public struct RunManifest: Sendable {
    /// A name that no other run has.
    public var id: String
    public var study: String
    /// Path of the study file.
    public var file: String
    /// Hash of the study file's bytes.
    public var fileHash: String
    /// The command line.
    public var command: [String]
    /// Of the command, such as 0.1.0.
    public var version: String
    public var simulator: String
    public var host: String
    /// Operating system and processor architecture.
    public var system: String
    public var cores: Int
    /// Of the study's sampled axes; nil where there are none.
    public var seed: Int?
    public var repetition: Repetition

    public init(
        study: Study, file: String, fileHash: String, command: [String], version: String, repetition: Repetition
    ) {
        id = UUID().uuidString
        self.study = study.name
        self.file = file
        self.fileHash = fileHash
        self.command = command
        self.version = version
        self.repetition = repetition
        simulator = SimulatorSources.fingerprint
        host = ProcessInfo.processInfo.hostName
        #if arch(x86_64)
            let architecture = "x86_64"
        #elseif arch(arm64)
            let architecture = "arm64"
        #else
            let architecture = "another architecture"
        #endif
        system = "\(ProcessInfo.processInfo.operatingSystemVersionString), \(architecture)"
        cores = ProcessInfo.processInfo.activeProcessorCount
        seed = study.sample?.seed
    }

    /// As stores and files have it.
    public var json: JSONValue {
        .object([
            .init("schema", "orrery-manifest-1"), .init("run", .string(id)), .init("study", .string(study)),
            .init("file", .string(file)), .init("file_hash", .string(fileHash)),
            .init("command", .array(command.map { .string($0) })), .init("version", .string(version)),
            .init("simulator", .string(simulator)), .init("host", .string(host)), .init("system", .string(system)),
            .init("cores", .integer(cores)), .init("seed", seed.map { .integer($0) } ?? .null),
            .init("folds", .bool(repetition.folds)),
            .init("tolerance", repetition.tolerance.map { .number($0) } ?? .null),
        ])
    }
}

extension ResultStore {
    /// Notes that a run begins.
    public func begin(_ manifest: RunManifest) throws(StoreError) {
        try access { database in
            try database.execute(
                sql: "INSERT INTO run (id, study, command, manifest, started) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    manifest.id, manifest.study, manifest.command.joined(separator: " "), manifest.json.text(),
                    Date().formatted(.iso8601),
                ])
        }
    }

    /// Notes that a run has ended and takes back what it had claimed.
    public func end(_ run: String) throws(StoreError) {
        try access { database in
            try database.execute(
                sql: "UPDATE run SET finished = ? WHERE id = ?", arguments: [Date().formatted(.iso8601), run])
            try database.execute(sql: "DELETE FROM claim WHERE owner = ?", arguments: [run])
            try database.execute(sql: "DELETE FROM owner WHERE id = ?", arguments: [run])
        }
    }

    /// The manifest of a run; nil where the store has none of that name.
    public func manifest(ofRun id: String) throws(StoreError) -> JSONValue? {
        try access { database in
            let text = try String.fetchOne(database, sql: "SELECT manifest FROM run WHERE id = ?", arguments: [id])
            return try text.map { try JSONValue(parsing: $0) }
        }
    }
}
