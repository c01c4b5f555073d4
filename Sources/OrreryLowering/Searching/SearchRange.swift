import OrreryText

extension Mapping {
    /// Values that a search may give to a place of the mapping.
    enum SearchRange: Sendable {
        case list([Node])
        /// All divisors of a number.
        case divisors(Expression)
        /// Powers of two from the first to the second number.
        case powersOfTwo(Expression, Expression)

        func values(in scope: ParameterScope, path: String) -> [Node] {
            switch self {
            case .list(let nodes): return nodes
            case .divisors(let expression):
                guard let number = scope.integer(expression, path) else { return [] }
                return Self.divisors(of: number).map { Node(String($0), at: expression.mark ?? SourceMark(file: path)) }
            case .powersOfTwo(let low, let high):
                guard let least = scope.integer(low, path), let most = scope.integer(high, path) else { return [] }
                return (0..<62).map { 1 << $0 }.filter { $0 >= least && $0 <= most }
                    .map { Node(String($0), at: low.mark ?? SourceMark(file: path)) }
            }
        }

        static func divisors(of number: Int) -> [Int] {
            var (small, large): ([Int], [Int]) = ([], [])
            var candidate = 1
            while candidate <= number / candidate {
                if number % candidate == 0 {
                    small.append(candidate)
                    if candidate != number / candidate { large.append(number / candidate) }
                }
                candidate += 1
            }
            return small + large.reversed()
        }
    }
}

extension MappingReader {
    /// `[1, 2, 4]`, `{divisors: P / 256}` or `{powers_of_two: [1, 64]}`.
    func searchRange(_ node: Node, _ path: String) -> Mapping.SearchRange? {
        if let items = node.sequence, !items.isEmpty { return .list(items) }
        if let entries = node.mapping, entries.count == 1 {
            switch entries[0].key {
            case "divisors":
                return Expression(entries[0].value, path: path, diagnostics: diagnostics).map { .divisors($0) }
            case "powers_of_two":
                guard let bounds = entries[0].value.sequence, bounds.count == 2,
                    let low = Expression(bounds[0], path: path, diagnostics: diagnostics),
                    let high = Expression(bounds[1], path: path, diagnostics: diagnostics)
                else { break }
                return .powersOfTwo(low, high)
            default: break
            }
        }
        diagnostics.error(
            "expected values to search, found \(node.summary)", at: node.mark, path: path,
            hint: "such as [1, 2, 4], {divisors: ceil(P / 256)} or {powers_of_two: [1, 64]}")
        return nil
    }
}
