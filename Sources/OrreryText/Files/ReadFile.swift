import Glibc

/// The bytes of a regular file of at most `limit` bytes, or the reason why they cannot be had.
public func readFile(_ path: String, limit: Int = .max) -> Result<[UInt8], Diagnostic> {
    let result = openFile(path).flatMap { readBytes($0, path, limit: limit) }
    FileLog.current?.note(path, try? result.get())
    return result
}

/// A regular file, open to be read by whoever calls `fclose` in the end, or the reason why it cannot be had.
///
/// What is no regular file is none to read: opening a pipe may wait for its other end, a device may have no end.
public func openFile(_ path: String) -> Result<UnsafeMutablePointer<FILE>, Diagnostic> {
    let mark = SourceMark(file: path)
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
        return .failure(Diagnostic(.error, "cannot open the file: \(lastSystemError())", at: mark))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let file = fdopen(descriptor, "rb")
    else {
        close(descriptor)
        return .failure(
            Diagnostic(
                .error, "cannot read the file: it is \(kind(status.st_mode))", at: mark, hint: "give a regular file"))
    }
    return .success(file)
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

private func readBytes(
    _ file: UnsafeMutablePointer<FILE>, _ path: String, limit: Int
) -> Result<[UInt8], Diagnostic> {
    let mark = SourceMark(file: path)
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&block, 1, block.count, file)
        bytes += block[..<count]
        if bytes.count > limit {
            return .failure(
                Diagnostic(.error, "the file is too long", at: mark, hint: "at most \(limit) bytes can be read"))
        }
        if count < block.count { break }
    }
    guard ferror(file) == 0 else {
        return .failure(Diagnostic(.error, "cannot read the file: \(lastSystemError())", at: mark))
    }
    return .success(bytes)
}

private func lastSystemError() -> String { String(cString: strerror(errno)) }
