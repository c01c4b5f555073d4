import OrrerySimulation
import OrreryText

/// What lowering needs to know of a machine: its engines with their ports, its memories, its numbers.
public struct Hardware: Sendable {
    /// An engine that takes tile operations.
    public struct Unit: Sendable {
        public let path: String
        public let classInfo: ComponentClass
        public let values: ParameterValues
        /// Path of the memory that each port leads to, by the port's index in the class.
        public let ports: [Int: String]
        /// The ports without the one that a mapping must ask for.
        let plainPorts: [Int: String]
        private let directPort: Int?

        public init(path: String, classInfo: ComponentClass, values: ParameterValues, ports: [Int: String]) {
            self.path = path
            self.classInfo = classInfo
            self.values = values
            self.ports = ports
            let direct = classInfo.ports.firstIndex { $0.name == ComponentClass.Port.direct }
            directPort = direct
            plainPorts = ports.filter { $0.key != direct }
        }

        /// The port by which operands come from `memory`: the first that leads there.
        func port(from memory: String) -> Int? { plainPorts.lazy.filter { $0.value == memory }.map(\.key).min() }

        /// The port by which results go to `memory`: the last that leads there.
        func port(to memory: String) -> Int? { plainPorts.lazy.filter { $0.value == memory }.map(\.key).max() }

        /// The port by which results go straight to `memory`, past a nearer one.
        func directPort(to memory: String) -> Int? { directPort.flatMap { ports[$0] == memory ? $0 : nil } }
    }

    /// A component in which tensors can be placed.
    public struct Memory: Sendable {
        public var path: String
        public var storage: Storage

        public init(path: String, storage: Storage) {
            self.path = path
            self.storage = storage
        }
    }

    public let name: String
    public let units: [Unit]
    public let memories: [Memory]
    /// Names of the machine's numbers, for hints.
    public let names: [String]
    /// The value of a number such as `buffer.capacity`.
    public let number: @Sendable (String) -> Quantity?
    /// Engines that can copy between two memories, in machine order, by where they copy from and to.
    private let copiersByWay: [[String]: [Int]]

    public init(
        name: String, units: [Unit], memories: [Memory], names: [String] = [],
        number: @escaping @Sendable (String) -> Quantity? = { _ in nil }
    ) {
        self.name = name
        self.units = units
        self.memories = memories
        self.names = names
        self.number = number
        var copiers: [[String]: [Int]] = [:]
        for (index, unit) in units.enumerated() {
            let reached = Set(unit.plainPorts.values)
            for from in reached {
                for to in reached where unit.copies(from, to) { copiers[[from, to], default: []].append(index) }
            }
        }
        copiersByWay = copiers
    }

    func unit(_ path: String) -> Int? { units.firstIndex { $0.path == path } }
    func memory(_ path: String) -> Int? { memories.firstIndex { $0.path == path } }

    /// Engines that can copy from one memory to another, in machine order.
    func copiers(_ from: String, _ to: String) -> [Int] { copiersByWay[[from, to]] ?? [] }
}

extension Hardware.Unit {
    fileprivate func copies(_ a: String, _ b: String) -> Bool {
        guard let from = port(from: a), let to = port(to: b), from != to, let generate = classInfo.generate else {
            return false
        }
        let probe = CopyTile.operation(tensor: "", bytes: 64, from: from, to: to)
        // An engine that cannot copy refuses: that is the answer.
        return (try? generate(probe, values)) != nil
    }
}

/// Copies as tile operations.
enum CopyTile {
    static func operation(tensor: String, bytes: Int, from: Int, to: Int) -> TileOperation {
        func side(_ port: Int, _ address: Int) -> TileOperation.Operand {
            TileOperation.Operand(
                tensor: tensor, elementBytes: 1, spansRows: false, spansColumns: true, steps: 1, port: port,
                address: address)
        }
        return TileOperation(
            chain: [.copy], rows: 1, columns: bytes, steps: 1, operands: [side(from, 0)], result: side(to, 1))
    }
}
