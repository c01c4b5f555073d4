import OrrerySimulation
import OrreryText

extension Machine {
    /// The number at a path, as expressions in mappings use it: `buffer.capacity`, `array2d.rows`,
    /// `gpu.sm[3].clock` (in hertz), `gpu.sm.count`, `clocks.core`.
    ///
    /// Without an index it is the value that all instances share. Nil where there is none, or where instances differ.
    public func parameter(_ path: String) -> Quantity? {
        if path.hasPrefix("clocks.") {
            let name = path.dropFirst("clocks.".count)
            return clocks.clocks.firstIndex { $0.name == name }.flatMap(frequency(of:))
        }
        if path.hasSuffix(".count"), let group = groups.first(where: { $0.path == path.dropLast(".count".count) }) {
            return Quantity(group.count)
        }
        var end = path.endIndex
        while let dot = path[..<end].lastIndex(of: ".") {
            let owners = parts(named: String(path[..<dot]))
            if let first = owners.first {
                let name = String(path[path.index(after: dot)...])
                let value = quantity(name, of: first)
                return owners.dropFirst().allSatisfy { quantity(name, of: $0) == value } ? value : nil
            }
            end = dot
        }
        return nil
    }

    /// Every path without indices that ``parameter(_:)`` knows, for hints and for `orrery components`.
    public var parameterPaths: [String] {
        var known: Set<String> = []
        var result = clocks.clocks.map { "clocks.\($0.name)" }
        for part in components where known.insert(part.family).inserted {
            result.append("\(part.family).clock")
            result += part.quantities.keys.sorted().map { "\(part.family).\($0)" }
        }
        return result + groups.map { "\($0.path).count" }
    }

    private func parts(named path: String) -> [Part] {
        if let place = index[path] { return [components[place]] }
        return components.filter { $0.family == path }
    }

    private func quantity(_ name: String, of part: Part) -> Quantity? {
        name == "clock" ? frequency(of: part.clock) : part.quantities[name]
    }

    private func frequency(of clock: Int) -> Quantity? {
        let clock = clocks.clocks[clock]
        return Rational(Int128(clock.periodDenominator), Int128(clock.periodNumerator)).map { Quantity($0, .hertz) }
    }
}
