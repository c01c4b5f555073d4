import OrrerySimulation
import OrreryText

extension PageWalker {
    private typealias Port = ComponentClass.Port

    /// The class `page-walker`.
    static let componentClass = ComponentClass(
        name: "page-walker", role: .memory, summary: "radix page walks through a cache; nested, POM-TLB, Victima",
        discussion: """
            Cycle by cycle: walkers and their queue, page-structure caches, one read after the other through `memory`, nested walks with a nested \
            TLB, TLB blocks in the cache at `blocks` (probe, predictor, insertion, background walks), reads of a POM-TLB.
            Not modelled: page faults but for a time at the first touch, access and dirty bits, writes of POM-TLB entries.
            """,
        parameters: [
            levels, page, large, frames, bytes, firstFrame, seed, tables, caches, cacheLatency, stepLatency, walkers,
            queue, faultLatency, twoReads, victima, host, pom,
        ],
        ports: [
            Port("memory", help: "the cache or memory that entries are read through"),
            Port("blocks", isRequired: false, help: "the cache that holds TLB blocks (Victima)"),
        ],
        actions: ["walk", "read"],
        relaxed: [
            "walkers": "1024", "queue": "1024", "cache_latency": "0 cycles", "step_latency": "0 cycles",
            "fault_latency": "0 cycles",
        ],
        behind: { counted, _ in
            func sum(_ counters: [WalkCounter]) -> Double { counters.reduce(0) { $0 + counted($1.name) } }
            let cycles = counted(WalkCounter.readCycles.name)
            let requests = sum([.walks, .blockHits, .pomHits])
            let reads = sum([.readsFromCaches, .readsFromMemory, .pomHits, .pomMisses])
            if requests == 0 || reads == 0 { return [] }
            return [TimeBehind(port: "memory", cycles: cycles / requests, latency: cycles / reads, kind: .translation)]
        },
        make: { (site) throws(ConfigurationError) in
            guard let memory = site.servers["memory"] else {
                throw ConfigurationError(parameter: "connect", "a page-walker needs a server at its port 'memory'")
            }
            let blocks = site.servers["blocks"] as? Cache
            if blocks == nil, site.servers["blocks"] != nil {
                throw ConfigurationError(parameter: "connect", "TLB blocks need a cache at port 'blocks'")
            }
            let configuration = try configuration(site)
            if (configuration.blocks == nil) != (blocks == nil) {
                throw ConfigurationError(
                    parameter: "victima", "TLB blocks need both a cache at port 'blocks' and the parameter 'victima'")
            }
            return [PageWalker(path: site.path, clock: site.clock, configuration, memory: memory, blocks: blocks)]
        })

    private static func configuration(_ site: Site) throws(ConfigurationError) -> PageWalkerConfiguration {
        let values = site.values
        let sizes = try sizes(values)
        if values[tables] == .champsim, sizes != .uniform(.small) || values[frames] == .identity {
            throw ConfigurationError(
                parameter: "tables", "ChampSim's tables need pages of 4 KiB and frames in the order of first touch")
        }
        return PageWalkerConfiguration(
            levels: values[levels], sizes: sizes, frames: try framePolicy(values), layout: values[tables],
            caches: try levels(values[caches], most: values[levels]), cacheLatency: try site.cycles(cacheLatency),
            stepLatency: try site.cycles(stepLatency), walkers: values[walkers], queue: values[queue],
            faultLatency: try site.cycles(faultLatency), readsTwiceOnDirectoryHit: values[twoReads],
            blocks: try values[victima].map(VictimaParameters.blocks), host: try values[host].map(HostParameters.host),
            pom: try values[pom].map(pomConfiguration))
    }

    private static func sizes(_ values: ParameterValues) throws(ConfigurationError) -> PageTable.Sizes {
        guard let percent = values[large] else { return .uniform(values[page].size) }
        if values[page] != .small {
            throw ConfigurationError(parameter: "large_percent", "a share of 2 MiB pages is one beside pages of 4 KiB")
        }
        return .mixed(largePercent: percent, seed: UInt64(values[seed]))
    }

    private static func framePolicy(_ values: ParameterValues) throws(ConfigurationError) -> FramePolicy {
        let (most, first) = (values[bytes], values[firstFrame])
        if values[frames] != .identity, most < first + 1 << 21 {
            throw ConfigurationError(parameter: "memory", "no room for frames between 'first_frame' and \(most) B")
        }
        switch values[frames] {
        case .identity: return .identity
        case .sequential: return .sequential(bytes: most, first: first)
        case .shuffled: return .shuffled(bytes: most, first: first, seed: UInt64(values[seed]))
        case .permuted: return .permuted(bytes: most, first: first, seed: UInt64(values[seed]))
        }
    }

    private static func levels(
        _ values: [(key: String, value: ParameterValues)], most: Int
    ) throws(ConfigurationError) -> [WalkCaches.Level?] {
        var result: [WalkCaches.Level?] = [nil, nil, nil, nil]
        for (name, value) in values {
            guard let level = Int(name), (2...most).contains(level) else {
                throw ConfigurationError(parameter: "caches", "'\(name)' is no level from 2 to \(most)")
            }
            let (entries, ways) = try TLBPart.shape(value, parameter: "caches")
            result[level - 2] = WalkCaches.Level(entries: entries, ways: ways)
        }
        return result
    }

    private static func pomConfiguration(_ values: ParameterValues) throws(ConfigurationError) -> POMTLB.Configuration {
        let (entries, ways) = try TLBPart.shape(values, parameter: "pom")
        return POMTLB.Configuration(entries: entries, ways: ways, base: values[pomBase])
    }

    enum FrameWord: String, CaseIterable, Hashable, Sendable { case identity, sequential, shuffled, permuted }

    private static let levels = Parameter.integer("levels", 4...5, help: "levels of the page table")
    private static let page = Parameter<PageSizeWord>.choice("page", default: .small, help: "size of all pages")
    private static let large = Parameter.integer(
        "large_percent", 0...100, help: "2 MiB regions in a hundred that are one page, the others in pages of 4 KiB"
    ).optional()
    private static let frames = Parameter<FrameWord>.choice(
        "frames", default: .sequential,
        help:
            "physical addresses equal virtual ones, or frames in the order of first touch: ascending, from a list shuffled as libstdc++ does, or by a random permutation"
    )
    private static let bytes = Parameter.bytes(
        "memory", (1 << 22)...(1 << 46), default: 16 << 30, help: "bytes of physical memory that frames are taken from")
    private static let firstFrame = Parameter.bytes(
        "first_frame", 0...(1 << 46), default: 1 << 20, help: "physical address of the first frame")
    private static let seed = Parameter.integer(
        "seed", 0...Int.max, default: 1, help: "of shuffled and permuted frames and of drawn page sizes")
    private static let tables = Parameter<PageTable.Layout>.choice(
        "tables", default: .radix, help: "where entries lie: radix, or as in ChampSim")
    private static let caches = Parameter.map(
        "caches", values: .group("cache", [TLBPart.entries, TLBPart.ways], help: "a page-structure cache"), default: [],
        help: "page-structure caches by level: 2 (directory entries) to 5")
    private static let cacheLatency = Parameter.duration(
        "cache_latency", default: "0 cycles", help: "of a look-up in the page-structure caches, before the first read")
    private static let stepLatency = Parameter.duration(
        "step_latency", default: "0 cycles", help: "from an entry's coming to the next read, or the answer")
    private static let walkers = Parameter.integer("walkers", 1...1024, help: "walks at a time")
    private static let queue = Parameter.integer(
        "queue", 1...1024, default: 16, help: "requests that wait for a walker")
    private static let faultLatency = Parameter.duration(
        "fault_latency", default: "0 cycles", help: "what the first touch of a page or table takes more")
    private static let twoReads = Parameter.flag(
        "two_reads_on_pde_hit", default: false,
        help: "a cached entry does not spare its own read: a hit on a directory entry leaves two reads, as in ChampSim")
    private static let victima = Parameter.group(
        "victima", VictimaParameters.all, help: "TLB blocks in the cache at port 'blocks'; none if absent"
    ).optional()
    private static let host = Parameter.group(
        "host", HostParameters.all, help: "a hypervisor's page table under this one; none if absent"
    ).optional()
    private static let pom = Parameter.group(
        "pom", [TLBPart.entries, TLBPart.ways, pomBase], help: "a TLB in memory; none if absent"
    ).optional()
    private static let pomBase = Parameter.bytes("base", 0...(1 << 46), help: "physical address of its first entry")
}

/// Parameters of TLB blocks.
enum VictimaParameters {
    enum PredictorWord: String, CaseIterable, Hashable, Sendable { case box, tree, always }

    static var all: [any AnyParameter] {
        [predictor, frequency, cost, onEviction, queue, latency, threshold, window, instructions]
    }

    static func blocks(_ values: ParameterValues) throws(ConfigurationError) -> PageWalkerConfiguration.Blocks {
        let predictor: CostPredictor
        switch values[Self.predictor] {
        case .box: predictor = .box(frequency: try range(values, frequency), cost: try range(values, cost))
        case .tree: predictor = .tree
        case .always: predictor = .always
        }
        return .init(
            predictor: predictor, onEviction: values[onEviction], backgroundQueue: values[queue],
            latency: values[latency], threshold: values[threshold], window: values[window],
            instructionsPerAccess: values[instructions])
    }

    private static func range(
        _ values: ParameterValues, _ parameter: Parameter<[Int]>
    ) throws(ConfigurationError) -> ClosedRange<Int> {
        let bounds = values[parameter]
        if bounds[0] > bounds[1] {
            throw ConfigurationError(parameter: "victima", "\(parameter.name) ends before it begins")
        }
        return bounds[0]...bounds[1]
    }

    private static let predictor = Parameter<PredictorWord>.choice(
        "predictor", default: .box, help: "which pages are costly: bounds, the artifact's decision tree, or all")
    private static let frequency = bounds("frequency", [1, 12], "walks for the page, counted up to 7")
    private static let cost = bounds("cost", [1, 7], "walks for it that went to memory, counted up to 15")
    private static let onEviction = Parameter.flag(
        "on_eviction", default: true, help: "pages that leave the last TLB are walked for in the background")
    private static let queue = Parameter.integer("queue", 1...1024, default: 16, help: "background walks that wait")
    private static let latency = Parameter.integer(
        "latency", 0...1024, help: "cycles to a block's translation; the cache's hit latency if absent"
    ).optional()
    private static let threshold = Parameter.integer(
        "threshold", 0...1_000_000, default: 5, help: "misses per thousand instructions that count as pressure")
    private static let window = Parameter.integer(
        "window", 1...1_000_000_000, default: 4096, help: "accesses to data between two looks at the rates")
    private static let instructions = Parameter.integer(
        "instructions", 1...1024, default: 4, help: "instructions that are taken for one access")

    private static func bounds(_ name: String, _ byDefault: [Int], _ help: String) -> Parameter<[Int]> {
        .list(
            name, of: .integer("bound", 0...64, help: "a bound"), 2...2, default: byDefault,
            help: "least and most \(help), of costly pages")
    }
}

/// Parameters of a host's page table.
enum HostParameters {
    static var all: [any AnyParameter] { [levels, page, bytes, nestedTLB, nestedLatency] }

    static func host(_ values: ParameterValues) throws(ConfigurationError) -> PageWalkerConfiguration.Host {
        var part: TLBArray.Part?
        if let nested = values[nestedTLB] { part = try TLBPart.part(nested, parameter: "host") }
        return .init(
            levels: values[levels], sizes: .uniform(values[page].size), frames: .sequential(bytes: values[bytes]),
            nestedTLB: part, nestedLatency: values[nestedLatency])
    }

    private static let levels = Parameter.integer("levels", 4...5, help: "levels of the host's page table")
    private static let page = Parameter<PageSizeWord>.choice("page", default: .small, help: "size of the host's pages")
    private static let bytes = Parameter.bytes(
        "memory", (1 << 22)...(1 << 46), default: 32 << 30, help: "bytes of host memory that frames are taken from")
    private static let nestedTLB = Parameter.group(
        "nested_tlb", [TLBPart.entries, TLBPart.ways, TLBPart.pages],
        help: "translations from guest-physical to host-physical; none if absent"
    ).optional()
    private static let nestedLatency = Parameter.integer(
        "nested_latency", 0...1024, default: 1, help: "cycles of a look-up in the nested TLB")
}
