/// What must happen, on which tensors, and where: Einsums, and the copies that the mapping makes of it.
public struct OperatorGraph: Sendable {
    public struct Node: Sendable {
        /// Such as `QK`, `load K`, `store AV`.
        public var name: String
        public var group: String
        /// Path of the engine.
        public var engine: String
        public var reads: [String]
        public var writes: [String]
        /// How often its command runs.
        public var runs: Int
        /// Bytes that it copies between memories in all; 0 for Einsums.
        public var copiedBytes: Int
        /// The Einsum's text; empty for copies.
        public var text: String
    }

    public internal(set) var nodes: [Node] = []

    public init() {}
}

extension OperatorGraph: CustomStringConvertible {
    /// A line for each operator.
    public var description: String {
        nodes.map { node in
            let copied = node.copiedBytes > 0 ? ", \(node.copiedBytes) B" : ""
            let flow = "\(node.reads.joined(separator: ", ")) -> \(node.writes.joined(separator: ", "))"
            let text = node.text.isEmpty ? flow : node.text
            return "\(node.group): \(node.name) on \(node.engine), \(node.runs) times\(copied): \(text)"
        }.joined(separator: "\n")
    }
}

extension MemoryPlan: CustomStringConvertible {
    /// A line for each area.
    public var description: String {
        areas.map { area in
            let group = area.group.isEmpty ? "" : " (\(area.group))"
            let shared = area.sharedWith.map { ", in the place of \($0)" } ?? ""
            let free = area.isUnbounded ? ", not counted against the capacity" : ""
            return
                "\(area.memory) \(area.address): \(area.tensor)\(group), \(area.purpose.rawValue), \(area.tiles) × \(area.tileBytes) B\(shared)\(free)"
        }.joined(separator: "\n")
    }
}
