/// The candidate nearest to `word` by edits (insert, delete, replace, swap of neighbours), for "did you mean".
///
/// Case counts half as much as another letter. Nil where nothing is near: more than a third of the word would change.
public func closest(_ word: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(word.unicodeScalars.prefix(longestWord + 1))
    guard !letters.isEmpty, letters.count <= longestWord else { return nil }
    var best: (distance: Int, candidate: String)?
    for candidate in candidates where candidate != word {
        let others = Array(candidate.unicodeScalars.prefix(longestWord + 1))
        guard others.count <= longestWord else { continue }
        let allowed = max(2, 2 * max(letters.count, others.count) / 3)
        guard 2 * abs(letters.count - others.count) <= allowed else { continue }
        let distance = doubledEditDistance(letters, others)
        // A change of every letter is another word, however short.
        guard distance <= allowed, distance < 2 * max(letters.count, others.count) else { continue }
        if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
    }
    return best?.candidate
}

/// The hint for a misspelt word: "did you mean 'rows'?", or the allowed words when few and none is near.
public func suggestion(for word: String, among candidates: [String]) -> String? {
    if let near = closest(word, among: candidates) { return "did you mean '\(near)'?" }
    guard !candidates.isEmpty, candidates.count <= 12 else { return nil }
    return "expected \(listed(candidates))"
}

/// `a`, `a or b`, `a, b or c`
func listed(_ words: [String]) -> String {
    guard let last = words.last else { return "" }
    guard words.count > 1 else { return last }
    return words.dropLast().joined(separator: ", ") + " or " + last
}

private let longestWord = 64

/// Twice the optimal-string-alignment distance; letters that differ only in case cost one.
private func doubledEditDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforePrevious = [Int](repeating: 0, count: b.count + 1)
    var previous = (0...b.count).map { 2 * $0 }
    for i in 1...max(1, a.count) {
        var current = [2 * i] + [Int](repeating: 0, count: b.count)
        for j in 0..<b.count {
            let replace = previous[j] + replacementCost(a[i - 1], b[j])
            var cost = min(replace, previous[j + 1] + 2, current[j] + 2)
            if i > 1, j > 0, a[i - 1] == b[j - 1], a[i - 2] == b[j] {
                cost = min(cost, beforePrevious[j - 1] + 2)
            }
            current[j + 1] = cost
        }
        beforePrevious = previous
        previous = current
    }
    return previous[b.count]
}

private func replacementCost(_ a: Unicode.Scalar, _ b: Unicode.Scalar) -> Int {
    if a == b { return 0 }
    return a.properties.lowercaseMapping == b.properties.lowercaseMapping ? 1 : 2
}
