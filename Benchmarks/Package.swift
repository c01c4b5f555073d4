// swift-tools-version: 6.1
import PackageDescription

/// What is fast, against a C++ yardstick that is compiled and run together with it; and what must hold for very many inputs.
let package = Package(
    name: "orrery-bench",
    dependencies: [
        .package(name: "orrery", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        .target(
            name: "Yardstick", cxxSettings: [.unsafeFlags(["-O3"])], linkerSettings: [.linkedLibrary("yaml")]),
        .executableTarget(
            name: "orrery-bench",
            dependencies: [
                "Yardstick", .product(name: "Orrery", package: "orrery"),
                .product(name: "SimulationTestSupport", package: "orrery"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx20
)
