import OrreryText

/// A place in the tree of components, as people write it: `dram.bandwidth`, `gpu.sm[3].clock`, `sm[*].memory`.
struct ComponentPath: Hashable, CustomStringConvertible {
    /// Which instances of a counted component a step means.
    enum Index: Hashable {
        case none
        case one(Int)
        /// `[*]`
        case every
    }

    struct Step: Hashable {
        var name: String
        var index: Index = .none

        var text: String {
            switch index {
            case .none: name
            case .one(let number): "\(name)[\(number)]"
            case .every: "\(name)[*]"
            }
        }
    }

    var steps: [Step]

    init(_ steps: [Step]) { self.steps = steps }

    /// Nil for text that is no path: an empty step, an open bracket, an index that is no number.
    init?(_ text: String) {
        steps = []
        for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard let step = Self.step(Substring(part)) else { return nil }
            steps.append(step)
        }
    }

    private static func step(_ text: Substring) -> Step? {
        guard let open = text.utf8.firstIndex(of: UInt8(ascii: "[")) else {
            return text.isEmpty || text.utf8.contains(UInt8(ascii: "]")) ? nil : Step(name: String(text))
        }
        let inside = text[text.index(after: open)...]
        guard open > text.startIndex, inside.last == "]" else { return nil }
        let name = String(text[..<open])
        let index = inside.dropLast()
        if index == "*" { return Step(name: name, index: .every) }
        guard let number = Int(index), number >= 0, String(number) == index else { return nil }
        return Step(name: name, index: .one(number))
    }

    var description: String { steps.map(\.text).joined(separator: ".") }

    /// The path with its first wildcards replaced by `indices`, in order.
    func filling(_ indices: [Int]) -> ComponentPath {
        var rest = indices[...]
        return ComponentPath(
            steps.map { step in
                guard step.index == .every, let index = rest.popFirst() else { return step }
                return Step(name: step.name, index: .one(index))
            })
    }
}

/// `gpu.sm` of `gpu.sm[3]`: the name that all instances share.
func familyPath(_ path: String) -> String {
    guard path.contains("[") else { return path }
    var result = ""
    var isInside = false
    for letter in path {
        if letter == "[" { isInside = true }
        if !isInside { result.append(letter) }
        if letter == "]" { isInside = false }
    }
    return result
}

/// `inner` below `outer`, which may be empty.
func joined(_ outer: String, _ inner: String) -> String { outer.isEmpty ? inner : "\(outer).\(inner)" }
