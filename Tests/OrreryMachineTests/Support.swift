import Foundation
import OrrerySimulation
import OrreryText
import Testing

@testable import OrreryMachine

/// A folder with files, gone with the object.
final class Folder {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = FileManager.default.temporaryDirectory.path + "/orrery-machine-\(UUID().uuidString)"
        for (name, text) in files { try write(text, to: name) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        let file = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    /// What is wrong with a machine, one problem a line, with the folder left out of the places.
    func problems(_ name: String = "m.yaml", set overrides: [String: String] = [:]) -> [String] {
        let diagnostics = Diagnostics()
        _ = load(name, set: overrides, diagnostics)
        return diagnostics.all.map { $0.description.replacingOccurrences(of: path + "/", with: "") }
    }

    func load(
        _ name: String = "m.yaml", set overrides: [String: String] = [:], _ diagnostics: Diagnostics = Diagnostics()
    ) -> Machine? {
        Machine.load(
            path: "\(path)/\(name)",
            overrides: overrides.sorted { $0.key < $1.key }.map { Override(path: $0.key, text: $0.value) },
            classes: fakes, diagnostics: diagnostics)
    }
}

/// A machine of fakes from its text; its problems fail the test.
func machine(_ text: String, set overrides: [String: String] = [:], with files: [String: String] = [:]) throws
    -> Machine
{
    let folder = try Folder(files.merging(["m.yaml": text]) { $1 })
    let diagnostics = Diagnostics()
    let machine = folder.load(set: overrides, diagnostics)
    #expect(diagnostics.all.map(\.description) == [])
    return try #require(machine)
}

func problems(_ text: String, set overrides: [String: String] = [:], with files: [String: String] = [:]) throws
    -> [String]
{
    try Folder(files.merging(["m.yaml": text]) { $1 }).problems(set: overrides)
}

/// The folder of the package.
let packageFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

/// A shipped machine; its problems fail the test.
func shipped(_ name: String, set overrides: [String: String] = [:]) throws -> Machine {
    let diagnostics = Diagnostics()
    let machine = Machine.load(
        path: "\(packageFolder)/HardwareSpecs/\(name).yaml",
        overrides: overrides.sorted { $0.key < $1.key }.map { Override(path: $0.key, text: $0.value) },
        diagnostics: diagnostics)
    #expect(diagnostics.all.map(\.description) == [])
    return try #require(machine)
}

private final class FakeEngine: Engine {
    let servers: [Server]

    init(_ site: Site, _ servers: [Server]) {
        self.servers = servers
        super.init(path: site.path, clock: site.clock)
    }
}

private final class FakeServer: Server {
    let target: Server?

    init(path: String, clock: Int, target: Server?) {
        self.target = target
        super.init(path: path, clock: clock)
    }
}

/// What a fake component was made with.
func targets(of component: Component?) -> [String] {
    if let engine = component as? FakeEngine { return engine.servers.map(\.path) }
    return [(component as? FakeServer)?.target?.path].compactMap { $0 }
}

private let lanes = Parameter.integer("lanes", 1...4096, help: "lanes")
private let speed = Parameter.quantity("speed", .bytesPerSecond, default: "1 GB/s", help: "speed")
private let tuning = Parameter.map(
    "tuning", values: .integer("step", help: "steps"), default: [], help: "step by name")
private let capacity = Parameter.bytes("capacity", help: "bytes held")
private let banks = Parameter.integer("banks", 1...64, default: 1, help: "banks")

/// An engine `core` with a unit `.helper`, a memory `store` that checks banks against capacity, a link `wire` with a
/// far end.
let fakes: [ComponentClass] = [
    ComponentClass(
        name: "core", role: .engine, summary: "a fake engine", discussion: "Nothing.",
        parameters: [lanes, speed, tuning],
        ports: [.init("memory", help: "what it reads"), .init("spill", isRequired: false, help: "what it spills to")],
        actions: ["work", "rest"], relaxed: ["lanes": "4096"],
        make: { (site) throws(ConfigurationError) in
            let servers = ["memory", "spill"].compactMap { site.servers[$0] }
            var helper = site
            helper.path += ".helper"
            return [FakeEngine(site, servers), FakeEngine(helper, [])]
        }),
    ComponentClass(
        name: "store", role: .memory, summary: "a fake memory", discussion: "Nothing.", parameters: [capacity, banks],
        actions: ["read", "write"], storage: { Storage(capacity: $0[capacity], rowBytes: 1) },
        make: { (site) throws(ConfigurationError) in
            guard site.values[capacity] % site.values[banks] == 0 else {
                throw ConfigurationError(parameter: "banks", "\(site.values[banks]) banks don't divide the capacity")
            }
            return [FakeServer(path: site.path, clock: site.clock, target: nil)]
        }),
    ComponentClass(
        name: "wire", role: .link, summary: "a fake link", discussion: "Nothing.", parameters: [],
        ports: [.init("to", help: "the far server")], actions: [],
        make: { (site) throws(ConfigurationError) in
            [
                FakeServer(path: site.path, clock: site.clock, target: site.servers["to"]),
                FakeServer(path: "\(site.path).far", clock: site.clock, target: nil),
            ]
        }),
    DelayMemory.componentClass,
]

/// A correct machine of one core and one store.
let plainMachine = """
    machine: plain
    clocks: {main: 1 GHz}
    components:
      core: {class: core, lanes: 8}
      store: {class: store, capacity: 1 KiB}
    connect: [[core.memory, store]]
    """

/// Expects equality and shows both sides.
func same<Value: Equatable>(_ found: Value, _ expected: Value, at location: SourceLocation = #_sourceLocation) {
    #expect(found == expected, sourceLocation: location)
}
