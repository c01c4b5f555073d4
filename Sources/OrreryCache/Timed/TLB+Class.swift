import OrrerySimulation
import OrreryText

extension TLB {
    private typealias Port = ComponentClass.Port

    /// The class `tlb`.
    static let componentClass = ComponentClass(
        name: "tlb", role: .memory, summary: "a level of TLB, unified or split by page size",
        discussion: """
            Cycle by cycle: look-ups (ports, queue), hits after `latency`, MSHRs with merging, the next level asked after `latency`, entries after \
            fill_latency. The translation itself is the walker's page table's.
            Not modelled: probing for the page size, coalescing, access and dirty bits.
            """,
        parameters: [parts, replacement, latency, fillLatency, ports, queue, mshrs, targets, fill, space],
        ports: [Port("next", help: "the next tlb, or a page-walker")],
        actions: ["lookup", "fill"],
        relaxed: [
            "latency": "0 cycles", "fill_latency": "0 cycles", "ports": "64", "queue": "1024", "mshrs": "1024",
            "targets": "64",
        ],
        behind: { counted, _ in
            let (misses, merges) = (counted(Counter.misses.name), counted(Counter.merges.name))
            if misses == 0 { return [] }
            let latency = counted(Counter.missCycles.name) / misses
            let lookups = counted(Counter.hits.name) + misses + merges
            return [TimeBehind(port: "next", cycles: latency * (misses + merges) / lookups, latency: latency)]
        },
        make: { (site) throws(ConfigurationError) in
            guard let next = site.servers["next"] as? Translator else {
                throw ConfigurationError(parameter: "connect", "a tlb needs a tlb or a page-walker at its port 'next'")
            }
            if next is TLB, next.clock != site.clock {
                throw ConfigurationError(parameter: "connect", "a tlb and the one at its port 'next' need one clock")
            }
            let values = site.values
            return [
                TLB(
                    path: site.path, clock: site.clock,
                    Configuration(
                        parts: try TLBPart.parts(values[parts], parameter: "entries"),
                        replacement: values[replacement].policy, latency: try site.cycles(latency),
                        fillLatency: try site.cycles(fillLatency), ports: values[ports], queue: values[queue],
                        mshrs: values[mshrs], targets: values[targets], filling: values[fill], space: values[space]),
                    next: next)
            ]
        })

    private static let parts = TLBPart.list("entries", help: "structures: entries, ways and the page sizes they hold")
    private static let replacement = Parameter<ReplacementWord>.choice(
        "replacement", default: .lru, help: "which entry leaves a full set")
    private static let latency = Parameter.duration("latency", help: "from a look-up to its outcome")
    private static let fillLatency = Parameter.duration(
        "fill_latency", default: "0 cycles", help: "from an answer of the next level to the entry and the answers")
    private static let ports = Parameter.integer("ports", 1...64, help: "look-ups in a cycle")
    private static let queue = Parameter.integer(
        "queue", 1...1024, default: 16, help: "look-ups that wait; further ones are refused")
    private static let mshrs = Parameter.integer("mshrs", 1...1024, help: "misses under way")
    private static let targets = Parameter.integer(
        "targets", 1...1024, default: 16, help: "look-ups that one miss serves")
    private static let fill = Parameter<TLBHierarchy.Filling>.choice(
        "fill", default: .both, help: "its own misses are entered (both), or what leaves the level above (victim)")
    private static let space = Parameter.integer("space", 0...2047, default: 0, help: "address space of its core")
}

/// Structures of a TLB as machine files write them: `[{entries: 64, ways: 4, pages: [4 KiB]}]`.
enum TLBPart {
    static func list(_ name: String, help: String) -> Parameter<[ParameterValues]> {
        .list(name, of: .group("part", [entries, ways, pages], help: "one structure"), 1...3, help: help)
    }

    static func parts(_ values: [ParameterValues], parameter: String) throws(ConfigurationError) -> [TLBArray.Part] {
        var seen: Set<PageSize> = []
        var result: [TLBArray.Part] = []
        for value in values {
            let part = try part(value, parameter: parameter)
            if !seen.isDisjoint(with: part.sizes) {
                throw ConfigurationError(parameter: parameter, "a page size is held by one structure alone")
            }
            seen.formUnion(part.sizes)
            result.append(part)
        }
        return result
    }

    static func part(_ value: ParameterValues, parameter: String) throws(ConfigurationError) -> TLBArray.Part {
        let (entries, ways) = try shape(value, parameter: parameter)
        return TLBArray.Part(entries: entries, ways: ways, sizes: Set(value[pages].map(\.size)))
    }

    /// Entries and ways of a structure that goes by no page size.
    static func shape(
        _ value: ParameterValues, parameter: String
    ) throws(ConfigurationError) -> (entries: Int, ways: Int) {
        if value[entries] % value[ways] != 0 {
            throw ConfigurationError(
                parameter: parameter, "\(value[entries]) entries are no multiple of \(value[ways]) ways")
        }
        return (value[entries], value[ways])
    }

    static let entries = Parameter.integer("entries", 1...(1 << 24), help: "translations")
    static let ways = Parameter.integer("ways", 1...4096, help: "entries of a set")
    static let pages = Parameter.list(
        "pages", of: Parameter<PageSizeWord>.choice("page", help: "a page size"), 1...3,
        default: [.small, .large], help: "page sizes that it holds")
}

/// Page sizes as machine files write them.
enum PageSizeWord: String, CaseIterable, Hashable, Sendable {
    case small = "4 KiB"
    case large = "2 MiB"
    case huge = "1 GiB"

    var size: PageSize {
        switch self {
        case .small: .small
        case .large: .large
        case .huge: .huge
        }
    }
}
