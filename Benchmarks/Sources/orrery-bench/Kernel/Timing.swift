/// Times of the cases, Swift and C++ in turn, the best of several.
enum Timing {
    static let rounds = 7

    /// Nanoseconds for one operation.
    private static func nanoseconds(_ operations: Int, _ body: () -> (sum: UInt64, operations: Int)) -> (Double, UInt64)
    {
        var result = (sum: UInt64(0), operations: 0)
        let time = processorSeconds { result = body() }
        return (time * 1e9 / Double(max(1, result.operations)), result.sum)
    }

    /// - Returns: cases that miss their bar.
    static func run() -> Missed {
        var missed: Missed = []
        print("time, ns for one operation".padded(34) + "Swift     C++   ratio   bar")
        for item in Case.all {
            var (swift, yardstick) = (Double.infinity, Double.infinity)
            for _ in 0..<rounds {
                let (first, sum) = nanoseconds(item.timed) { item.swift(item.timed) }
                let (second, other) = nanoseconds(item.timed) { item.yardstick(item.timed) }
                if sum != other { missed.append("\(item.name): the two do not do the same") }
                (swift, yardstick) = (min(swift, first), min(yardstick, second))
            }
            let ratio = swift / yardstick
            print(item.name.padded(32) + swift.text(7) + yardstick.text(8) + ratio.text(8) + item.timeBar.text(6))
            if ratio > item.timeBar { missed.append("\(item.name): \(ratio.text(0)) times as long as C++") }
        }
        return missed
    }
}
