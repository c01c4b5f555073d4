import Foundation
import Testing

/// Reads the imports of every room and holds who may know whom.
@Suite struct LayeringTests {
    private static let families = ["OrreryMemory", "OrreryCache", "OrrerySpatial", "OrreryLink", "OrreryHost"]

    /// What each room may import of this package. Families don't know each other: they meet at ports.
    private static let allowed: [String: Set<String>] = {
        var allowed: [String: Set<String>] = [
            "OrreryText": ["CLibYAML"],
            "OrreryEinsum": ["OrreryText"],
            "OrrerySimulation": ["OrreryText"],
        ]
        for family in families { allowed[family] = ["OrreryText", "OrrerySimulation"] }
        var below: Set<String> = ["OrreryText", "OrreryEinsum", "OrrerySimulation"]
        below.formUnion(families)
        for room in ["OrreryMachine", "OrreryLowering", "OrreryResults", "OrreryExplore"] {
            allowed[room] = below
            below.insert(room)
        }
        allowed["Orrery"] = below
        allowed["OrreryCLI"] = below.union(["Orrery"])
        return allowed
    }()

    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    @Test func everyRoomIsKnown() throws {
        let rooms = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path)
        #expect(Set(rooms) == Set(Self.allowed.keys).union(["CLibYAML"]))
    }

    @Test(arguments: allowed.keys.sorted())
    func aRoomImportsOnlyRoomsBelowIt(room: String) throws {
        let files = FileManager.default.enumerator(
            at: Self.sources.appending(path: room), includingPropertiesForKeys: nil)
        var count = 0
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            count += 1
            for name in Self.imports(try String(contentsOf: file, encoding: .utf8))
            where name.hasPrefix("Orrery") || name == "CLibYAML" {
                #expect(
                    Self.allowed[room, default: []].contains(name), "\(room)/\(file.lastPathComponent) imports \(name)")
            }
        }
        #expect(count > 0)
    }

    @Test func importsAreFoundInEveryForm() {
        let text = """
            import A
            @_exported import B
            @testable import C
            public import struct D.E
              import F  // comment
            // import G
            """
        #expect(Self.imports(text) == ["A", "B", "C", "D", "F"])
    }

    /// Module names of all import declarations.
    static func imports(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            var words = line.split(separator: " ").map(String.init)
            while let first = words.first,
                first.hasPrefix("@") || ["public", "internal", "private", "package"].contains(first)
            {
                words.removeFirst()
            }
            guard words.first == "import" else { return nil }
            words.removeFirst()
            if let kind = words.first,
                ["struct", "class", "enum", "protocol", "func", "typealias", "var", "let"].contains(kind)
            {
                words.removeFirst()
            }
            return words.first.map { String($0.prefix { $0 != "." }) }
        }
    }
}
