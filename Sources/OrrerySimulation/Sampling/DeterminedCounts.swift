/// The counters that the program alone decides: what its commands count, and the bytes that they move. A skip adds them as so many
/// runs of each command, exactly, also where what was under way at the two ends of a window differs.
struct DeterminedCounts {
    /// What one run of a command adds to a counter.
    private struct Share {
        var run: Int
        var amount: Int
    }

    private var shares: [Int: [Share]] = [:]

    /// - Parameter kernel: with the counters of all components registered.
    init(_ kernel: Kernel) {
        let servers = Self.determinedServers(kernel)
        for engine in kernel.engines {
            for (pc, step) in engine.steps.enumerated() where step.kind == .command {
                for (variant, work) in step.variants.enumerated() {
                    let run = engine.runBase + engine.heads[pc].firstRun + variant
                    add(work, of: engine, step.operatorID, run, servers)
                }
            }
        }
    }

    private mutating func add(
        _ work: Work, of engine: Engine, _ operatorID: Int, _ run: Int, _ servers: Set<Int>
    ) {
        for entry in work.actions {
            let counter = engine.actionBase + entry.action * engine.width + operatorID
            shares[counter, default: []].append(Share(run: run, amount: entry.count))
        }
        for stream in work.streams {
            let bytes = stream.bytes * stream.count
            if let counter = engine.byteCounter(port: stream.port, isWrite: stream.isWrite, operatorID) {
                shares[counter, default: []].append(Share(run: run, amount: bytes))
            }
            var server: Server? = engine.ports[stream.port]
            while let next = server, servers.contains(next.id) {
                if let metered = next as? any Metered {
                    let counter = metered.traffic.byteCounter(isWrite: stream.isWrite, operatorID)
                    shares[counter, default: []].append(Share(run: run, amount: bytes))
                }
                server = next.passesOnTo
            }
        }
    }

    /// Servers to which nobody sends but engines with streams of their commands, and servers that pass on what they get.
    private static func determinedServers(_ kernel: Kernel) -> Set<Int> {
        let servers = kernel.components.compactMap { $0 as? Server }
        var determined = Set(servers.map(\.id))
        // What a stream of accesses sends is nowhere in the program.
        for engine in kernel.engines where engine.takesStreams { determined.subtract(engine.ports.map(\.id)) }
        var isStable = false
        while !isStable {
            isStable = true
            for server in servers {
                // One that passes everything on to one server, or to none, keeps that one known.
                if determined.contains(server.id), server.passesOnTo != nil || !server.canBeRead { continue }
                for next in server.behind where determined.remove(next.id) != nil { isStable = false }
            }
        }
        return determined
    }

    /// Replaces, in what a skip adds to each counter, what the program decides.
    /// - Parameter added: by counter; the runs of commands in it are exact.
    func settle(_ added: inout [Int]) {
        for (counter, shares) in shares {
            added[counter] = shares.reduce(0) { $0 + added[$1.run] * $1.amount }
        }
    }

    /// By counter, whether timing has a part in it.
    func estimated(_ ledger: Ledger) -> [Bool] {
        var result = [Bool](repeating: true, count: ledger.count)
        for block in ledger.blocks
        where block.component.hasSuffix(":runs") || block.component == "program:loops" || block.names == ["commands"] {
            for counter in block.base..<block.base + block.names.count * block.width { result[counter] = false }
        }
        for counter in shares.keys { result[counter] = false }
        return result
    }
}

extension Engine {
    /// Counters of how often each variant of each command ran.
    var runCounters: Range<Int> { runBase..<runBase + steps.reduce(0) { $0 + $1.variants.count } }

    /// Registers how often each variant of each command ran.
    func attachRuns(to ledger: Ledger) {
        var names: [String] = []
        for (pc, step) in steps.enumerated() where step.kind == .command {
            heads[pc].firstRun = names.count
            names += step.variants.indices.map { "\(pc).\($0)" }
        }
        runBase = ledger.registerCounters(names, of: "\(path):runs")
    }

    /// Divides the cycles of a skip as the queue's time was divided in the window: largest remainders first, of equal ones the
    /// first counter.
    /// - Parameters:
    ///   - added: by counter; in it, a whole number of copies of the window's account.
    ///   - cycles: of the skip, by the engine's clock.
    func divide(_ cycles: Int, in added: inout [Int]) {
        let counters = Array(busyBase..<busyBase + width) + Array(stallBase..<stallBase + stallCount)
        let sum = counters.reduce(0) { $0 + added[$1] }
        if sum == 0 || sum == cycles { return }
        var left = cycles
        var remainders: [(counter: Int, rest: Int128)] = []
        for counter in counters where added[counter] > 0 {
            let (whole, rest) = (Int128(added[counter]) * Int128(cycles)).quotientAndRemainder(dividingBy: Int128(sum))
            added[counter] = Int(whole)
            left -= Int(whole)
            remainders.append((counter, rest))
        }
        remainders.sort { ($1.rest, $0.counter) < ($0.rest, $1.counter) }
        for entry in remainders.prefix(left) { added[entry.counter] += 1 }
    }
}
