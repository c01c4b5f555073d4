import Foundation
import OrrerySimulation
import Testing

/// The streams of `reference/cache` §6.1 against the hashes of their addresses, and what the other generators promise.
@Suite struct StreamTests {
    private static let (near, far) = (0x1000_0000, 0x1_0000_0000)
    private static let rule = AccessStream.Writes.drawnAnew(oneIn: 4, seed: 0xABCDEF)

    /// The streams by their names in the reference.
    static let reference: [String: AccessStream] = {
        func strided(_ stride: Int, _ span: Int) -> AccessStream {
            AccessStream(
                .strided, ["base": [near], "span": [span], "stride": [stride]], bytes: 8, writes: rule, count: 200_000)
        }
        func random(_ span: Int, _ base: Int = near) -> AccessStream {
            AccessStream(
                .random, ["base": [base], "span": [span], "step": [8]], bytes: 8, writes: rule, count: 200_000)
        }
        func chase(_ nodes: Int, _ stride: Int) -> AccessStream {
            AccessStream(
                .pointerChase, ["base": [near], "nodes": [nodes], "stride": [stride]], writes: rule, count: 200_000)
        }
        func gather(_ bits: Int) -> AccessStream {
            AccessStream(
                .gather,
                ["indices": [1 << 40], "step": [64], "elements": [1 << bits], "seed": [7], "skewed": [1]],
                writes: rule, count: 200_000)
        }
        return [
            "seq8_1M": strided(8, 1 << 20), "stride192_1M": strided(192, 1 << 20),
            "stride4096_4M": strided(4096, 1 << 22), "stride4096_64M": strided(4096, 1 << 26),
            "stride4160_64M": strided(4160, 1 << 26), "loop640": strided(64, 64 * 640),
            "loop5000": strided(64, 64 * 5000), "rnd_64K": random(1 << 16), "rnd_1M": random(1 << 20),
            "rnd_16M": random(1 << 24), "rnd_64M": random(1 << 26), "rnd_1G": random(1 << 30),
            "rnd_8G": random(1 << 33, far), "chase64_16K": chase(16384, 64), "chase64_256K": chase(262_144, 64),
            "chase4096_8K": chase(8192, 4160), "chase4096_64K": chase(65536, 4160), "gather2_16M": gather(18),
            "gather2_4G": gather(26),
            "hotcold": AccessStream(
                .hotCold, ["hot": [2048], "cold": [131_072]], writes: rule, count: 200_000),
            "mm64": AccessStream(.matrixProduct, ["size": [64]], writes: rule, count: 200_000),
        ]
    }()

    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "../shared/reference/cache/streams.csv").standardizedFileURL.path

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: file), "the reference streams are not here"),
        arguments: reference.keys.sorted())
    func addressesAreThoseOfTheReference(name: String) throws {
        let rows = try String(contentsOfFile: Self.file, encoding: .utf8).split(separator: "\n")
        let row = try #require(rows.first { $0.hasPrefix("\(name),") }).split(separator: ",")
        let stream = try #require(Self.reference[name])
        #expect(stream.problem == nil)
        let generator = try #require(AccessGenerator.make(stream))
        var hash: UInt64 = 1_469_598_103_934_665_603
        var writes = 0
        for index in 0..<stream.count {
            let access = generator.next()
            hash = (hash ^ UInt64(access.address)) &* 1_099_511_628_211
            if access.isWrite { writes += 1 }
            if index < 8 {
                let shown = "0x\(String(access.address, radix: 16))\(access.isWrite ? "W" : "R")"
                #expect(shown == String(row[4 + index]))
            }
        }
        #expect(String(hash, radix: 16) == String(try #require(UInt64(row[2], radix: 16)), radix: 16))
        #expect(writes == Int(row[3]))
    }

    private func accesses(_ stream: AccessStream) throws -> [Access] {
        #expect(stream.problem == nil)
        let generator = try #require(AccessGenerator.make(stream))
        return (0..<stream.count).map { _ in generator.next() }
    }

    @Test func aChaseVisitsEveryNodeOnce() throws {
        let cycle = try accesses(AccessStream(.pointerChase, ["nodes": [1000]], count: 2000)).map(\.address)
        #expect(Set(cycle[..<1000]).count == 1000)
        #expect(cycle[..<1000] == cycle[1000...])
    }

    @Test func nestsCountTheFirstCounterFastest() throws {
        let stream = AccessStream(.nested, ["counts": [2, 3], "strides": [100, 7]], count: 7)
        #expect(try accesses(stream).map(\.address) == [0, 100, 7, 107, 14, 114, 0])
    }

    @Test func pingPongTakesTwoRowsInTurn() throws {
        let stream = AccessStream(.pingPong, ["distance": [1 << 20], "columns": [4]], count: 9)
        #expect(
            try accesses(stream).map(\.address)
                == [0, 1 << 20, 64, 1 << 20 | 64, 128, 1 << 20 | 128, 192, 1 << 20 | 192, 0])
    }

    @Test func copiesWriteTheBlocksTheyRead() throws {
        let stream = AccessStream(.copy, ["target": [4096], "span": [256], "block": [128]], count: 8)
        let expected = [(0, false), (64, false), (4096, true), (4160, true), (128, false), (192, false), (4224, true)]
        let found = try accesses(stream)
        for (access, expected) in zip(found, expected) {
            #expect(access.address == expected.0)
            #expect(access.isWrite == expected.1)
        }
        #expect(found[7].address == 4288)
    }

    @Test func updatesReadAndWriteTheSameElement() throws {
        let found = try accesses(AccessStream(.gups, ["span": [1 << 20]], count: 1000))
        for pair in 0..<500 {
            #expect(found[2 * pair].address == found[2 * pair + 1].address)
            #expect(!found[2 * pair].isWrite && found[2 * pair + 1].isWrite)
        }
    }

    @Test func embeddingsReadWholeRowsBehindTheirIndex() throws {
        let stream = AccessStream(
            .embedding, ["tables": [2], "rows": [100], "row": [128], "lookups": [3]], count: 3 * 3 + 2)
        let found = try accesses(stream)
        #expect(found[0].address == 0x1000_0000)
        #expect(found[1].dependence == 1)
        #expect(found[2].dependence == 2)
        #expect(found[2].address == found[1].address + 64)
        #expect(found[3].address == 0x1000_0008)
        #expect(found[9].isWrite && found[10].isWrite)
    }

    /// Every edge of every vertex that the search reaches is looked at, and each vertex is claimed once.
    @Test func aSearchClaimsEveryVertexOnce() throws {
        let found = try accesses(AccessStream(.breadthFirst, ["scale": [8], "degree": [4]], count: 12_000))
        let claims = found.filter { $0.site == 5 }.map(\.address)
        let restart = claims.indices.first { Set(claims[...$0]).count < $0 + 1 } ?? claims.count
        #expect(restart > 100)
        #expect(Set(claims[..<restart]).count == restart)
    }

    /// One round of PageRank reads each end of each edge once: twice as many contributions as there are edges.
    @Test func aRoundOfPageRankReadsEveryEdgeTwice() throws {
        let vertices = 256
        let accesses = try accesses(
            AccessStream(.pageRank, ["scale": [8], "degree": [4]], count: 2 * vertices + 4 * vertices * 4))
        #expect(accesses.count { $0.site == 2 } == 2 * vertices * 4)
        #expect(accesses.count { $0.isWrite } == vertices)
        #expect(accesses.last?.isWrite == true)
    }

    /// Records change where vertices lie, and nothing else.
    @Test(arguments: [AccessPattern.breadthFirst, .pageRank]) func verticesLieInRecords(pattern: AccessPattern) throws {
        let (bytes, site) = pattern == .breadthFirst ? (4, 4) : (8, 2)
        func found(_ stream: AccessStream) throws -> [(site: Int, address: Int)] {
            try accesses(stream).map { (Int($0.site), $0.address) }
        }
        let packed = try found(AccessStream(pattern, ["scale": [8], "degree": [4]], count: 10_000))
        let apart = try found(AccessStream(pattern, ["scale": [8], "degree": [4], "record": [64]], count: 10_000))
        #expect(packed.map(\.site) == apart.map(\.site))
        let first = try #require(packed.first { $0.site == site }),
            origin = try #require(apart.first { $0.site == site })
        for (one, other) in zip(packed, apart) where one.site == site {
            #expect((one.address - first.address) * 64 == (other.address - origin.address) * bytes)
        }
        #expect(
            pattern.problem(pattern.parameters.map { $0.name == "record" ? [bytes - 1] : [8] })?.parameter == "record")
    }

    @Test func kmersOfOneGenomeAreFoundAgain() throws {
        let stream = AccessStream(
            .kmerCount, ["genome": [500], "slots": [4096], "length": [64]], count: 200_000)
        let found = try accesses(stream)
        // No more slots than the genome has k-mers.
        #expect(Set(found.filter { $0.isWrite }.map(\.address)).count == 500)
    }

    @Test func lookupsStayInTheirGrids() throws {
        let found = try accesses(
            AccessStream(.crossSections, ["nuclides": [20], "points": [50]], count: 100_000))
        let grid = found.filter { $0.site == 0 }
        #expect(grid.allSatisfy { (0x1000_0000..<0x1000_0000 + 8 * 1000).contains($0.address) })
        #expect(found.filter { $0.site >= 2 }.allSatisfy { $0.address - 0x4_0000_0000 < 48 * 1000 })
    }

    @Test(arguments: AccessPattern.allCases)
    func dependencesStayInReachAndSitesInTheirCode(pattern: AccessPattern) throws {
        let values: [String: Int] = [
            "span": 1 << 16, "stride": 64, "distance": 8192, "rows": 32, "columns": 16, "counts": 4, "strides": 64,
            "nodes": 128, "elements": 64, "tables": 2, "row": 128, "lookups": 4, "hot": 64, "cold": 64, "size": 16,
            "scale": 6, "genome": 1000, "slots": 4096,
        ]
        let numbers = pattern.parameters.map {
            [$0.defaultValue(accessBytes: pattern.accessBytes) ?? values[$0.name] ?? 1]
        }
        let stream = AccessStream(.pattern(pattern, values: numbers), count: 5000)
        for access in try accesses(stream) {
            #expect((0...Access.farthestDependence).contains(access.dependence))
            #expect((0..<48).contains(access.site))
            #expect(access.address >= 0 && access.bytes > 0)
        }
    }
}
