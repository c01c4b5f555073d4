import Foundation
import PackagePlugin

/// Gives the module it is used in a constant that names the sources of the simulator: the rooms that decide what a run gives.
///
/// A build command whose inputs are the files themselves: it runs again only where one of them has changed.
@main
struct SourceFingerprint: BuildToolPlugin {
    /// Explore and the command line decide which points run, not what one gives.
    private static let others = ["OrreryExplore", "Orrery", "OrreryCLI"]

    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let rooms = context.package.targets.compactMap { $0 as? SwiftSourceModuleTarget }.filter {
            $0.kind == .generic && $0.name.hasPrefix("Orrery") && !Self.others.contains($0.name)
        }
        let files = rooms.flatMap { room in
            room.sourceFiles(withSuffix: "swift").map(\.url)
        }.sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "SimulatorSources.swift")
        let root = context.package.directoryURL.path
        return [
            .buildCommand(
                displayName: "Fingerprint of the simulator's sources",
                executable: try context.tool(named: "fingerprint-sources").url,
                arguments: [output.path, root] + files.map(\.path), inputFiles: files, outputFiles: [output])
        ]
    }
}
