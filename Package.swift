// swift-tools-version: 6.1
import PackageDescription

/// The rooms of the house, lowest first. A room may import rooms above it in this list, none below;
/// component families don't import each other. `Tests/LayeringTests` holds this.
let families = ["OrreryMemory", "OrreryCache", "OrrerySpatial", "OrreryLink", "OrreryHost"]

func room(
    _ name: String, knows rooms: [String], uses products: [Target.Dependency] = [], embeds resources: [String] = [],
    plugins: [Target.PluginUsage] = []
) -> Target {
    .target(
        name: name, dependencies: rooms.map { .init(stringLiteral: $0) } + products,
        resources: resources.map { .embedInCode($0) }, plugins: plugins)
}

func tests(of name: String, knowing more: [String] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: ([name] + more).map { .init(stringLiteral: $0) })
}

let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")

let package = Package(
    name: "orrery",
    products: [
        .library(name: "Orrery", targets: ["Orrery"]),
        .executable(name: "orrery", targets: ["OrreryCLI"]),
        // For this package's own tests and benchmarks.
        .library(name: "SimulationTestSupport", targets: ["SimulationTestSupport"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        room("OrreryText", knows: ["CLibYAML"], uses: [collections]),
        room("OrreryEinsum", knows: ["OrreryText"]),
        room("OrrerySimulation", knows: ["OrreryText"]),
        room("OrreryMemory", knows: ["OrreryText", "OrrerySimulation"]),
        room("OrreryCache", knows: ["OrreryText", "OrrerySimulation"]),
        room("OrrerySpatial", knows: ["OrreryText", "OrrerySimulation"]),
        room("OrreryLink", knows: ["OrreryText", "OrrerySimulation"]),
        room("OrreryHost", knows: ["OrreryText", "OrrerySimulation"]),
        room("OrreryMachine", knows: ["OrreryText", "OrrerySimulation"] + families),
        room("OrreryLowering", knows: ["OrreryText", "OrreryEinsum", "OrrerySimulation", "OrreryMachine"]),
        room(
            "OrreryResults",
            knows: ["OrreryText", "OrreryEinsum", "OrrerySimulation", "OrreryMachine", "OrreryLowering"]),
        .executableTarget(name: "fingerprint-sources", path: "Plugins/fingerprint-sources"),
        .plugin(
            name: "SourceFingerprint", capability: .buildTool(), dependencies: ["fingerprint-sources"],
            path: "Plugins/SourceFingerprint"),
        room(
            "OrreryExplore",
            knows: [
                "OrreryText", "OrreryEinsum", "OrrerySimulation", "OrreryMachine", "OrreryLowering",
                "OrreryResults",
            ], uses: [.product(name: "GRDB", package: "GRDB.swift")], embeds: ["Report/Page"],
            plugins: ["SourceFingerprint"]),
        room(
            "Orrery",
            knows: [
                "OrreryText", "OrreryEinsum", "OrrerySimulation", "OrreryMachine", "OrreryLowering",
                "OrreryResults", "OrreryExplore",
            ] + families),
        .executableTarget(
            name: "OrreryCLI",
            dependencies: [
                "Orrery", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "BandwidthSweep", dependencies: ["Orrery"], path: "Examples/BandwidthSweep"),
        tests(of: "OrreryText"),
        tests(of: "OrreryEinsum"),
        .target(
            name: "SimulationTestSupport", dependencies: ["OrrerySimulation"], path: "Tests/SimulationTestSupport"),
        tests(of: "OrrerySimulation", knowing: ["SimulationTestSupport"]),
        tests(of: "OrreryMemory", knowing: ["OrrerySimulation", "SimulationTestSupport"]),
        tests(of: "OrreryCache", knowing: ["OrrerySimulation", "OrreryMemory"]),
        tests(of: "OrrerySpatial", knowing: ["OrrerySimulation", "OrreryMemory"]),
        tests(of: "OrreryLink", knowing: ["OrrerySimulation", "SimulationTestSupport"]),
        tests(of: "OrreryHost", knowing: ["OrrerySimulation"]),
        tests(of: "OrreryMachine"),
        tests(of: "OrreryLowering"),
        tests(of: "OrreryResults", knowing: ["SimulationTestSupport"]),
        tests(of: "OrreryExplore"),
        tests(of: "Orrery", knowing: ["BandwidthSweep", "OrreryCLI"]),
        .testTarget(name: "LayeringTests"),
        .testTarget(name: "Validation", dependencies: ["Orrery"]),
    ],
    swiftLanguageModes: [.v6]
)
