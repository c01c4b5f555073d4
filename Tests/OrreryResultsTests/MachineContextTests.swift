import Foundation
import OrreryMachine
import OrreryText
import Testing

@testable import OrreryResults

@Suite struct MachineContextTests {
    private func machine(_ text: String) throws -> Machine {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).yaml")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let diagnostics = Diagnostics()
        let machine = Machine.load(path: file.path, diagnostics: diagnostics)
        try diagnostics.throwIfErrors()
        return try #require(machine)
    }

    private func listed(queues: Set<String>) throws -> [ComponentContext] {
        let machine = try machine(
            """
            machine: pair
            clocks: {core: 1 GHz}
            components:
              dma: {class: dma, burst: 4 KiB, outstanding: 4, transfers: 2}
              buffer: {class: scratchpad, count: 2, capacity: 16 KiB, banks: 4, ports: 2, width: 64 B, latency: 1 cycle}
              dram: {class: simple-memory, bandwidth: 32 GB/s, latency: 10 ns, outstanding: 8, granule: 64 B}
              link: {class: link, bandwidth: 8 GB/s, latency: 1 us, header: 16 B, payload: 4 KiB, credits: 8}
            connect:
              - [link.to, dram]
              - ["dma.memory", link]
              - ["dma.buffer", "buffer[1]"]
            """)
        return ComponentContext.list(machine, try machine.instantiate(), queues: queues)
    }

    @Test func componentsStandInFileOrderWithTheirFamilies() throws {
        let list = try listed(queues: ["dma"])
        #expect(list.map(\.path) == ["dma", "buffer[0]", "buffer[1]", "dram", "link"])
        #expect(list.map(\.family) == ["dma", "buffer", "buffer", "dram", "link"])
        #expect(list.map(\.role) == [.engine, .memory, .memory, .memory, .link])
    }

    @Test func portsLeadToServers() throws {
        let list = try listed(queues: ["dma"])
        #expect(list[0].ports == [.init("memory", "link"), .init("buffer", "buffer[1]")])
        #expect(list[4].ports == [.init("to", "dram")])
    }

    @Test func peaksAreBytesACycle() throws {
        let list = try listed(queues: [])
        // 2 ports of 64 bytes; 32 and 8 bytes a nanosecond.
        #expect(list.map(\.peakBytesPerCycle) == [nil, 128, 128, 32, 8])
    }
}
