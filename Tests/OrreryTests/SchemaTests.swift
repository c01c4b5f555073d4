import Foundation
import Orrery
import Testing

/// Every shipped file is what the schema of its kind allows; with any of its keys misspelt it is not.
@Suite struct SchemaTests {
    static let schemas: [String: JSONValue] = [
        "machine": Machine.jsonSchema(), "workload": Workload.jsonSchema(streams: TrafficReader.jsonSchema),
        "mapping": Mapping.jsonSchema(),
        "study": Study.jsonSchema(), "table": CostTableFile.jsonSchema(), "program": SavedProgram.jsonSchema(),
    ]

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Shipped files with their kind.
    static let files: [(kind: String, path: String)] = ["HardwareSpecs", "Workloads", "Studies"].flatMap { folder in
        let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.compactMap {
            $0 as? String
        }
        return (names ?? []).filter { $0.hasSuffix(".yaml") }.sorted().compactMap { name -> (String, String)? in
            let path = root.appending(path: "\(folder)/\(name)").path
            let node = YAML.load(path: path, diagnostics: Diagnostics())
            return schemas.keys.sorted().first { node?[$0] != nil && $0 != "program" }.map { ($0, path) }
        }
    }

    @Test func everyKindIsShipped() {
        #expect(Set(Self.files.map(\.kind)) == Set(Self.schemas.keys).subtracting(["program"]))
        #expect(Self.files.count > 50)
    }

    @Test(arguments: files.map(\.path))
    func shippedFilesAreValid(path: String) throws {
        let kind = try #require(Self.files.first { $0.path == path }?.kind)
        let node = try #require(YAML.load(path: path, diagnostics: Diagnostics()))
        let found = SchemaValidator(schema: try #require(Self.schemas[kind])).problems(node.json)
        #expect(found.isEmpty, "\(found.prefix(5))")
    }

    @Test func savedProgramsAreValid() throws {
        for (machine, workload, mapping) in [
            ("fusemax", "attention-1pass", "fusemax-binding"), ("flat", "attention-3pass", "unfused"),
        ] {
            let plan = try RunPlan(
                RunRequest(
                    machine: Self.root.appending(path: "HardwareSpecs/\(machine).yaml").path,
                    workload: Self.root.appending(path: "Workloads/\(workload).yaml").path,
                    mapping: Self.root.appending(path: "Workloads/mappings/\(mapping).yaml").path,
                    overrides: [.init(path: "M", value: "1000")]))
            let node = try #require(YAML.parse(plan.program.text, file: "p.yaml", diagnostics: Diagnostics()))
            let schema = SchemaValidator(schema: SavedProgram.jsonSchema())
            #expect(schema.problems(node.json).isEmpty)
            #expect(!schema.problems(Self.misspelt(node.json, at: ["parts", "0", "queues", "*", "0"])).isEmpty)
        }
    }

    /// The places whose keys are fixed, by kind; `*` is any key.
    static let places: [(String, [String])] = [
        ("machine", []), ("machine", ["components", "*"]), ("machine", ["energy"]), ("machine", ["sources", "*"]),
        ("workload", []), ("workload", ["tensors", "*"]), ("workload", ["stages", "*"]), ("workload", ["phases", "*"]),
        ("mapping", []), ("mapping", ["for"]), ("mapping", ["spatial", "*"]), ("mapping", ["groups", "*"]),
        ("mapping", ["cases", "*"]), ("study", []), ("study", ["axes", "*"]), ("study", ["references", "0"]),
        ("table", []), ("table", ["classes", "*"]), ("table", ["artifact"]),
    ]

    @Test(arguments: places.map { "\($0.0): \($0.1.joined(separator: "."))" })
    func misspeltKeysAreNot(place: String) throws {
        let (kind, path) = try #require(Self.places.first { "\($0.0): \($0.1.joined(separator: "."))" == place })
        let schema = SchemaValidator(schema: try #require(Self.schemas[kind]))
        var tried = 0
        for file in Self.files where file.kind == kind {
            let json = try #require(YAML.load(path: file.path, diagnostics: Diagnostics())).json
            let wrong = Self.misspelt(json, at: path)
            if wrong == json { continue }
            tried += 1
            #expect(!schema.problems(wrong).isEmpty, "\(file.path)")
        }
        #expect(tried > 0)
    }

    /// The value with the first key of the mapping at a path misspelt; the same where there is none.
    static func misspelt(_ value: JSONValue, at path: [String]) -> JSONValue {
        guard let step = path.first else {
            guard var members = value.object, !members.isEmpty else { return value }
            members[0].key += "x"
            return .object(members)
        }
        let rest = Array(path.dropFirst())
        if var members = value.object {
            let wanted =
                step == "*"
                ? members.indices.first { members[$0].value.object != nil || members[$0].value.array != nil }
                : members.firstIndex { $0.key == step }
            guard let wanted else { return value }
            members[wanted].value = misspelt(members[wanted].value, at: rest)
            return .object(members)
        }
        if var items = value.array, let index = Int(step), items.indices.contains(index) {
            items[index] = misspelt(items[index], at: rest)
            return .array(items)
        }
        return value
    }
}
