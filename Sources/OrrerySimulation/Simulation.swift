/// One run of a program on a machine: parts of the machine that share nothing are simulated, and folded, on their own.
///
/// Two components belong to the same part where one sends requests to the other or both their queues use a token. Parts that
/// run freely beside each other with co-prime periods would together only recur after the product of the periods.
public struct Simulation {
    /// The parts, each with its own kernel, in the order of their first component.
    public let kernels: [Kernel]

    /// - Parameters:
    ///   - components: in wake order, one run's own instances.
    ///   - program: its queues name engines by path.
    ///   - folds: false runs every cycle.
    ///   - sampling: how to estimate what does not repeat exactly, where the run folds; nil never does.
    ///   - timeline: makes a timeline for each part where spans are wanted.
    /// - Throws: `ProgramErrors`, `ProgramError` where the program does not fit the machine.
    public init(
        clocks: ClockSet, components: [Component], program: Program, folds: Bool = true, sampling: Sampling? = nil,
        timeline: () -> Timeline? = { nil }
    ) throws {
        var kernels: [Kernel] = []
        for part in Self.parts(components, program) {
            let paths = Set(part.map(\.path))
            var own = program
            own.queues = program.queues.filter { paths.contains($0.engine) }
            kernels.append(
                try Kernel(
                    clocks: clocks, components: part, program: own, folds: folds, timeline: timeline(),
                    sampling: sampling))
        }
        let engines = Set(components.compactMap { ($0 as? Engine)?.path })
        if let stray = program.queues.first(where: { !engines.contains($0.engine) }) {
            throw ProgramError.unknownEngine(stray.engine)
        }
        self.kernels = kernels
    }

    /// Runs every part to its end.
    /// - Parameter shouldStop: asked now and then; true ends the run.
    public func run(shouldStop: () -> Bool = { false }) -> Outcome {
        for kernel in kernels {
            let outcome = kernel.run(shouldStop: shouldStop)
            guard case .completed = outcome else { return outcome }
        }
        return .completed
    }

    /// Groups components that are joined by requests or tokens.
    private static func parts(_ components: [Component], _ program: Program) -> [[Component]] {
        var parent = Array(components.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while parent[index] != index { index = parent[index] }
            return index
        }
        func join(_ a: Int, _ b: Int) { parent[max(root(a), root(b))] = min(root(a), root(b)) }
        let position = Dictionary(
            components.enumerated().map { (ObjectIdentifier($1), $0) }, uniquingKeysWith: { first, _ in first })
        let byPath = Dictionary(components.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first })
        for (index, component) in components.enumerated() {
            let servers = (component as? Engine)?.ports ?? (component as? Server)?.behind ?? []
            for server in servers { if let other = position[ObjectIdentifier(server)] { join(index, other) } }
        }
        var user: [Int: Int] = [:]
        for queue in program.queues {
            guard let index = byPath[queue.engine] else { continue }
            for token in queue.tokens {
                if let other = user[token] { join(index, other) } else { user[token] = index }
            }
        }
        let groups = Dictionary(grouping: components.indices, by: root)
        return groups.keys.sorted().map { groups[$0, default: []].map { components[$0] } }
    }
}

extension QueueProgram {
    /// Tokens that its commands take or post.
    var tokens: Set<Int> {
        var used: Set<Int> = []
        for case .command(let command) in instructions { used.formUnion((command.waits + command.posts).map(\.token)) }
        return used
    }
}
