import Foundation
import OrreryText
import Testing

@testable import OrreryMachine
@testable import OrrerySimulation

@Suite("Docs/AddingAComponent")
struct DocumentationTests {
    private final class Requester: Component {
        let server: Server
        var completions: [Cycle] = []

        init(_ server: Server) {
            self.server = server
            super.init(path: "requester")
        }

        override func start(_ kernel: Kernel) {
            for tag in 0..<2 {
                let request = Request(
                    address: 0, bytes: 64, isWrite: false, operatorID: 0, command: -1, requester: id, tag: tag)
                _ = server.submit(request, kernel)
            }
        }

        override func completed(tag: Int, _ kernel: Kernel) { completions.append(kernel.now(self)) }
    }

    @Test func showsTheExampleAsItIsCompiled() throws {
        let guide = try String(contentsOfFile: "\(packageFolder)/Docs/AddingAComponent.md", encoding: .utf8)
        let example = try String(
            contentsOfFile: "\(packageFolder)/Tests/OrreryMachineTests/ExampleComponent.swift", encoding: .utf8)
        let blocks = guide.components(separatedBy: "```swift\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(blocks.contains(example))
        let machine = guide.components(separatedBy: "```yaml\n").dropFirst().first?.components(separatedBy: "```").first
        #expect(machine == text)
    }

    private let text = """
        machine: example
        clocks: {core: 1 GHz}
        components:
          memory: {class: delay-memory, latency: 7.5 ns, capacity: 1 GiB}
        sources:
          clocks.core: {source: an example, status: recalled}
          memory: {source: an example, status: recalled}

        """

    /// The requests come at cycle 0 and are answered after 7.5 ns, rounded up to 8 cycles, not one sooner.
    @Test func hasAnExampleThatWorks() throws {
        let machine = try machine(text)
        let assembly = try machine.instantiate()
        let requester = Requester(try #require(assembly.byPath["memory"] as? Server))
        let kernel = try Kernel(
            clocks: assembly.clocks, components: assembly.components + [requester],
            program: Program(operators: ["copy"]), folds: true)
        guard case .completed = kernel.run() else {
            Issue.record("the run did not end")
            return
        }
        #expect(requester.completions == [8, 8])
    }
}
