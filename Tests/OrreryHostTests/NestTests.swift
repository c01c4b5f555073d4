@testable import OrrerySimulation
import OrreryText
import Testing

@testable import OrreryHost

/// Nests of loops as streams: what they execute, in closed form and one by one, and on a core.
@Suite struct NestTests {
    /// All instructions of a nest.
    private func instructions(_ nest: LoopNest) throws -> [StreamInstruction] {
        #expect(nest.problem == nil)
        let generator = try InstructionGenerator.make(AccessStream(.nest(nest), count: 1))
        var result: [StreamInstruction] = []
        while true {
            let count = generator.refill()
            if count == 0 { return result }
            for place in 0..<count { result.append(generator.chunk[place]) }
        }
    }

    private func loads(_ list: [StreamInstruction]) -> [Int] {
        list.flatMap { instruction in (0..<Int(instruction.loadCount)).map { instruction.loads[$0] } }
    }

    private func stores(_ list: [StreamInstruction]) -> [Int] {
        list.flatMap { instruction in (0..<Int(instruction.storeCount)).map { instruction.stores[$0] } }
    }

    private static let names = ["m", "n", "k"]

    /// Z[m, n] = A[m, k] * B[k, n] with loops in some order; `unrolled` is laid over registers.
    private func product(
        _ sizes: [Int], order: [Int], unrolled: Bool = false, width: Int = 1, bounds: [LoopNest.Bound] = []
    ) -> LoopNest {
        let loops = order.map { LoopNest.Loop(Self.names[$0], trips: sizes[$0], isReduced: $0 == 2) }
        func index(_ rows: Int, _ columns: Int) -> LoopNest.Index {
            LoopNest.Index(order.map { $0 == rows ? sizes[columns] : $0 == columns ? 1 : 0 })
        }
        return LoopNest(
            loops: loops, isUnrolled: unrolled, width: width, bounds: bounds,
            loads: [
                LoopNest.Operand("A", at: 0x10000, elementBytes: 4, index(0, 2)),
                LoopNest.Operand("B", at: 0x20000, elementBytes: 4, index(2, 1)),
            ], steps: [LoopNest.Step(.multiplyAccumulate, [.load(0), .load(1), .sum])], stored: .sum,
            result: LoopNest.Operand("Z", at: 0x30000, elementBytes: 4, index(0, 1)))
    }

    /// What is counted one by one is what the closed form says.
    private func check(_ nest: LoopNest) throws -> LoopNest.Counts {
        let list = try instructions(nest)
        let counts = nest.counts
        #expect(list.count == counts.instructions)
        #expect(loads(list).count == counts.loads)
        #expect(stores(list).count == counts.stores)
        #expect(list.count { $0.isBranch } == counts.branches)
        for operation in counts.operations {
            let code = UInt8(1 + (ScalarOperation.allCases.firstIndex(of: operation.kind) ?? 0))
            #expect(list.reduce(0) { $0 + ($1.operation == code ? Int($1.operations) : 0) } == operation.count)
        }
        return counts
    }

    /// An operand is loaded where the innermost loop that it depends on goes on; sums stay in a register where they can.
    @Test(arguments: [
        ([0, 1, 2], 2 * 3 * 4 * 5, 12, 12), ([0, 2, 1], 15 + 60 + (60 - 12), 60, 60), ([1, 0, 2], 120, 12, 12),
        ([2, 0, 1], 15 + 60 + 48, 60, 60), ([2, 1, 0], 60 + 20 + 48, 60, 60), ([1, 2, 0], 60 + 20 + 48, 60, 60),
    ])
    func productsLoadWhatChanges(order: [Int], loads: Int, stores: Int, results: Int) throws {
        // m 3, n 4, k 5.
        let counts = try check(product([3, 4, 5], order: order))
        #expect(counts.loads == loads && counts.stores == stores)
        #expect(counts.operations == [.init(kind: .multiplyAccumulate, count: 60)])
        let trips = order.map { [3, 4, 5][$0] }
        let branches = trips[0] + trips[0] * trips[1] + 60
        #expect(counts.branches == branches)
        #expect(counts.instructions == loads + stores + 60 + branches)
    }

    /// The sequence of a dot product, instruction by instruction.
    @Test func aBodyIsWhatItSays() throws {
        let nest = product([2, 2, 2], order: [0, 1, 2])
        let list = try instructions(nest)
        let text = list.map { instruction -> String in
            if instruction.isBranch { return instruction.isTaken ? "taken" : "not taken" }
            if instruction.loadCount > 0 { return "load \(String(instruction.loads[0], radix: 16))" }
            if instruction.storeCount > 0 { return "store \(String(instruction.stores[0], radix: 16))" }
            return instruction.sources[2] == 0 ? "first" : "mac"
        }
        #expect(
            text.prefix(12) == [
                "load 10000", "load 20000", "first", "taken", "load 10004", "load 20008", "mac", "not taken",
                "store 30000", "taken", "load 10000", "load 20004",
            ])
        #expect(text.suffix(3) == ["store 3000c", "not taken", "not taken"])
        // The multiplication reads what both loads and the one before it wrote.
        #expect(list[6].sources[0] == list[4].destinations[0] && list[6].sources[1] == list[5].destinations[0])
        #expect(list[6].sources[2] == list[2].destinations[0])
        #expect(list[8].sources[1] == list[6].destinations[0])
        // The same instruction has the same address every time.
        #expect(list[0].pointer == list[4].pointer && list[0].pointer != list[1].pointer)
    }

    /// Over registers: operands that lie side by side are vectors, those that don't are loaded one by one, four at a time.
    @Test func columnsFillVectors() throws {
        let vectors = try check(product([3, 20, 5], order: [0, 2, 1], unrolled: true, width: 8))
        // A once a point of m and k; B in vectors of 8, 8 and 4.
        #expect(vectors.loads == 15 + 15 * 3 && vectors.stores == 9)
        #expect(vectors.operations == [.init(kind: .multiplyAccumulate, count: 300)])
        #expect(vectors.instructions == 60 + 45 + 9 + 3 + 15)
        let columns = try check(product([20, 3, 5], order: [1, 2, 0], unrolled: true, width: 8))
        #expect(columns.loads == 15 * 20 + 15 && columns.stores == 3 * 20)
        #expect(columns.instructions == 15 * 5 + 15 + 15 * 5 + 60 + 3 + 15)
        let bytes = try instructions(product([3, 20, 5], order: [0, 2, 1], unrolled: true, width: 8)).filter {
            $0.storeCount > 0
        }.map(\.bytes)
        #expect(bytes == [32, 32, 16, 32, 32, 16, 32, 32, 16])
    }

    /// Loops of random nests with short last tiles: closed form and enumeration agree.
    @Test func boundedNestsCountWhatExists() throws {
        var random = StreamRandom(seed: 5)
        for _ in 0..<300 {
            let parts = (2 + random.next(below: 3), 2 + random.next(below: 4))
            let limit = (parts.0 - 1) * parts.1 + 1 + random.next(below: parts.1)
            let (rows, depth) = (2 + random.next(below: 3), 2 + random.next(below: 3))
            // r, and c = c1 × parts.1 + c0 below the limit, and k, in any order; perhaps the last one over registers.
            var order = [0, 1, 2, 3]
            for place in (1..<4).reversed() { order.swapAt(place, random.next(below: place + 1)) }
            let reduced = random.next(below: 3)
            let trips = [rows, parts.0, parts.1, depth]
            let isReduced = [false, reduced == 1, reduced == 1, reduced != 2]
            let isUnrolled = random.next(below: 2) == 0 && !isReduced[order[3]]
            func index(_ numbers: [Int]) -> LoopNest.Index { LoopNest.Index(order.map { numbers[$0] }) }
            let columns = reduced == 1 ? 0 : 1
            let nest = LoopNest(
                loops: order.map { LoopNest.Loop("\($0)", trips: trips[$0], isReduced: isReduced[$0]) },
                isUnrolled: isUnrolled, width: 1 + random.next(below: 4),
                bounds: [LoopNest.Bound(order.map { [0, parts.1, 1, 0][$0] }, below: limit)],
                loads: [
                    LoopNest.Operand("A", at: 0, elementBytes: 4, index([limit, parts.1, 1, 0])),
                    LoopNest.Operand("B", at: 0, elementBytes: 4, index([0, depth * parts.1, depth, 1])),
                ],
                steps: reduced == 2
                    ? [LoopNest.Step(.add, [.load(0), .load(1)])]
                    : [LoopNest.Step(.multiplyAccumulate, [.load(0), .load(1), .sum])],
                stored: reduced == 2 ? .step(0) : .sum,
                result: LoopNest.Operand(
                    "Z", at: 0, elementBytes: 4,
                    index([limit * depth, columns * depth * parts.1, columns * depth, reduced == 2 ? 1 : 0])))
            let counts = try check(nest)
            #expect(counts.operations[0].count == rows * limit * depth)
        }
    }

    // MARK: The same loops as generated streams

    /// Y[i] = T[I[i]] reads what `gather` reads.
    @Test(arguments: [false, true])
    func aGatherHasTheAddressesOfTheGeneratedOne(isSkewed: Bool) throws {
        let (count, elements) = (3000, 4096)
        let nest = LoopNest(
            loops: [LoopNest.Loop("i", trips: count)],
            loads: [
                LoopNest.Operand(
                    "I", at: 0x1000_0000, elementBytes: 4, LoopNest.Index([1]),
                    values: GeneratedValues(isSkewed ? .skewed : .uniform, below: elements, seed: 9)),
                LoopNest.Operand(
                    "T", at: 0x1_0000_0000, elementBytes: 8, LoopNest.Index([0], lookups: [.init(0)])),
            ], stored: .load(1),
            result: LoopNest.Operand("Y", at: 0x2_0000_0000, elementBytes: 8, LoopNest.Index([1])))
        let list = try instructions(nest)
        let stream = AccessStream(
            .gather, ["step": [8], "elements": [elements], "seed": [9], "skewed": [isSkewed ? 1 : 0]], count: 1)
        let generator = try #require(AccessGenerator.make(stream))
        #expect(loads(list) == (0..<(2 * count)).map { _ in generator.next().address })
        // The element waits for its index, and for nothing else.
        #expect(list[1].sources[0] == list[0].destinations[0] && list[1].sources[1] == 0)
        #expect(list.count == 4 * count && nest.counts.instructions == list.count)
    }

    /// Sums of rows read and write what `embedding` does, with dependences and order.
    @Test func anEmbeddingBagHasTheAddressesOfTheGeneratedOne() throws {
        let (samples, tables, lookups, rows, columns) = (5, 3, 4, 1024, 32)
        let nest = LoopNest(
            loops: [
                LoopNest.Loop("b", trips: samples), LoopNest.Loop("t", trips: tables),
                LoopNest.Loop("l", trips: lookups, isReduced: true), LoopNest.Loop("d", trips: columns),
            ], isUnrolled: true, width: 16,
            loads: [
                LoopNest.Operand(
                    "I", at: 0x1000_0000, elementBytes: 8, LoopNest.Index([tables * lookups, lookups, 1, 0]),
                    values: GeneratedValues(.skewed, below: rows, seed: 1)),
                LoopNest.Operand(
                    "W", at: 0x1_0000_0000, elementBytes: 4,
                    LoopNest.Index([0, rows * columns, 0, 1], lookups: [.init(0, coefficient: columns)])),
            ], steps: [LoopNest.Step(.add, [.load(1), .sum])], stored: .sum,
            result: LoopNest.Operand(
                "S", at: 0x800_0000, elementBytes: 4, LoopNest.Index([tables * columns, columns, 0, 1])))
        let counts = try check(nest)
        #expect(counts.operations == [.init(kind: .add, count: samples * tables * lookups * columns)])
        let stream = AccessStream(
            .embedding,
            ["tables": [tables], "rows": [rows], "row": [4 * columns], "lookups": [lookups], "skewed": [1]], count: 1)
        let generator = try #require(AccessGenerator.make(stream))
        var last: StreamInstruction?
        for instruction in try instructions(nest) where instruction.loadCount + instruction.storeCount > 0 {
            let access = generator.next()
            let address = access.isWrite ? instruction.stores[0] : instruction.loads[0]
            #expect(address == access.address && Int(instruction.bytes) == access.bytes)
            #expect((instruction.storeCount > 0) == access.isWrite)
            if access.site == 0 { last = instruction }
            if access.site == 1 { #expect(instruction.sources[0] == last?.destinations[0]) }
        }
        #expect(generator.next().site == 0)
    }

    /// A[B[C[i]]]: each load waits for the one before it, and finds what that holds.
    @Test func chainsFollowTheElements() throws {
        let values = [
            GeneratedValues(.permutation, below: 64, seed: 1), GeneratedValues(.permutation, below: 64, seed: 2),
        ]
        func operand(_ place: Int) -> LoopNest.Operand {
            LoopNest.Operand(
                "T\(place)", at: 0x1000 * (place + 1), elementBytes: 8,
                place == 0 ? LoopNest.Index([1]) : LoopNest.Index([0], lookups: [.init(place - 1)]),
                values: place < 2 ? values[place] : nil)
        }
        let nest = LoopNest(
            loops: [LoopNest.Loop("i", trips: 64)], loads: (0..<3).map(operand), stored: .load(2),
            result: LoopNest.Operand("Y", at: 0x8000, elementBytes: 8, LoopNest.Index([1])))
        let (c, b) = (ValueGenerator(values[0]), ValueGenerator(values[1]))
        let expected = (0..<64).flatMap { i in
            let first = c.element(at: i)
            return [0x1000 + 8 * i, 0x2000 + 8 * first, 0x3000 + 8 * b.element(at: first)]
        }
        #expect(loads(try instructions(nest)) == expected)
    }

    // MARK: On a core

    private static let core = Core.Configuration(
        dispatch: 4, execute: 4, retire: 4, loads: 4, stores: 4, window: 64, scheduler: 64, loadQueue: 64,
        storeQueue: 64)

    /// A core counts what the nest says, by kind.
    @Test func aCoreDoesWhatTheNestSays() throws {
        for order in [[0, 1, 2], [2, 0, 1]] {
            let nest = product([6, 7, 8], order: order)
            let counts = nest.counts
            let run = try StreamRun(AccessStream(.nest(nest), count: counts.instructions), latency: 20) {
                Core(path: "core", memory: $0, Self.core)
            }
            #expect(run.counter("instruction", of: "core") == counts.instructions)
            #expect(run.counter("load", of: "core") == counts.loads)
            #expect(run.counter("store", of: "core") == counts.stores)
            #expect(run.counter("multiply-accumulate", of: "core") == 6 * 7 * 8)
            #expect(run.counter("branches", of: "core") == counts.branches)
        }
    }

    /// A load takes the value of a store that wrote it, not of one beside it in the same eight bytes.
    @Test func neighboursAreNotForwarded() throws {
        // n is the inner loop: Z[n] is read again long after it was stored where the row is long, at once where it is short.
        let long = product([2, 256, 4], order: [0, 2, 1])
        let run = try StreamRun(AccessStream(.nest(long), count: long.counts.instructions), latency: 2) {
            Core(path: "core", memory: $0, Self.core)
        }
        #expect(run.counter("forwarded loads", of: "core") == 0)
        let short = product([2, 2, 4], order: [0, 2, 1])
        let other = try StreamRun(AccessStream(.nest(short), count: short.counts.instructions), latency: 200) {
            Core(path: "core", memory: $0, Self.core)
        }
        #expect(other.counter("forwarded loads", of: "core") == 2 * 2 * 3)
    }

    /// A chain of three loads costs three latencies, before the store's own; chains of different iterations overlap in the window.
    @Test(arguments: [true, false])
    func dependentLoadsWaitForEachOther(isChained: Bool) throws {
        let values = GeneratedValues(.uniform, below: 1 << 20)
        func operand(_ place: Int) -> LoopNest.Operand {
            let lookups = isChained && place > 0 ? [LoopNest.Index.Lookup(place - 1)] : []
            return LoopNest.Operand(
                "T\(place)", at: place << 30, elementBytes: 8,
                LoopNest.Index([lookups.isEmpty ? 1 : 0], lookups: lookups),
                values: values)
        }
        let nest = LoopNest(
            loops: [LoopNest.Loop("i", trips: 8)], loads: (0..<3).map(operand), stored: .load(2),
            result: LoopNest.Operand("Y", at: 1 << 32, elementBytes: 8, LoopNest.Index([1])))
        let run = try StreamRun(AccessStream(.nest(nest), count: nest.counts.instructions), latency: 100) {
            Core(path: "core", memory: $0, Self.core)
        }
        let latencies = isChained ? 4 : 2
        #expect((100 * latencies..<100 * latencies + 30).contains(run.cycles))
    }

    // MARK: What can't be run

    @Test func problemsAreNamed() {
        func problem(_ change: (inout LoopNest) -> Void) -> String? {
            var nest = product([3, 4, 5], order: [0, 1, 2])
            change(&nest)
            return nest.problem
        }
        #expect(problem { _ in } == nil)
        #expect(problem { $0.loops[0].trips = 1 } == "the loop 'm' has 1 trips, not 2 to 2^40")
        #expect(problem { $0.isUnrolled = true } == "'k' is reduced, and can't be laid over lanes")
        #expect(
            problem { $0.bounds = [.init([1, 0, 0], below: 2), .init([1, 0, 0], below: 2)] }
                == "two bounds share a loop")
        #expect(problem { $0.bounds = [.init([2, 3, 0], below: 4)] } == "a bound counts in mixed radix")
        #expect(problem { $0.loads[0].index.coefficients = [1] }?.contains("a coefficient for each loop") ?? false)
        #expect(problem { $0.loads[0].index.lookups = [.init(0)] }?.contains("what was loaded before") ?? false)
        #expect(problem { $0.loads[1].index.lookups = [.init(0)] } == "'B' is indexed by elements that nobody knows")
        #expect(problem { $0.loads[0].index.constant = -1 } == "an address of 'A' lies outside 0 to 2^56")
        #expect(problem { $0.steps[0].sources = [.step(0), .sum] } == "a step takes what is not there")
        #expect(problem { $0.stored = .load(7) } == "what is stored is not there")
        #expect(problem { $0.stored = .load(0) } == "what is folded is stored")
        #expect(
            problem {
                $0.loops[2].trips = 1 << 40; $0.loops[1].trips = 1 << 20
            }?.contains("2^") ?? false)
    }
}
