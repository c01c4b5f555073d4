import OrrerySimulation
import Testing

@testable import OrreryResults

@Suite struct ReconciliationTests {
    private let toy = Toy()

    /// The names of both sides that differ after a change.
    private func violations(
        _ change: (inout RunContext, inout Measurements) -> Void
    ) throws -> [String] {
        let run = try toy.run()
        var context = toy.context
        var measurements = run.measurements
        change(&context, &measurements)
        do {
            _ = try RunResult(context, measurements, program: run.program)
            return []
        } catch {
            return error.violations.map { "\($0.left.name) / \($0.right.name)" }
        }
    }

    @Test func aTrueRunReconciles() throws {
        #expect(try violations { _, _ in } == [])
    }

    @Test func aCycleCountedTwiceIsFound() throws {
        let found = try violations { _, run in
            run.components[1].stalls[0].value += 1
        }
        #expect(found == ["array: busy + stalled cycles / the run in cycles of core"])
    }

    @Test func aLostCommandIsFound() throws {
        let found = try violations { _, run in
            run.components[0].counters[0].value -= 1
        }
        #expect(found == ["reader: commands run / commands of its program"])
    }

    @Test func aLostActionIsFound() throws {
        let found = try violations { _, run in
            run.components[1].actions[0].byOperator[1] -= 1
        }
        #expect(
            found == [
                "array: multiply-accumulate counted / multiply-accumulate in its program",
                "multiply: multiply-accumulate done / multiply-accumulate in the workload",
            ])
    }

    @Test func anOperationTooManyIsFound() throws {
        let found = try violations { context, _ in
            context.workload.expectedActions["multiply"]?[0].value += 1
        }
        #expect(found == ["multiply: multiply-accumulate done / multiply-accumulate in the workload"])
    }

    @Test func aLostByteIsFound() throws {
        let found = try violations { _, run in
            run.components[2].bytes[0].byOperator[0] -= 1
        }
        #expect(found == ["bytes that requesters read of dram / bytes that it served"])
        let written = try violations { _, run in
            run.components[2].bytes[1].byOperator[0] += 1
        }
        #expect(written == ["bytes that requesters write to dram / bytes that it took"])
    }

    /// The reader's requests go over a link, which has counted `bytes`.
    private func throughLink(bytes: Int, ends: Int) throws -> [String] {
        try violations { context, run in
            context.components[0].ports = [.init("memory", "link")]
            let ports = (0..<ends).map { ComponentContext.Port("", $0 == 0 ? "dram" : "elsewhere") }
            context.components.append(
                ComponentContext(path: "link", className: "toy-link", role: .link, ports: ports))
            var link = Measurements.Component(path: "link")
            link.bytes = [.init("read", [bytes, 0]), .init("written", [0, 0])]
            run.components.append(link)
        }
    }

    @Test func bytesAreFollowedOverALink() throws {
        #expect(try throughLink(bytes: 6400, ends: 1) == [])
        #expect(
            try throughLink(bytes: 6399, ends: 1) == [
                "bytes that requesters read of dram / bytes that it served",
                "bytes that requesters read of link / bytes that it served",
            ])
        // With two ends nothing says which bytes went which way: only the near side is checked.
        #expect(try throughLink(bytes: 6400, ends: 2) == [])
    }

    @Test func energyThatBelongsToNobodyIsFound() throws {
        let run = try toy.run()
        var result = try RunResult(toy.context, run.measurements, program: run.program)
        result.energy?.operators[0].joules *= 1.001
        let check = Reconciliation(result, toy.context, run.program)
        #expect(check.violations.map(\.left.name) == ["joules of all components"])
    }

    @Test func theMessageNamesBothSides() throws {
        let run = try toy.run()
        var measurements = run.measurements
        measurements.components[0].counters[0].value = 99
        let error = #expect(throws: ReconciliationError.self) {
            try RunResult(toy.context, measurements, program: run.program)
        }
        #expect(
            error?.description
                == "the run's accounts don't agree:\n  reader: commands run is 99, commands of its program is 100")
    }
}
