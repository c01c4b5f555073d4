import OrreryText
import Testing

@testable import OrreryEinsum

struct TrafficTests {
    @Test func attentionMovesItsOperandsOnce() throws {
        for name in attentionCascades {
            let cascade = try #require(try load(name, ["M": 2048, "P": 1024]).cascade)
            let heads = 64 * 12
            let traffic = cascade.minimumTraffic
            #expect(
                traffic.reads == [
                    .init(tensor: "Q", bytes: heads * 64 * 1024 * 2), .init(tensor: "K", bytes: heads * 64 * 2048 * 2),
                    .init(tensor: "V", bytes: heads * 64 * 2048 * 2),
                ])
            #expect(traffic.writes == [.init(tensor: "AV", bytes: heads * 64 * 1024 * 2)])
        }
    }

    @Test func intensityOfAMultiplication() throws {
        let gemm = try #require(try load("gemm", ["M": 300, "N": 200, "K": 100]).cascade)
        let bytes = 2 * (300 * 100 + 100 * 200 + 300 * 200)
        #expect(gemm.minimumTraffic.bytes == bytes)
        #expect(gemm.arithmeticIntensity == Double(2 * 300 * 200 * 100) / Double(bytes))
    }

    @Test func onlyWhatIsReadCounts() throws {
        let embedding = try #require(try load("embedding", ["T": 10, "VOCABULARY": 32000, "D": 64]).cascade)
        #expect(embedding.minimumTraffic.reads == [.init(tensor: "TOKEN", bytes: 40), .init(tensor: "W", bytes: 1280)])
        let small = try #require(try load("embedding", ["T": 100, "VOCABULARY": 10, "D": 64]).cascade)
        #expect(small.minimumTraffic.reads.last == .init(tensor: "W", bytes: 1280))
        let strided = try cascade(
            """
            ranks: {q: 10, s: 2, w: 32, v: 32, c: 4}
            tensors:
              I: {ranks: [w], type: int8}
              J: {ranks: [v], type: int4}
              F: {ranks: [s, c], type: fp8}
            cascade: ["O[q] = I[q * 3 + s] * F[s, 2] + J[q + s]"]
            """)
        // 10 runs of 2 laid 3 apart; 11 adjacent elements of half a byte; a column of 2.
        #expect(strided.minimumTraffic.reads.map(\.bytes) == [20, 6, 2])
    }

    @Test func subByteElementsPack() {
        #expect(ElementType.int4.bytes(of: 3) == 2)
        #expect(ElementType.bool.bytes(of: 17) == 3)
        #expect(ElementType.fp16.bytes(of: 5) == 10)
        #expect(ElementType.fp32.bytes(of: 1 << 57) == 1 << 59)
        #expect(Set(ElementType.all.map(\.name)).count == ElementType.all.count)
        for type in ElementType.all { #expect(ElementType(named: type.name) == type) }
    }

    @Test func tensorsLiveFromFirstToLastUse() throws {
        let three = try #require(
            try load("attention-3pass", ["B": 1, "H": 1, "M": 100, "P": 10, "E": 4, "F": 5]).cascade)
        let footprint = three.liveFootprint
        #expect(footprint.steps.map(\.einsum) == ["QK", "GM", "SN", "SD", "A", "AV"])
        #expect(footprint.steps[2].tensors == ["QK", "GM", "SN"])
        #expect(
            footprint.steps.map(\.bytes)
                == [40 + 400 + 1000, 1000 + 10, 1000 + 10 + 1000, 1000 + 10, 1000 + 10 + 1000, 1000 + 500 + 50].map {
                    $0 * 2
                })
        #expect(footprint.peakBytes == 4020)
    }

    @Test func raggedTilesAndGenerations() throws {
        let one = try #require(
            try load("attention-1pass", ["B": 1, "H": 1, "M": 1000, "P": 10, "E": 4, "F": 5]).cascade)
        let scores = try #require(one.tensor(named: "QK"))
        #expect(scores.shape == [1, 1, 4, 256, 10] && scores.elements == 10_000)
        let maximum = try #require(one.tensor(named: "RM"))
        #expect(maximum.ranks == ["b", "h", "m1", "p"] && maximum.shape == [1, 1, 5, 10])
        #expect(maximum.generationalRank == "m1" && maximum.initial == -.infinity)
        #expect(maximum.bytes == 100 && maximum.generationBytes == 20)
        #expect(one.points(over: ["m1", "m0"]) == 1000 && one.points(over: ["m1"]) == 4)
    }
}
