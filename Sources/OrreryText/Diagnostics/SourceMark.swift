/// A place in an input: the file as the user named it, and the 1-based line and column (in code points) there.
///
/// Values that come from the command line carry a mark too, with a file such as `--set`.
public struct SourceMark: Hashable, Sendable, CustomStringConvertible {
    public var file: String
    public var line: Int
    public var column: Int

    public init(file: String, line: Int = 1, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The place `characters` code points further on the same line.
    public func advanced(by characters: Int) -> SourceMark {
        SourceMark(file: file, line: line, column: column + characters)
    }

    /// `file:line:column`
    public var description: String { "\(file):\(line):\(column)" }
}
