import OrrerySimulation
import OrreryText

/// What lowering needs to know of a machine: its engines with their ports, its memories, its numbers.
public struct Hardware: Sendable {
    /// An engine that takes tile operations.
    public struct Unit: Sendable {
        public var path: String
        public var classInfo: ComponentClass
        public var values: ParameterValues
        /// Path of the memory that each port leads to, by the port's index in the class.
        public var ports: [Int: String]

        public init(path: String, classInfo: ComponentClass, values: ParameterValues, ports: [Int: String]) {
            self.path = path
            self.classInfo = classInfo
            self.values = values
            self.ports = ports
        }

        /// The ports without the one that a mapping must ask for.
        var plainPorts: [Int: String] { ports.filter { $0.key != directPort } }

        /// The port by which operands come from `memory`: the first that leads there.
        func port(from memory: String) -> Int? { plainPorts.filter { $0.value == memory }.keys.min() }

        /// The port by which results go to `memory`: the last that leads there.
        func port(to memory: String) -> Int? { plainPorts.filter { $0.value == memory }.keys.max() }

        /// The port by which results go straight to `memory`, past a nearer one.
        func directPort(to memory: String) -> Int? { directPort.flatMap { ports[$0] == memory ? $0 : nil } }

        private var directPort: Int? { classInfo.ports.firstIndex { $0.name == ComponentClass.Port.direct } }
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

    public var name: String
    public var units: [Unit]
    public var memories: [Memory]
    /// Names of the machine's numbers, for hints.
    public var names: [String]
    /// The value of a number such as `buffer.capacity`.
    public var number: @Sendable (String) -> Quantity?

    public init(
        name: String, units: [Unit], memories: [Memory], names: [String] = [],
        number: @escaping @Sendable (String) -> Quantity? = { _ in nil }
    ) {
        self.name = name
        self.units = units
        self.memories = memories
        self.names = names
        self.number = number
    }

    func unit(_ path: String) -> Int? { units.firstIndex { $0.path == path } }
    func memory(_ path: String) -> Int? { memories.firstIndex { $0.path == path } }

    /// Engines that can copy between two memories in either direction, in machine order.
    func copiers(_ a: String, _ b: String) -> [Int] {
        units.indices.filter { index in
            let unit = units[index]
            guard let from = unit.port(from: a), let to = unit.port(to: b), from != to,
                let generate = unit.classInfo.generate
            else { return false }
            let probe = CopyTile.operation(tensor: "", bytes: 64, from: from, to: to)
            return (try? generate(probe, unit.values)) != nil
        }
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
