import Foundation
import OrreryResults
import OrreryText
import Synchronization
import Testing

@testable import OrreryExplore

/// What a store keeps, and what becomes of one that is broken.
@Suite struct StoreTests {
    private static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private static func record(
        _ text: String, _ outcome: PointRecord.Outcome = .result("{\"latency\":1}"), simulator: String? = nil
    ) -> PointRecord {
        let work = PointWork(
            request: RunRequest(
                machine: "m.yaml", workload: "w.yaml", overrides: [.init(path: "M", value: text, origin: "study s")]))
        let file = InputIdentity.File(path: "m.yaml", bytes: Array("m".utf8))
        return PointRecord(
            inputs: ContentHash(of: text.utf8), simulator: simulator ?? SimulatorSources.fingerprint, outcome: outcome,
            seconds: 0.5, work: work, files: [file])
    }

    @Test func whatIsRecordedIsFoundAgain() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "a/b/store.sqlite").path
        let failure = PointRecord.Outcome.failure("no room", .capacity, exitCode: 5)
        do {
            let store = try ResultStore(path: path)
            try store.record([Self.record("1"), Self.record("2", failure)], run: "r", study: "s")
        }
        let store = try ResultStore(path: path, isMade: false)
        let hashes = ["1", "2", "3"].map { ContentHash(of: $0.utf8) }
        let found = try store.points(hashes)
        #expect(found.count == 2)
        guard case .result(let json) = found[hashes[0]]?.outcome else { throw CocoaError(.fileReadUnknown) }
        #expect(json == "{\"latency\":1}")
        guard case .failure(let message, .capacity, 5) = found[hashes[1]]?.outcome else {
            throw CocoaError(.fileReadUnknown)
        }
        #expect(message == "no room")
        #expect(found[hashes[0]]?.work == Self.record("1").work)
        #expect(found[hashes[0]]?.files == ["m.yaml": ContentHash(of: "m".utf8).description])
        #expect(try store.meanSeconds(ofStudy: "s") == 0.5)
    }

    /// Each of them may find the others in the middle of making it.
    @Test func manyOpenANewStoreAtATime() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        for round in 0..<40 {
            let path = folder.appending(path: "\(round).sqlite").path
            let problems = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { place in
                do throws(StoreError) {
                    try ResultStore(path: path).record([Self.record("\(place)")], run: "r", study: "s")
                } catch {
                    problems.withLock { $0.append("\(error)") }
                }
            }
            #expect(problems.withLock { $0 } == [])
            #expect(try ResultStore(path: path).points((0..<8).map { ContentHash(of: "\($0)".utf8) }).count == 8)
        }
    }

    @Test func versionsOfTheSimulatorAreKeptApart() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: folder.appending(path: "s.sqlite").path)
        try store.record([Self.record("1", simulator: "old")], run: "r", study: "s")
        let hash = ContentHash(of: "1".utf8)
        #expect(try store.points([hash]).isEmpty)
        #expect(try store.points([hash], simulator: nil)[hash]?.simulator == "old")
    }

    @Test func storesAreMerged() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let all = try ResultStore(path: folder.appending(path: "all.sqlite").path)
        let failure = PointRecord.Outcome.failure("died", .crash, exitCode: 3)
        try all.record([Self.record("1", failure)], run: "r", study: "s")
        for (name, texts) in [("a", ["1", "2"]), ("b", ["2", "3"])] {
            let part = try ResultStore(path: folder.appending(path: "\(name).sqlite").path)
            try part.record(texts.map { Self.record($0) }, run: name, study: "s")
            #expect(try all.merge(part) == 1)
        }
        let found = try all.points(["1", "2", "3"].map { ContentHash(of: $0.utf8) })
        #expect(found.count == 3)
        #expect(found.values.allSatisfy { if case .result = $0.outcome { true } else { false } })
    }

    @Test func aPointIsClaimedByOneProcess() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: folder.appending(path: "s.sqlite").path)
        let hashes = (0..<4).map { ContentHash(of: "\($0)".utf8) }
        try store.record([Self.record("0")], run: "r", study: "s")
        #expect(try store.claim(hashes, for: "one") == Set(hashes[1...]))
        #expect(try store.claim(hashes, for: "two") == [])
        try store.record([Self.record("1")], run: "one", study: "s")
        try store.end("one")
        #expect(try store.claim(hashes, for: "two") == Set(hashes[2...]))
    }

    @Test func aDamagedStoreIsToldAndLeftAsItIs() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "s.sqlite")
        try Data("this is no database, but long enough to be taken for one, perhaps, if one does not look".utf8).write(
            to: file)
        let before = try Data(contentsOf: file)
        let error = #expect(throws: StoreError.self) { _ = try ResultStore(path: file.path) }
        #expect(error?.description.contains("this is no store of results") == true)
        #expect(try Data(contentsOf: file) == before)
    }

    @Test func damagedPagesAreTold() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "s.sqlite")
        do {
            let store = try ResultStore(path: file.path)
            for first in stride(from: 0, to: 1000, by: 100) {
                try store.record((first..<first + 100).map { Self.record("\($0)") }, run: "r", study: "s")
            }
        }
        var bytes = try Data(contentsOf: file)
        #expect(bytes.count > 100_000)
        for index in 8192..<bytes.count { bytes[index] = 0x5A }
        try bytes.write(to: file)
        let error = #expect(throws: StoreError.self) {
            let store = try ResultStore(path: file.path)
            _ = try store.points((0..<1000).map { ContentHash(of: "\($0)".utf8) })
        }
        #expect(error?.description.contains("the store is damaged") == true, "\(String(describing: error))")
    }

    @Test func anotherProgramsDatabaseIsLeftAlone() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "s.sqlite").path
        do {
            let store = try ResultStore(path: path)
            try store.access { try $0.execute(sql: "PRAGMA application_id = 7") }
        }
        let error = #expect(throws: StoreError.self) { _ = try ResultStore(path: path) }
        #expect(error?.message == "this is a database of another program")
    }

    @Test(arguments: ["/proc/orrery/store.sqlite", "/dev/null/store.sqlite"])
    func aPlaceThatCannotBeWrittenIsTold(path: String) {
        let error = #expect(throws: StoreError.self) { _ = try ResultStore(path: path) }
        #expect(error?.hint?.contains("--store") == true)
    }
}
