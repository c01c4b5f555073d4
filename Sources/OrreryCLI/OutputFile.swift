import Glibc
import Orrery

/// A file that is complete or absent: written under another name beside it, then renamed.
enum OutputFile {
    /// Writes `text` to `path`; `-` is the standard output.
    static func write(_ text: String, to path: String) throws {
        if path == "-" { return Terminal.print(text) }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            // A device or a pipe is written as it is.
            return try write(text, opening: path, of: path)
        }
        let temporary = "\(path).\(getpid()).tmp"
        do {
            try write(text, opening: temporary, of: path)
        } catch {
            unlink(temporary)
            throw error
        }
        if rename(temporary, path) != 0 {
            let reason = lastError
            unlink(temporary)
            throw Failure("\(path): error: cannot write the file: \(reason)", .badInput)
        }
    }

    /// Makes a folder and those that it lies in, where they are missing.
    static func makeFolder(_ path: String) throws {
        var made = path.hasPrefix("/") ? "/" : ""
        for step in path.split(separator: "/") {
            made += "\(step)/"
            if mkdir(made, 0o777) == 0 || errno == EEXIST || errno == EISDIR { continue }
            let reason = lastError
            if access(made, F_OK) == 0 { continue }
            throw Failure("\(path): error: cannot make the folder: \(reason)", .badInput)
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw Failure("\(path): error: cannot make the folder: a file has this name", .badInput)
        }
        try check(["\(path)/any"])
    }

    /// Fails early where a file cannot be written, before a long run.
    static func check(_ paths: [String]) throws {
        for path in paths where path != "-" {
            let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
            var status = stat()
            if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                throw Failure("\(path): error: cannot write the file: it is a directory", .badInput)
            }
            if access(folder, W_OK) != 0 {
                throw Failure("\(path): error: cannot write the file: \(folder): \(lastError)", .badInput)
            }
        }
    }

    private static func write(_ text: String, opening name: String, of path: String) throws {
        guard let file = fopen(name, "wb") else {
            throw Failure("\(path): error: cannot write the file: \(lastError)", .badInput)
        }
        let bytes = Array(text.utf8)
        let isComplete = fwrite(bytes, 1, bytes.count, file) == bytes.count
        let isClosed = fclose(file) == 0
        guard isComplete, isClosed else {
            throw Failure("\(path): error: cannot write the file: \(lastError)", .badInput)
        }
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
