/// Times of the cases, Swift and C++ in turn, the best of several.
enum Timing {
    static let rounds = 7

    /// Nanoseconds for one operation.
    private static func nanoseconds(_ operations: Int, _ body: () -> (sum: UInt64, operations: Int)) -> (Double, UInt64)
    {
        var result = (sum: UInt64(0), operations: 0)
        let time = ContinuousClock().measure { result = body() }
        let (seconds, attoseconds) = time.components
        return ((Double(seconds) * 1e9 + Double(attoseconds) * 1e-9) / Double(max(1, result.operations)), result.sum)
    }

    /// - Returns: cases that miss their bar.
    static func run() -> [String] {
        var missed: [String] = []
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

extension String {
    func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension Double {
    /// With two decimals, right-aligned.
    func text(_ width: Int) -> String {
        let hundredths = Int((self * 100).rounded())
        let digits = hundredths % 100
        let text = "\(hundredths / 100).\(digits < 10 ? "0" : "")\(digits)"
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
