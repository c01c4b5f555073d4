import Glibc

/// The bytes of a regular file of at most `limit` bytes, or the reason why they cannot be had.
public func readFile(_ path: String, limit: Int = .max) -> Result<[UInt8], Diagnostic> {
    let result = Result { () throws(Diagnostic) in try InputFile(path).bytes(limit: limit) }
    if case .success(let bytes) = result {
        FileLog.current?.note(path, bytes)
    } else {
        FileLog.current?.note(path, nil)
    }
    return result
}

/// A regular file, open to be read. What is no regular file is none to read: opening a pipe may wait for its other end, a device
/// may have no end.
public final class InputFile {
    public let path: String
    // The C library names an open file by a pointer. It is used here alone, and ends with this object.
    private let stream: UnsafeMutablePointer<FILE>

    /// Opens a file at its beginning.
    public init(_ path: String) throws(Diagnostic) {
        self.path = path
        let mark = SourceMark(file: path)
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Diagnostic(.error, "cannot open the file: \(lastSystemError())", at: mark)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let stream = fdopen(descriptor, "rb")
        else {
            close(descriptor)
            throw Diagnostic(
                .error, "cannot read the file: it is \(kind(status.st_mode))", at: mark, hint: "give a regular file")
        }
        self.stream = stream
    }

    deinit { fclose(stream) }

    /// Fills `block` from its start with what comes next.
    /// - Returns: number of bytes that were read; fewer than the block has at the end of the file, or where it cannot be read.
    public func read(into block: inout [UInt8]) -> Int { fread(&block, 1, block.count, stream) }

    /// Goes to the byte at `offset`; false where that cannot be done.
    public func seek(to offset: Int) -> Bool { fseek(stream, offset, SEEK_SET) == 0 }

    /// Bytes of the file; nil where the system does not say. What is read next is what lies behind the end.
    public func length() -> Int? {
        guard fseek(stream, 0, SEEK_END) == 0 else { return nil }
        let bytes = ftell(stream)
        return bytes < 0 ? nil : bytes
    }

    /// The bytes up to the end.
    fileprivate func bytes(limit: Int) throws(Diagnostic) -> [UInt8] {
        let mark = SourceMark(file: path)
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(into: &block)
            bytes += block[..<count]
            if bytes.count > limit {
                throw Diagnostic(
                    .error, "the file is too long", at: mark, hint: "at most \(limit) bytes can be read")
            }
            if count < block.count { break }
        }
        guard ferror(stream) == 0 else {
            throw Diagnostic(.error, "cannot read the file: \(lastSystemError())", at: mark)
        }
        return bytes
    }
}

private func kind(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    default: "no regular file"
    }
}

private func lastSystemError() -> String { String(cString: strerror(errno)) }
