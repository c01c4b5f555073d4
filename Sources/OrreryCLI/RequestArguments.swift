import ArgumentParser
import Orrery

/// The arguments that name what runs: shared by the commands that lower.
struct RequestArguments: ParsableArguments {
    @Argument(help: "Machine file.", completion: .file(extensions: ["yaml"]))
    var machine: String

    @Argument(help: "Workload file, or a saved program.", completion: .file(extensions: ["yaml"]))
    var workload: String

    @Option(help: "Mapping file; by default the one that the workload names for the machine.")
    var mapping: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Replace a value by its path in the files; may be repeated.",
            discussion: "--set M=64Ki, --set dram.bandwidth='800 GB/s', --set clocks.core='1 GHz'",
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
