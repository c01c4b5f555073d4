import Foundation
import OrreryText
import Testing

@testable import OrreryMachine

@Suite("Connections")
struct ConnectionTests {
    private func text(_ connect: String, cores: Int = 4, stores: Int = 4, rest: String = "") -> String {
        """
        machine: wired
        clocks: {main: 1 GHz}
        components:
          core: {class: core, count: \(cores), lanes: 1}
          store: {class: store, count: \(stores), capacity: 1 KiB}
          wire: {class: wire}
          cluster:
            class: group
            count: 2
            components:
              core: {class: core, count: 2, lanes: 1}
              store: {class: store, capacity: 1 KiB}
            connect:
              - core[*].memory -> store
            exports:
              spill: core[*].spill
              store: store
        connect:
          - ["wire.to", 'store[0]']
          - \(connect.replacingOccurrences(of: ", ", with: "\n  - "))
        \(rest)
        """
    }

    private func servers(_ machine: Machine, _ family: String, _ port: String) -> [String] {
        machine.components.filter { $0.family == family }.map { part in
            part.connections.first { $0.port == port }?.server ?? "-"
        }
    }

    @Test func pairWildcardsAndFanIn() throws {
        let paired = try machine(text("core[*].memory -> store[*]"))
        #expect(servers(paired, "core", "memory") == ["store[0]", "store[1]", "store[2]", "store[3]"])
        let joined = try machine(text("core[*].memory -> store[2], core[1].spill -> wire.far"))
        #expect(servers(joined, "core", "memory") == Array(repeating: "store[2]", count: 4))
        #expect(targets(of: try joined.instantiate().byPath["core[1]"]) == ["store[2]", "wire.far"])
        #expect(
            servers(joined, "cluster.core", "memory") == [
                "cluster[0].store", "cluster[0].store", "cluster[1].store", "cluster[1].store",
            ])
    }

    @Test func reachIntoGroupsByExportedNames() throws {
        let machine = try machine(
            text("core[*].memory -> cluster[1].store, cluster[*].spill -> cluster[*].store"))
        #expect(servers(machine, "core", "memory").allSatisfy { $0 == "cluster[1].store" })
        #expect(
            servers(machine, "cluster.core", "spill") == [
                "cluster[0].store", "cluster[0].store", "cluster[1].store", "cluster[1].store",
            ])
        #expect(machine.parts(at: "cluster").count == 6)
        #expect(
            machine.parts(at: "cluster[1]").map(\.path) == [
                "cluster[1].core[0]", "cluster[1].core[1]", "cluster[1].store",
            ])
        #expect(
            machine.groups.map { "\($0.path) \($0.count)" } == ["core 4", "store 4", "cluster 2", "cluster.core 4"])
    }

    @Test(arguments: [
        (
            "core[*].memory -> store",
            "20:23: error: connect: 'store' has 4 instances; write store[*] for each, or store[0]"
        ),
        (
            "core[*].memory -> store[4]", "20:23: error: connect: 'store' has 4 instances, from 0"
        ),
        (
            "core[*].memory -> core[0]",
            "20:23: error: connect: 'core' (class core) takes no requests; the second place is a memory or a link"
        ),
        ("core[*].memory -> stor[0]", "20:23: error: connect: there is no 'stor'; did you mean 'store'?"),
        (
            "core[*].memory -> cluster[*]",
            "20:23: error: connect: 'cluster' is a group: name a server in it, or an exported one"
        ),
        (
            "core[*].memory -> cluster[0].stor",
            "20:23: error: connect: there is no 'stor' in 'cluster'; did you mean 'store'?"
        ),
        (
            "core[*].memory -> cluster[*].store",
            "20:5: error: connect: the wildcards do not pair: 4 to 2 instances; "
                + "the k-th [*] of the server takes the index of the k-th [*] of the port"
        ),
        ("core[*] -> store[0]", "20:5: error: connect: names no port of 'core'; its ports are memory, spill"),
        ("core", "20:5: error: connect: expected [component.port, server] or component.port -> server, found 'core'"),
        (
            "core[*].memory -> store[0], core[2].memory -> store[1]",
            "21:5: error: connect: port 'memory' of 'core[2]' is connected twice; it is first at m.yaml:20:5"
        ),
    ])
    func sayWhatIsWrong(_ connect: String, _ expected: String) throws {
        same(try problems(text(connect)).first, "m.yaml:" + expected)
    }

    @Test func needTheUnitsThatTheyName() throws {
        same(
            try problems(text("core[*].memory -> wire.fra")),
            [
                "m.yaml:20:5: error: core[0]: there is no 'wire.fra' for port 'memory'; did you mean 'wire.far'?"
            ])
        same(
            try problems(text("core[*].memory -> cluster[0].core[0].helper")).first,
            "m.yaml:20:5: error: core[0]: 'cluster[0].core[0].helper' takes no requests: port 'memory' needs a memory or a link"
        )
    }

    @Test func mustNotGoInCircles() throws {
        let circle = """
            machine: circle
            clocks: {main: 1 GHz}
            components: {a: {class: wire}, b: {class: wire}}
            connect: [[a.to, b], [b.to, a]]
            """
        same(
            try problems(circle), ["m.yaml:4:22: error: b: port 'to' closes a circle of connections through 'a'"])
    }

    @Test func checkInterleaving() throws {
        func found(_ interleave: String) throws -> [String] {
            try problems(text("core[*].memory -> store[*]", rest: "interleave: \(interleave)"))
        }
        same(
            try found("{over: store, granule: 128 B, hash: xor}"),
            [
                "m.yaml:21:13: warning: interleave: is checked and shown, but no class of the catalog spreads addresses "
                    + "over instances; connect each requester to one instance"
            ])
        same(
            try found("{over: stor, granule: 128, hash: or}"),
            [
                "m.yaml:21:35: error: interleave.granule: '128' has no unit; expected a size, such as 64 B or 16 MiB",
                "m.yaml:21:46: error: interleave.hash: 'or' is not one of none, xor; did you mean 'xor'?",
            ])
        same(
            try found("{over: wire, granule: 128 B}"),
            ["m.yaml:21:20: error: interleave: 'wire' has no count: there is nothing to spread over"])
    }
}
