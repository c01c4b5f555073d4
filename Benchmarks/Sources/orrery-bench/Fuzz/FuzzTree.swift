import Foundation

/// A copy of the shipped files in which one at a time is spoiled.
final class FuzzTree {
    private let folder: TemporaryFolder
    private static let folders = ["HardwareSpecs", "Workloads", "Studies"]
    /// Paths in the tree, in order.
    let files: [String]
    let texts: [String: [UInt8]]

    init() throws {
        let folder = try TemporaryFolder("orrery-bench-fuzz")
        var texts: [String: [UInt8]] = [:]
        for name in Self.folders {
            try FileManager.default.copyItem(atPath: "\(Shipped.root)/\(name)", toPath: "\(folder.path)/\(name)")
            for file in FileManager.default.enumerator(atPath: "\(folder.path)/\(name)")?.allObjects ?? [] {
                guard let file = file as? String, file.hasSuffix(".yaml") else { continue }
                let bytes = FileManager.default.contents(atPath: "\(folder.path)/\(name)/\(file)") ?? Data()
                texts["\(name)/\(file)"] = Array(bytes)
            }
        }
        self.folder = folder
        self.texts = texts
        files = texts.keys.sorted()
    }

    func path(_ file: String) -> String { "\(folder.path)/\(file)" }

    /// Calls `body` while `file` holds `text`.
    func with<Value>(_ text: [UInt8], in file: String, _ body: () throws -> Value) throws -> Value {
        try Data(text).write(to: URL(filePath: path(file)))
        let value = Result { try body() }
        try Data(texts[file] ?? []).write(to: URL(filePath: path(file)))
        return try value.get()
    }
}
