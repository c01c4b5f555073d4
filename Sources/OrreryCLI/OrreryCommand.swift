import ArgumentParser

@main
struct OrreryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "orrery")
    func run() async throws {}
}
