import ArgumentParser

/// One case alone, for a profiler and for counting.
struct CaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "One kernel alone, for a profiler.", shouldDisplay: false)

    @Argument(help: "Number of the case.")
    var index: Int
    @Argument(help: "swift or c++.")
    var side: Side
    @Argument(help: "Operations, about.")
    var operations: Int

    enum Side: String, ExpressibleByArgument {
        case swift
        case cpp = "c++"
    }

    func validate() throws {
        if !Case.all.indices.contains(index) { throw ValidationError("There are \(Case.all.count) cases.") }
    }

    func run() {
        let item = Case.all[index]
        print((side == .swift ? item.swift : item.yardstick)(operations))
    }
}
