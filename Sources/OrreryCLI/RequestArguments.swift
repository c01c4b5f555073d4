import ArgumentParser
import Orrery

/// The arguments that name what runs: shared by the commands that lower.
struct RequestArguments: ParsableArguments {
    @Argument(help: "Machine file.", completion: .file(extensions: ["yaml"]))
    var machine: String

    @Argument(help: "Workload file, or a saved program.", completion: .file(extensions: ["yaml"]))
    var workload: String

    @Option(
        help:
            "Mapping file; by default the one that the workload names for the machine. auto searches the files beside the workload, and mappings that run one Einsum after the other.",
        completion: .file(extensions: ["yaml"]))
    var mapping: String?

    @Option(
        name: .customLong("mapping-gap"),
        help: ArgumentHelp(
            "With --mapping auto: how much slower the choice may be than the fastest mapping looked at.",
            discussion: """
                The search ends when no mapping that is left could be faster by more than this fraction, such as '1 %' (the \
                default); 0 simulates all that it would ever simulate.
                """, valueName: "fraction"))
    var mappingGap: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Replace a value by its path in the files; may be repeated.",
            discussion: """
                Parameters of the workload, values of the machine, and, behind mapping., of the mapping with all that it \
                extends: --set M=64Ki, --set dram.bandwidth='800 GB/s', --set clocks.core='1 GHz', \
                --set mapping.depth.K=2, --set mapping.order.array2d='[QK + 2, LM + 2, SLN, SLD, SLNV]'. Where a workload \
                has several mappings, mapping.NAME.depth.K is the value of one of them.
                """,
            valueName: "path=value"))
    var settings: [String] = []

    func validate() throws {
        try Setting.check(settings)
        guard let mappingGap else { return }
        guard MappingChoice.gap(mappingGap) != nil else {
            throw ValidationError(
                "--mapping-gap takes a fraction from 0 on and below 100 %, such as '1 %'; found '\(mappingGap)'.")
        }
        if mapping != MappingChoice.keyword {
            throw ValidationError("--mapping-gap is for a mapping that is searched: add --mapping auto.")
        }
    }

    var request: RunRequest {
        RunRequest(
            machine: machine, workload: workload, mapping: mapping,
            mappingGap: mappingGap.flatMap(MappingChoice.gap) ?? MappingChoice.standardGap,
            overrides: settings.compactMap(Setting.init).map { .init(path: $0.path, value: $0.value) })
    }
}

/// The text of a `--set`.
struct Setting {
    let path: String
    let value: String

    init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        (path, value) = (parts[0], parts[1])
    }

    static func check(_ texts: [String]) throws {
        for text in texts where Setting(text) == nil {
            throw ValidationError("--set takes path=value, such as M=64Ki; found '\(text)'.")
        }
    }
}
