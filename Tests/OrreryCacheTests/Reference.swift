import Foundation
import Synchronization
import Testing

/// Rows of the shared reference files, by column.
enum Reference {
    private static var folder: String {
        ProcessInfo.processInfo.environment["ORRERY_REFERENCE"]
            ?? "\(#filePath.components(separatedBy: "/Tests/")[0])/../shared/reference/cache"
    }

    static func isPresent(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }

    /// Names of the streams of a file; none where it is absent.
    static func streams(_ name: String) -> [String] {
        Set((try? rows(name))?.compactMap { $0["stream"] } ?? []).sorted()
    }

    private static let files = Mutex<[String: [[String: String]]]>([:])

    static func rows(_ name: String) throws -> [[String: String]] {
        if let known = files.withLock({ $0[name] }) { return known }
        let read = try read(name)
        files.withLock { $0[name] = read }
        return read
    }

    private static func read(_ name: String) throws -> [[String: String]] {
        let lines = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(whereSeparator: \.isNewline)
        let names = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return lines.dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(uniqueKeysWithValues: zip(names, fields))
        }
    }
}

extension [String: String] {
    func int(_ name: String) throws -> Int { try #require(Int(self[name] ?? ""), "\(name) of \(self)") }
    func text(_ name: String) throws -> String { try #require(self[name]) }
}
