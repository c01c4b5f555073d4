import Foundation

/// Writes a Swift file with a constant: the fingerprint of files, by their paths below a root and their bytes.
///
///     fingerprint-sources OUTPUT ROOT FILE…
///
/// FNV-1a of 128 bits. The paths are relative, so that two clones of the same sources agree.
@main
struct FingerprintSources {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 3 else {
            FileHandle.standardError.write(Data("usage: fingerprint-sources OUTPUT ROOT FILE…\n".utf8))
            exit(2)
        }
        let (output, root) = (arguments[1], arguments[2] + "/")
        var value: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        func add(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { value = (value ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013b }
        }
        for path in arguments[3...].sorted() {
            let name = path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
            let bytes = try Data(contentsOf: URL(filePath: path))
            add("\(name) \(bytes.count)\n".utf8)
            add(bytes)
        }
        let digits = String(value, radix: 16)
        let text = """
            /// Names the sources that this simulator was built from, made by the build.
            public enum SimulatorSources {
                /// FNV-1a of 128 bits over every source file that decides what a run gives.
                public static let fingerprint = "\(String(repeating: "0", count: 32 - digits.count) + digits)"
            }

            """
        try Data(text.utf8).write(to: URL(filePath: output))
    }
}
