import OrrerySimulation
import OrreryText

/// Reads the nest of a stream in a saved program.
struct NestReader {
    let base: ProgramReader

    private var diagnostics: Diagnostics { base.diagnostics }

    /// - Returns: nil after reporting what is wrong; whether the nest can be run its `problem` says.
    func read(_ node: Node) -> LoopNest? {
        let keys = ["loops", "fixed", "reduced", "unrolled", "width", "bounds", "loads", "steps", "stored", "result"]
        guard base.allow(keys, in: node, "a nest") else { return nil }
        let reduced = base.texts(node["reduced"], "nest.reduced")
        let loops = base.items(node["loops"], "nest.loops").enumerated().compactMap { place, item -> LoopNest.Loop? in
            guard base.allow(["name", "trips"], in: item, "a loop of a nest"), let name = base.text(item, "name"),
                let trips = number(item, "trips")
            else { return nil }
            return LoopNest.Loop(name, trips: trips, isReduced: reduced.contains("i\(place)"))
        }
        let loads = base.items(node["loads"], "nest.loads").compactMap { operand($0, loops.count) }
        guard let result = node["result"].flatMap({ operand($0, loops.count) }) else {
            if node["result"] == nil { diagnostics.error("the nest has no result", at: node.mark, path: "nest") }
            return nil
        }
        return LoopNest(
            loops: loops, fixed: node["fixed"].flatMap { base.count($0, "nest.fixed") } ?? 0,
            isUnrolled: node["unrolled"]?.string == "true",
            width: node["width"].flatMap { base.count($0, "nest.width") } ?? 1,
            bounds: base.items(node["bounds"], "nest.bounds").compactMap { bound($0, loops.count) }, loads: loads,
            steps: base.items(node["steps"], "nest.steps").compactMap(step), stored: node["stored"].flatMap(source),
            result: result)
    }

    private func number(_ node: Node, _ key: String, in range: ClosedRange<Int> = 0...(1 << 60)) -> Int? {
        guard let value = node[key] else {
            diagnostics.error("'\(key)' is missing", at: node.mark)
            return nil
        }
        return base.count(value, key, in: range)
    }

    private func bound(_ node: Node, _ loops: Int) -> LoopNest.Bound? {
        guard base.allow(["number", "below"], in: node, "a bound"), let index = index(node, "number", loops),
            let limit = number(node, "below")
        else { return nil }
        return LoopNest.Bound(index.coefficients, below: limit)
    }

    private func index(_ node: Node, _ key: String, _ loops: Int) -> LoopNest.Index? {
        if let index = node[key]?.string.flatMap({ LoopNest.Index(parsing: $0, loops: loops) }) { return index }
        diagnostics.error(
            "expected the number of an element, found \(node[key]?.summary ?? "nothing")",
            at: node[key]?.mark ?? node.mark, path: "nest", hint: "such as 3 + 64 i0 + 8 v1, of the \(loops) loops")
        return nil
    }

    private func operand(_ node: Node, _ loops: Int) -> LoopNest.Operand? {
        guard base.allow(["tensor", "at", "bytes", "element", "values"], in: node, "an operand of a nest"),
            let tensor = base.text(node, "tensor"), let start = number(node, "at"), let bytes = number(node, "bytes"),
            let index = index(node, "element", loops)
        else { return nil }
        var values: GeneratedValues?
        if let given = node["values"] {
            let declared = DeclaredValues(given, diagnostics: diagnostics) {
                Quantity(arithmetic: $0, path: "nest.values", diagnostics: diagnostics)
            }
            guard let declared else { return nil }
            guard let bound = declared.bound else {
                diagnostics.error("what the values stay below is missing", at: given.mark, path: "values.below")
                return nil
            }
            values = GeneratedValues(declared.pattern, below: bound, seed: declared.seed)
        }
        return LoopNest.Operand(tensor, at: start, elementBytes: bytes, index, values: values)
    }

    private func step(_ node: Node) -> LoopNest.Step? {
        guard base.allow(["run", "from", "count"], in: node, "a step of a nest"), let name = base.text(node, "run")
        else { return nil }
        guard let operation = ScalarOperation(rawValue: name) else {
            diagnostics.error(
                "'\(name)' is no operation of a core", at: node["run"]?.mark, path: "nest.steps",
                hint: suggestion(for: name, among: ScalarOperation.allCases.map(\.rawValue)))
            return nil
        }
        return LoopNest.Step(
            operation, base.items(node["from"], "nest.steps").compactMap(source),
            count: node["count"].flatMap { base.count($0, "count") } ?? 1)
    }

    private func source(_ node: Node) -> LoopNest.Source? {
        if let source = node.string.flatMap(LoopNest.Source.init(parsing:)) { return source }
        diagnostics.error(
            "expected what a step takes, found \(node.summary)", at: node.mark, path: "nest", hint: "v0, s0 or sum")
        return nil
    }
}
