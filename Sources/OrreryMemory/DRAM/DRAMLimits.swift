import OrrerySimulation

/// Which ready times limit each command to each bank, side by side: what a scheduler asks for every bank that it looks at.
struct DRAMLimits: ~Copyable {
    /// Indices of ready times, by command, bank and level.
    private let indices: FixedArray<Int>
    /// By command: how many limit it, and the first of those of bank 0.
    private let commands: FixedArray<(count: Int, start: Int)>

    /// - Parameters:
    ///   - limits: for each command the levels at which something limits it.
    ///   - path: index of the ready times of the node at each level on the path to each bank, `levels` for each bank.
    init(_ limits: [[Int]], path: [Int], levels: Int) {
        var indices: [Int] = []
        var starts: [Int] = []
        for (command, own) in limits.enumerated() {
            starts.append(indices.count)
            for bank in 0..<path.count / levels { indices += own.map { path[bank * levels + $0] + command } }
        }
        self.indices = FixedArray(indices)
        commands = FixedArray(zip(limits, starts).map { ($0.count, $1) })
    }

    /// The latest of the ready times that limit a command to a bank; 0 where none does.
    @inline(__always)
    func latest(_ command: Int, _ bank: Int, of ready: borrowing FixedArray<Int>) -> Int {
        let (count, start) = commands[command]
        var (result, left, place) = (0, count, start &+ bank &* count)
        while left > 0 {
            let time = ready[indices[place]]
            if time > result { result = time }
            place &+= 1
            left &-= 1
        }
        return result
    }
}
