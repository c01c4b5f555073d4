import Testing

@testable import OrrerySimulation

@Suite struct ChannelTests {
    @Test func durationsAreExact() {
        let rate = Rate(bytes: 6, perCycles: 4)
        #expect(rate == Rate(bytes: 3, perCycles: 2))
        #expect(rate.duration(of: 64) == .init(cycles: 42, part: 2))
        let fine = Rate(bytes: 1 << 40, perCycles: (1 << 30) + 1)
        #expect(fine.duration(of: 1 << 50) == .init(cycles: (1 << 40) + (1 << 10), part: 0))
    }

    /// Two channels that are idle with different leftovers are in the same state.
    @Test func whatIsLeftOfAnIdleChannelIsNoState() {
        func state(after bytes: Int) -> [Int] {
            var channel = Channel(Rate(bytes: 7))
            _ = channel.transfer(channel.rate.duration(of: bytes), from: 10)
            channel.settle(at: 20)
            var visitor = StateVisitor(.record)
            channel.visit(&visitor)
            return visitor.entries.map { $0.kind == .time ? max(0, $0.value - 20) : $0.value }
        }
        #expect(state(after: 1) == state(after: 23))
        #expect(state(after: 1) != state(after: 80))
    }

    @Test func aRateThatDoesNotFitIsNone() {
        #expect(Rate(bytesPerSecond: 0, clock: gigahertz) == nil)
        #expect(Rate(bytesPerSecond: 1_500_000_000, clock: gigahertz) == Rate(bytes: 3, perCycles: 2))
    }
}
