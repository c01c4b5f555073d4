import Foundation
import Glibc

/// A process that runs points, seen from the one that started it: pipes to its standard streams, none of which blocks for long.
final class WorkerProcess {
    let id: pid_t
    /// Its standard output, to be polled.
    let output: Int32
    /// Its standard error, to be polled.
    let errors: Int32
    private let input: Int32
    private var received: [UInt8] = []
    private var messages: [UInt8] = []

    /// Bytes of its last messages that are kept.
    private static let messageBytes = 4096

    /// Starts `command`, in a process group of its own so that Ctrl-C does not reach it.
    /// - Throws: what the system says.
    init(_ command: [String]) throws {
        let (input, output, errors) = (try Self.pipe(), try Self.pipe(), try Self.pipe())
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.read, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.write, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setpgroup(&attributes, 0)
        // Signals that the thread that starts it has blocked would stay blocked.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var id: pid_t = 0
        // A backtrace takes a second, and its last line says nothing.
        var environment =
            ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
            .map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for entry in environment { free(entry) } }
        let status = posix_spawn(&id, command[0], &actions, &attributes, &arguments, &environment)
        close(input.read)
        close(output.write)
        close(errors.write)
        self.id = id
        self.input = input.write
        self.output = output.read
        self.errors = errors.read
        if status != 0 {
            throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EIO)
        }
        for file in [output.read, errors.read] { _ = fcntl(file, F_SETFL, O_NONBLOCK) }
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        // No other worker may hold an end open: that a process has ended is seen by its ends being closed.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Sends a line; false where the process no longer reads.
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(input, rest, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest.removeFirst(count)
        }
        return true
    }

    /// Reads what there is of its output.
    /// - Returns: the next whole line without its end, and whether there is more to come.
    func receive() -> (line: [UInt8]?, isOpen: Bool) {
        let isOpen = drain(output, into: &received)
        guard let end = received.firstIndex(of: UInt8(ascii: "\n")) else { return (nil, isOpen) }
        let line = Array(received[..<end])
        received.removeSubrange(...end)
        return (line, isOpen)
    }

    /// Reads what it has to say.
    func receiveMessages() {
        _ = drain(errors, into: &messages)
        if messages.count > Self.messageBytes { messages.removeFirst(messages.count - Self.messageBytes) }
    }

    /// The last lines that it wrote to its standard error.
    var lastMessage: String {
        let lines = String(decoding: messages, as: UTF8.self).split(whereSeparator: \.isNewline)
        let meant = lines.first { $0.contains("Fatal error") || $0.contains("error:") } ?? lines.last
        return meant.map { String($0.prefix(400)) } ?? ""
    }

    func forgetMessages() { messages = [] }

    private func drain(_ file: Int32, into bytes: inout [UInt8]) -> Bool {
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &block, block.count)
            if count > 0 {
                bytes += block[..<count]
                if count < block.count { return true }
            } else if count == 0 {
                return false
            } else if errno != EINTR {
                return errno == EAGAIN
            }
        }
    }

    /// Bytes of memory that it has now; nil where the system does not say, as of a process that has just ended.
    var residentBytes: Int? {
        guard let text = try? String(contentsOfFile: "/proc/\(id)/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int(fields[1]).map { $0 * Int(getpagesize()) } : nil
    }

    func kill() { Glibc.kill(id, SIGKILL) }

    /// Lets it end where it has nothing to do, and waits for it.
    /// - Returns: how it ended, such as `signal 11 (Segmentation fault)`.
    func end() -> String {
        close(input)
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        receiveMessages()
        close(output)
        close(errors)
        let signal = status & 0x7F
        if signal == 0 { return "exit code \((status >> 8) & 0xFF)" }
        return "signal \(signal) (\(String(cString: strsignal(signal))))"
    }
}
