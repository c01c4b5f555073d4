import OrrerySimulation
import OrreryText

extension Cache {
    private typealias Port = ComponentClass.Port

    /// The class `cache`.
    static let componentClass = ComponentClass(
        name: "cache", role: .memory, summary: "a set-associative cache with MSHRs, and a translation before its tags",
        discussion: """
            Cycle by cycle: look-ups (ports, banks, queue), hits after tag_latency + data_latency, MSHRs with merging, requests to the next \
            level after tag_latency, fills (fill_ports, fill_latency), a write buffer, prefetches, requests that wait for a translation.
            Not modelled: data, coherence between caches beside each other; the outcome of a look-up is that of the tags at its begin.
            """,
        parameters: [
            capacity, ways, line, sector, tagLatency, dataLatency, fillLatency, ports, banks, fillPorts, queue,
            writeQueue, mergeWaiting, mshrs, targets, writeBuffer, replacement, write, allocate, inclusion, indexing,
            translations, writesRefresh,
            prefetcher,
        ],
        ports: [
            Port("next", help: "what misses go to: the next cache, or a memory"),
            Port(
                "translation", isRequired: false, isLate: true,
                help: "a tlb for requests with virtual addresses; page walks may go through this cache"),
        ],
        actions: actions,
        relaxed: [
            "ports": "64", "banks": "0", "fill_ports": "64", "queue": "1024", "mshrs": "1024", "targets": "64",
            "write_buffer": "1024", "tag_latency": "0 cycles", "data_latency": "0 cycles", "fill_latency": "0 cycles",
        ],
        behind: { counted, kind in
            func sum(_ counters: [CacheCounter]) -> Double { counters.reduce(0) { $0 + counted($1.name) } }
            let isTranslation = kind == .translation
            let misses = sum(isTranslation ? [.translationMisses] : [.readMisses, .writeMisses])
            let merges = sum(isTranslation ? [.translationMerges] : [.readMerges, .writeMerges])
            let lookups = sum(isTranslation ? [.translationHits] : [.readHits, .writeHits]) + misses + merges
            let all = sum([.readMisses, .writeMisses, .translationMisses])
            if lookups == 0 || all == 0 { return [] }
            let latency = counted(CacheCounter.missCycles.name) / all
            let next = TimeBehind(port: "next", cycles: latency * (misses + merges) / lookups, latency: latency)
            let translated = isTranslation ? 0 : counted(CacheCounter.translationCycles.name) / lookups
            return [next, TimeBehind(port: "translation", cycles: translated, latency: translated)]
        },
        make: { (site) throws(ConfigurationError) in
            guard let next = site.servers["next"] else {
                throw ConfigurationError(parameter: "connect", "a cache needs a server at its port 'next'")
            }
            let values = site.values
            let configuration = CacheConfiguration(
                capacity: values[capacity], ways: values[ways], line: values[line], sector: values[sector],
                tagLatency: try site.cycles(tagLatency), dataLatency: try site.cycles(dataLatency),
                fillLatency: try site.cycles(fillLatency), ports: values[ports], banks: values[banks],
                fillPorts: values[fillPorts], queue: values[queue], writeQueue: values[writeQueue],
                mergesWaiting: values[mergeWaiting], mshrs: values[mshrs], targets: values[targets],
                writeBuffer: values[writeBuffer], replacement: values[replacement].policy, writePolicy: values[write],
                allocation: values[allocate], inclusion: values[inclusion], indexing: values[indexing],
                translations: values[translations], writesRefresh: values[writesRefresh],
                prefetcher: values[prefetcher].map { prefetcherConfiguration($0) })
            return [try Cache(path: site.path, clock: site.clock, configuration, next: next)]
        })

    private static func prefetcherConfiguration(_ values: ParameterValues) -> PrefetcherConfiguration {
        PrefetcherConfiguration(
            kind: values[kind], degree: values[degree], distance: values[distance], entries: values[entries],
            boundary: values[boundary], queue: values[prefetchQueue])
    }

    private static let capacity = Parameter.bytes("capacity", 1...(1 << 40), help: "bytes of its lines")
    private static let ways = Parameter.integer("ways", 1...4096, help: "lines of a set")
    private static let line = Parameter.bytes("line", 1...4096, help: "bytes of a line")
    private static let sector = Parameter.bytes(
        "sector", 1...4096,
        help: "bytes that are fetched and written back alone, at most 8 sectors a line; the line if absent"
    ).optional()
    private static let tagLatency = Parameter.duration(
        "tag_latency", help: "from the begin of a look-up to its outcome; a miss goes on from there")
    private static let dataLatency = Parameter.duration(
        "data_latency", help: "from the outcome of a look-up to the data of a hit")
    private static let fillLatency = Parameter.duration(
        "fill_latency", default: "0 cycles", help: "from the coming of a line to its place and the answers")
    private static let ports = Parameter.integer("ports", 1...64, help: "look-ups that begin in a cycle")
    private static let banks = Parameter.integer(
        "banks", 0...1024, default: 0, help: "banks, line by line, each with one look-up a cycle; 0 for no conflicts")
    private static let fillPorts = Parameter.integer(
        "fill_ports", 1...64, default: 1, help: "lines that are placed in a cycle")
    private static let queue = Parameter.integer(
        "queue", 1...1024, default: 16,
        help: "requests that wait for their look-up, and as many of page walks; further ones are refused")
    private static let writeQueue = Parameter.integer(
        "write_queue", 1...1024,
        help: "writes that wait, in a queue of their own that goes before the reads; all wait in one queue if absent"
    ).optional()
    private static let mergeWaiting = Parameter.flag(
        "merge_waiting", default: false,
        help: "a read of a sector that a waiting read is for joins that one, without a look-up of its own")
    private static let mshrs = Parameter.integer("mshrs", 1...1024, help: "misses under way")
    private static let targets = Parameter.integer(
        "targets", 1...1024, default: 16, help: "requests that one miss serves")
    private static let writeBuffer = Parameter.integer(
        "write_buffer", 1...1024, default: 16, help: "lines that wait to be written to the next level")
    private static let replacement = Parameter<ReplacementWord>.choice(
        "replacement", help: "which line leaves a full set")
    private static let write = Parameter<CacheConfiguration.WritePolicy>.choice(
        "write", default: .back, help: "written lines are kept (back), or every write goes on (through)")
    private static let allocate = Parameter<CacheConfiguration.Allocation>.choice(
        "allocate", default: .all, help: "which misses place a line; other writes go around")
    private static let inclusion = Parameter<CacheConfiguration.Inclusion>.choice(
        "inclusion", default: .nine,
        help: "towards the caches above: neither inclusive nor exclusive (nine), or one of these")
    private static let indexing = Parameter<CacheConfiguration.Indexing>.choice(
        "indexing", default: .virtual, help: "look-up beside the translation (virtual) or after it (physical)")
    private static let translations = Parameter.integer(
        "translations", 1...1024, default: 16, help: "requests that wait for a translation")
    private static let writesRefresh = Parameter.flag(
        "writes_refresh", default: true, help: "a hit by a write counts as a use for the replacement")
    private static let prefetcher = Parameter.group(
        "prefetcher", [kind, degree, distance, entries, boundary, prefetchQueue],
        help: "which lines are fetched unasked; none if absent"
    ).optional()
    private static let kind = Parameter<PrefetcherConfiguration.Kind>.choice(
        "kind", help: "the next lines, by stride of an instruction, or by streams in a region")
    private static let degree = Parameter.integer("degree", 1...64, default: 1, help: "lines at a time")
    private static let distance = Parameter.integer(
        "distance", 1...64, default: 1, help: "strides or lines ahead at which the first lies")
    private static let entries = Parameter.integer(
        "entries", 1...1024, default: 64, help: "instructions or streams that are known at a time")
    private static let boundary = Parameter.bytes(
        "boundary", 64...(1 << 30), default: 4096, help: "nothing is fetched beyond a block of this size")
    private static let prefetchQueue = Parameter.integer(
        "queue", 1...1024, default: 8, help: "prefetches that wait; further ones are dropped")
}
