import Orrery
import Testing

/// One import gives a user of the package every room.
@Suite struct OrreryTests {
    @Test func everyRoomIsReExported() throws {
        let quantity: Quantity = "64 KiB"
        #expect(quantity.dimension == .bytes)
        #expect(Catalog.find("scratchpad")?.role == .memory)
        #expect(RunResult.schema == "orrery-result/1")
        #expect(OperationCounts().total == 0)
        #expect(Program().queues.isEmpty)
        #expect(MemoryPlan().areas.isEmpty)
        #expect(Objective.Direction.allCases.count == 2)
    }
}
