// swift-tools-version: 6.1
import PackageDescription

/// What is fast, against a C++ yardstick that is compiled and run together with it.
let package = Package(
    name: "orrery-bench",
    dependencies: [.package(name: "orrery", path: "..")],
    targets: [
        .target(name: "Yardstick", cxxSettings: [.unsafeFlags(["-O3"])]),
        .executableTarget(
            name: "orrery-bench", dependencies: ["Yardstick", .product(name: "Orrery", package: "orrery")]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx20
)
