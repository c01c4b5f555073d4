import Glibc

/// Where text goes.
enum Terminal {
    static func print(_ text: String) {
        write(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n", to: STDOUT_FILENO)
    }

    /// Text for a person that is no part of the output.
    static func complain(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: STDERR_FILENO) }

    /// Shows a line in the place of the last one.
    static func showProgress(_ line: String) { write("\r\u{1B}[K\(line)", to: STDERR_FILENO) }

    static func clearProgress() { write("\r\u{1B}[K", to: STDERR_FILENO) }

    static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Colours on a terminal, unless the reader asks for none (`NO_COLOR`).
    static var isColoured: Bool { isOutputTerminal && getenv("NO_COLOR") == nil }

    private static func write(_ text: String, to file: Int32) { write(Array(text.utf8), to: file) }

    static func write(_ bytes: [UInt8], to file: Int32) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(file, rest, rest.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return }
            rest.removeFirst(count)
        }
    }
}
