/// The path of `text` as it is meant in the file `file`: beside it, unless it is absolute.
func resolved(_ text: String, besideFile file: String) -> String {
    if text.hasPrefix("/") { return text }
    guard let slash = file.lastIndex(of: "/") else { return text }
    return String(file[...slash]) + text
}

/// The same path without `.` and `a/..`, by its text alone.
func normalised(_ path: String) -> String {
    var steps: [Substring] = []
    for step in path.split(separator: "/") where step != "." {
        if step == "..", let last = steps.last, last != ".." {
            steps.removeLast()
        } else {
            steps.append(step)
        }
    }
    return (path.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
}

/// `path` as one would write it in the file `file`.
func relative(_ path: String, toFile file: String) -> String {
    let path = normalised(path)
    guard let slash = normalised(file).lastIndex(of: "/") else { return path }
    let folder = normalised(file)[...slash]
    return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
}
