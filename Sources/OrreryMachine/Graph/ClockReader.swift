import OrrerySimulation
import OrreryText

/// Reads `clocks: {core: 940 MHz}`: a frequency or a period by name.
struct ClockReader {
    /// Joint phases above this make folding rare; see the warning.
    private static let longestPhase = 10e-6

    /// The clocks, nil after reporting what is wrong.
    static func read(_ node: Node?, at mark: SourceMark, _ diagnostics: Diagnostics) -> ClockSet? {
        guard let node, node.mapping != nil, !node.keys.isEmpty else {
            diagnostics.error(
                "a machine has at least one clock", at: node?.mark ?? mark, path: "clocks",
                hint: "expected clocks: {core: 940 MHz}")
            return nil
        }
        let declared = node.keys.map {
            Parameter.quantity($0, [.hertz, .seconds], help: "frequency or period of the clock")
        }
        let values = ParameterValues.decode(node, declared: declared, path: "clocks", diagnostics: diagnostics)
        var clocks: [Clock] = []
        for parameter in declared {
            guard let quantity = values.value(of: parameter) else { continue }
            let period = quantity.dimension == .hertz ? quantity.value.inverse : quantity.value
            if let period, let top = Int(exactly: period.numerator), let bottom = Int(exactly: period.denominator) {
                clocks.append(Clock(name: parameter.name, periodNumerator: top, periodDenominator: bottom))
            } else {
                diagnostics.error(
                    "\(quantity) is too fine a number", at: values.mark(of: parameter), path: "clocks.\(parameter.name)"
                )
            }
        }
        guard clocks.count == declared.count else { return nil }
        guard let set = ClockSet(clocks) else {
            diagnostics.error(
                "the clocks have no common measure that can be counted", at: node.mark, path: "clocks",
                hint: "round their frequencies to whole MHz")
            return nil
        }
        warn(of: set, at: node.mark, diagnostics)
        return set
    }

    private static func warn(of set: ClockSet, at mark: SourceMark, _ diagnostics: Diagnostics) {
        let phase = set.clocks[0].seconds(1) / Double(set.ticks[0]) * Double(set.jointPhase)
        if phase > longestPhase {
            let microseconds = Double(Int((phase * 1e7).rounded())) / 10
            diagnostics.warning(
                "the clocks are in the same phase only every \(microseconds) us: "
                    + "repetition will hardly ever be recognised",
                at: mark, path: "clocks", hint: "round their frequencies to whole MHz")
        }
    }
}
