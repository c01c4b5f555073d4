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
            "Mapping file; by default the one that the workload names for the machine. auto searches the files beside the workload, and mappings that run one Einsum after the other."
    )
    var mapping: String?

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

    func validate() throws { try Setting.check(settings) }

    var request: RunRequest {
        RunRequest(
            machine: machine, workload: workload, mapping: mapping,
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
