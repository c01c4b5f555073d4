import Foundation
import Testing

/// The library's public declarations against the committed listing `Docs/API.txt`, so that none changes unnoticed.
@Suite struct PublicAPITests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let file = root.appending(path: "Docs/API.txt")

    /// The declarations of all rooms that `import Orrery` brings, by room.
    static func listing() throws -> String {
        let sources = root.appending(path: "Sources")
        let rooms = try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted()
        var text = """
            The public declarations of the library product Orrery, by room: what a test compares, and what `make api` renews.

            """
        for room in rooms where room.hasPrefix("Orrery") && room != "OrreryCLI" {
            var lines: Set<String> = []
            let files = FileManager.default.enumerator(
                at: sources.appending(path: room), includingPropertiesForKeys: nil)
            while let file = files?.nextObject() as? URL {
                guard file.pathExtension == "swift" else { continue }
                lines.formUnion(PublicDeclarations(source: try String(contentsOf: file, encoding: .utf8)).lines)
            }
            text += "\n# \(room)\n" + lines.sorted().map { $0 + "\n" }.joined()
        }
        return text
    }

    @Test func isWhatTheListingSays() throws {
        let found = try Self.listing()
        if ProcessInfo.processInfo.environment["ORRERY_RENEW_API"] != nil {
            try found.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        let listed = (try? String(contentsOf: Self.file, encoding: .utf8)) ?? ""
        let (old, new) = (Self.lines(listed), Self.lines(found))
        let gone = old.subtracting(new).sorted().map { "- \($0)" }
        let added = new.subtracting(old).sorted().map { "+ \($0)" }
        #expect(
            found == listed,
            """
            The public API has changed. Where that is meant, renew Docs/API.txt with `make api` and commit it:
            \((gone + added).joined(separator: "\n"))
            """)
    }

    /// Lines with the room that they stand under.
    private static func lines(_ text: String) -> Set<String> {
        var room = ""
        var result: Set<String> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# ") { room = String(line.dropFirst(2)) } else { result.insert("\(room): \(line)") }
        }
        return result
    }

    @Test func readsDeclarations() {
        let source = #"""
            /// A thing. public func notThis()
            public struct Thing: Sendable {
                public static let name = "public let inner = {"
                @inline(__always)
                public internal(set) var size: Int { didSet { public let no = 1 } }
                var hidden = 1
                public init(a: Int = 3, b: [String: Int] = ["x": 2],
                    then: (Int) -> Void = { _ in }) throws(Failure) { let local = "\(size("}"))" }
                public enum Kind: String { case one, two(Int)
                    func hidden() {}
                    public func shown() -> Int { 1 } }
                struct Inner { public var deep: Int }
            }
            public extension Thing { func open() {} private func shut() {} }
            extension Thing { public func other<T>(_ x: T) -> T where T: P { x } func inner() {} }
            public protocol P { associatedtype Q; func need(_ x: Int) -> Q
                var get: Int { get } }
            open class Base { open class func make() {} /* public func no() */ public subscript(i: Int) -> Int { i } }
            """#
        #expect(
            PublicDeclarations(source: source).lines == [
                "public struct Thing: Sendable", "Thing: public static let name",
                "Thing: public internal(set) var size: Int",
                "Thing: public init(a: Int = 3, b: [String: Int] = [\"\": 2], then: (Int) -> Void = { _ in }) throws(Failure)",
                "Thing: public enum Kind: String", "Thing.enum Kind: case one, two(Int)",
                "Thing.enum Kind: public func shown() -> Int", "Thing.Inner: public var deep: Int",
                "Thing: func open()", "Thing: public func other<T>(_ x: T) -> T where T: P", "public protocol P",
                "P: associatedtype Q", "P: func need(_ x: Int) -> Q", "P: var get: Int", "open class Base",
                "Base: open class func make()", "Base: public subscript(i: Int) -> Int",
            ])
    }
}
