import OrrerySimulation
import OrreryText

/// Reads the loops and commands of a queue.
struct QueueReader {
    private let tokens: Labels
    private let loops: Labels
    private let operators: Labels
    private let base: ProgramReader

    /// Numbers that stand for sizes and times: far more than a machine can have, and few enough bits to multiply some.
    private static let number = -(1 << 50)...(1 << 50)

    private static let loopKeys = ["loop", "trips", "do"]
    private static let commandKeys = ["run", "ahead", "if", "wait", "post", "addresses", "short", "work"]

    /// - Parameter program: with its operators, tokens and loops.
    init(_ program: Program, _ base: ProgramReader) {
        tokens = Labels(program.tokens.map(\.name))
        loops = Labels(program.loops)
        operators = Labels(program.operators)
        self.base = base
    }

    private var diagnostics: Diagnostics { base.diagnostics }

    func read(_ entry: Entry) -> (instructions: [Instruction], places: [SourceMark]) {
        var result: (instructions: [Instruction], places: [SourceMark]) = ([], [])
        read(base.items(entry.value, "queues.\(entry.key)"), depth: 0, &result)
        return result
    }

    private func read(
        _ items: [Node], depth: Int, _ result: inout (instructions: [Instruction], places: [SourceMark])
    ) {
        for item in items {
            if item["loop"] == nil {
                result.instructions.append(.command(command(item, depth: depth)))
                result.places.append(item.mark)
                continue
            }
            _ = base.allow(Self.loopKeys, in: item, "a loop")
            let begin = result.instructions.count
            result.instructions.append(.loopEnd(mate: begin))
            result.places.append(item.mark)
            read(base.items(item["do"], "do"), depth: depth + 1, &result)
            let end = result.instructions.count
            result.instructions.append(.loopEnd(mate: begin))
            result.places.append(item.mark)
            let loop = label(item["loop"], loops, "loop", "the program has no loop") ?? 0
            result.instructions[begin] = .loopBegin(loop: loop, trips: trips(item), mate: end)
        }
    }

    private func trips(_ loop: Node) -> TripCount {
        guard let node = loop["trips"] else {
            diagnostics.error("the loop has no length", at: loop.mark, path: "trips")
            return TripCount(0)
        }
        guard node.mapping != nil else { return TripCount(base.count(node, "trips", in: 0...(1 << 50)) ?? 0) }
        _ = base.allow(["first", "step", "index", "most"], in: node, "the length of a loop")
        return TripCount(
            integer(node, "first"), plus: integer(node, "step"), timesIndexOf: level(node["index"], node) ?? 0,
            limit: node["most"].flatMap { base.count($0, "most", in: 0...(1 << 50)) } ?? .max)
    }

    private func command(_ node: Node, depth: Int) -> Command {
        guard base.allow(Self.commandKeys, in: node, "a command") else { return Command(variants: []) }
        let operatorID =
            operators.texts.isEmpty ? 0 : label(node["run"], operators, "run", "the program has no operator")
        let works = base.items(node["work"], "work").map(work)
        if works.isEmpty { diagnostics.error("the command has no work", at: node.mark, path: "work") }
        return Command(
            operatorID: operatorID ?? 0, variants: works,
            raggedLevels: base.items(node["short"], "short").compactMap { level($0, $0) },
            addresses: base.items(node["addresses"], "addresses").map { address($0, depth: depth) },
            waits: base.items(node["wait"], "wait").compactMap(use),
            posts: base.items(node["post"], "post").compactMap(use), guards: guards(node["if"]),
            lookahead: node["ahead"].flatMap { base.count($0, "ahead", in: 0...(1 << 40)) } ?? 0)
    }

    private func use(_ node: Node) -> TokenUse? {
        if node.string != nil {
            return label(node, tokens, "wait", "the program has no token").map { TokenUse($0) }
        }
        guard base.allow(["token", "count", "if"], in: node, "the use of a token") else { return nil }
        let count = node["count"].flatMap { base.count($0, "count", in: 1...(1 << 50)) } ?? 1
        return label(node["token"] ?? node, tokens, "token", "the program has no token").map {
            TokenUse($0, count: count, where: guards(node["if"]))
        }
    }

    // MARK: Work

    private func work(_ node: Node) -> Work {
        guard base.allow(["opcode", "numbers", "streams", "actions", "accesses"], in: node, "work") else {
            return Work(opcode: 0)
        }
        return Work(
            opcode: integer(node, "opcode"),
            numbers: base.items(node["numbers"], "numbers").compactMap { base.count($0, "numbers", in: Self.number) },
            streams: base.items(node["streams"], "streams").compactMap(stream),
            actions: base.items(node["actions"], "actions").compactMap { action in
                guard base.allow(["action", "count"], in: action, "an action") else { return nil }
                return Work.ActionCount(integer(action, "action"), integer(action, "count"))
            }, accesses: node["accesses"].flatMap { base.count($0, "accesses", in: 0...(1 << 20)) })
    }

    private func stream(_ node: Node) -> Work.Stream? {
        guard base.allow(["port", "read", "write", "count", "bytes", "stride"], in: node, "a stream") else {
            return nil
        }
        let isWrite = node["write"] != nil
        if isWrite == (node["read"] != nil) {
            diagnostics.error("a stream has either read or write, with the index of its address", at: node.mark)
            return nil
        }
        return Work.Stream(
            port: integer(node, "port"), address: integer(node, isWrite ? "write" : "read"),
            bytes: integer(node, "bytes"), count: integer(node, "count"), stride: integer(node, "stride"),
            isWrite: isWrite)
    }

    /// The whole number under a key; 0 after reporting that there is none.
    private func integer(_ node: Node, _ key: String) -> Int {
        guard let value = node[key] else {
            diagnostics.error("'\(key)' is missing", at: node.mark)
            return 0
        }
        return base.count(value, key, in: Self.number) ?? 0
    }

    // MARK: Texts

    private func label(_ node: Node?, _ labels: Labels, _ path: String, _ missing: String) -> Int? {
        let text = node?.string ?? ""
        if let index = labels[text] { return index }
        diagnostics.error(
            "\(missing) '\(text)'", at: node?.mark, path: path, hint: suggestion(for: text, among: labels.texts))
        return nil
    }

    /// `i2` is 2.
    private static func level(_ text: some StringProtocol) -> Int? {
        guard text.hasPrefix("i"), let level = Int(text.dropFirst()), (0...Node.depthLimit).contains(level) else {
            return nil
        }
        return level
    }

    private func level(_ node: Node?, _ parent: Node) -> Int? {
        if let level = node?.string.flatMap({ Self.level($0) }) { return level }
        diagnostics.error(
            "expected the index of a loop, such as i0, found \(node?.summary ?? "nothing")", at: (node ?? parent).mark)
        return nil
    }

    private func guards(_ node: Node?) -> OrrerySimulation.Guard {
        OrrerySimulation.Guard(
            base.items(node, "if").compactMap { item in
                if let condition = item.string.flatMap({ Guard.Condition(parsing: $0) }) { return condition }
                diagnostics.error(
                    "expected a condition, found \(item.summary)", at: item.mark, path: "if",
                    hint: "such as i0 first, i0 not last, i1 < 4, i1 >= 4 or i1 % 4 = 0")
                return nil
            })
    }

    private func address(_ node: Node, depth: Int) -> AddressSource {
        if let address = node.string.flatMap({ AddressSource(parsing: $0, depth: depth) }) { return address }
        diagnostics.error(
            "expected an address, found \(node.summary)", at: node.mark, path: "addresses",
            hint: "such as 4096 + 512 i0 + 65536 (i1 % 2), with indices of the \(depth) loops around")
        return AddressSource(base: 0)
    }
}

extension Guard.Condition {
    /// The condition that `text` writes.
    init?(parsing text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard let first = words.first, first.hasPrefix("i"), let level = Int(first.dropFirst()),
            (0...Node.depthLimit).contains(level)
        else { return nil }
        var relation = words.dropFirst().joined(separator: " ")
        var bound = 0
        if words.count > 2, let value = Int(words[2]), (0...(1 << 50)).contains(value) {
            bound = value
            relation = (words[1...1] + words[3...]).joined(separator: " ")
        }
        switch relation {
        case "first": self.init(.first, level: level)
        case "not first": self.init(.notFirst, level: level)
        case "last": self.init(.last, level: level)
        case "not last": self.init(.notLast, level: level)
        case "<": self.init(.below(bound), level: level)
        case ">=": self.init(.atLeast(bound), level: level)
        case "% = 0": self.init(.divisible(by: bound), level: level)
        default: return nil
        }
    }
}

extension AddressSource {
    /// The address that `text` writes, of a command with `depth` loops around it.
    init?(parsing text: String, depth: Int) {
        let limit = 1 << 60
        var words = text.split(separator: " ").map(String.init)[...]
        func number() -> Int? {
            guard let word = words.popFirst(), let value = Int(word), value.magnitude <= limit else { return nil }
            return value
        }
        func level(_ word: Substring) -> Int? {
            guard word.hasPrefix("i"), let level = Int(word.dropFirst()), (0..<depth).contains(level) else {
                return nil
            }
            return level
        }
        guard let base = number() else { return nil }
        self.init(base: base, strides: Array(repeating: 0, count: depth))
        while let plus = words.popFirst() {
            guard plus == "+", let stride = number(), let word = words.popFirst() else { return nil }
            if let level = level(word[...]) {
                guard strides[level] == 0 else { return nil }
                strides[level] = stride
            } else {
                guard word.hasPrefix("("), let index = level(word.dropFirst()), ringLevel < 0, words.popFirst() == "%",
                    let length = words.popFirst(), length.hasSuffix(")"), let count = Int(length.dropLast()),
                    (1...limit).contains(count)
                else { return nil }
                (ringLevel, ringLength, ringStride) = (index, count, stride)
            }
        }
    }
}
