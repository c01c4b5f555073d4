import OrrerySimulation
import OrreryText

extension LoopNest {
    /// The members of the nest in a saved program, which `NestReader` reads back.
    var members: [String] {
        var nest = [
            "loops: [\(loops.map { "{name: \($0.name.flowScalar), trips: \($0.trips)}" }.joined(separator: ", "))]"
        ]
        if fixed > 0 { nest.append("fixed: \(fixed)") }
        let reduced = loops.indices.filter { loops[$0].isReduced }
        if !reduced.isEmpty { nest.append("reduced: [\(reduced.map { "i\($0)" }.joined(separator: ", "))]") }
        if isUnrolled { nest.append("unrolled: true") }
        if width > 1 { nest.append("width: \(width)") }
        if !bounds.isEmpty {
            let list = bounds.map { "{number: \(Index($0.coefficients).text), below: \($0.limit)}" }
            nest.append("bounds: [\(list.joined(separator: ", "))]")
        }
        nest.append("loads: [\(loads.map(\.text).joined(separator: ", "))]")
        let list = steps.map { step in
            let count = step.count > 1 ? ", count: \(step.count)" : ""
            return
                "{run: \(step.operation.rawValue), from: [\(step.sources.map(\.text).joined(separator: ", "))]\(count)}"
        }
        if !list.isEmpty { nest.append("steps: [\(list.joined(separator: ", "))]") }
        if let stored { nest.append("stored: \(stored.text)") }
        nest.append("result: \(result.text)")
        return ["nest: {\(nest.joined(separator: ", "))}"]
    }
}

extension LoopNest.Operand {
    fileprivate var text: String {
        let known = values.map { ", values: \($0.text)" } ?? ""
        return "{tensor: \(tensor.flowScalar), at: \(start), bytes: \(elementBytes), element: \(index.text)\(known)}"
    }
}

extension LoopNest.Source {
    fileprivate var text: String {
        switch self {
        case .load(let load): "v\(load)"
        case .step(let step): "s\(step)"
        case .sum: "sum"
        }
    }

    /// The source that `text` writes: `v0` is what load 0 brought, `s1` what step 1 left.
    init?(parsing text: String) {
        if text == "sum" {
            self = .sum
            return
        }
        guard let number = Int(text.dropFirst()), (0..<(1 << 16)).contains(number) else { return nil }
        switch text.first {
        case "v": self = .load(number)
        case "s": self = .step(number)
        default: return nil
        }
    }
}

extension LoopNest.Index {
    /// `3 + 64 i0 + 8 v1`: 64 times the index of the outermost loop, 8 times what load 1 brought.
    var text: String {
        var parts = constant == 0 ? [] : ["\(constant)"]
        for (loop, coefficient) in coefficients.enumerated() where coefficient != 0 {
            parts.append("\(coefficient) i\(loop)")
        }
        parts += lookups.map { "\($0.coefficient) v\($0.load)" }
        return parts.isEmpty ? "0" : parts.joined(separator: " + ")
    }

    /// The number that `text` writes, in a nest of `loops` loops.
    init?(parsing text: String, loops: Int) {
        self.init(Array(repeating: 0, count: loops))
        for part in text.split(separator: "+", omittingEmptySubsequences: false) {
            let words = part.split(separator: " ")
            guard let first = words.first, let number = Int(first), number.magnitude <= 1 << 60 else { return nil }
            switch words.count {
            case 1: constant = number
            case 2:
                guard let place = Int(words[1].dropFirst()) else { return nil }
                if words[1].hasPrefix("i"), coefficients.indices.contains(place) {
                    coefficients[place] = number
                } else if words[1].hasPrefix("v"), (0..<(1 << 16)).contains(place) {
                    lookups.append(.init(place, coefficient: number))
                } else {
                    return nil
                }
            default: return nil
            }
        }
    }
}
