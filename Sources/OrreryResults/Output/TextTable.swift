/// Columns of text, the first to the left, the others to the right.
struct TextTable {
    private var rows: [[String]] = []

    mutating func add(_ row: [String]) { rows.append(row) }

    /// One text a row, each column as wide as its widest cell, two spaces between.
    var lines: [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { index, cell in
                let space = String(repeating: " ", count: widths[index] - cell.count)
                return index == 0 ? cell + space : space + cell
            }
            return String(cells.joined(separator: "  ").trimmingEnd)
        }
    }
}

extension String {
    /// Without spaces at the end.
    var trimmingEnd: Substring {
        guard let last = lastIndex(where: { $0 != " " }) else { return "" }
        return self[...last]
    }

    /// At most `width` characters, with `…` in place of what is cut.
    package func cut(to width: Int) -> String { count <= width ? self : "\(prefix(max(0, width - 1)))…" }

    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}
