/// A range of addresses that moves by `shift` a period.
struct FoldBox {
    var lower: Int
    var upper: Int
    var shift: Int

    /// The most repetitions, `limit` at most, over which boxes with different shifts stay in different units.
    static func repetitions(_ boxes: [FoldBox], unit: Int, limit: Int) -> Int {
        func clash(_ n: Int) -> Bool {
            for (index, box) in boxes.enumerated() {
                for other in boxes[(index + 1)...]
                where other.shift != box.shift && box.units(unit, after: n).overlaps(other.units(unit, after: n)) {
                    return true
                }
            }
            return false
        }
        if !clash(limit) { return limit }
        var (free, taken) = (0, limit)
        while free < taken - 1 {
            let middle = free + (taken - free) / 2
            if clash(middle) { taken = middle } else { free = middle }
        }
        return free
    }

    /// The units that are touched during `n` repetitions.
    private func units(_ unit: Int, after n: Int) -> ClosedRange<Int> {
        let (travel, overflow) = shift.multipliedReportingOverflow(by: n)
        if overflow { return Int.min...Int.max }
        let lower = lower.addingReportingOverflow(min(0, travel))
        let upper = upper.addingReportingOverflow(max(0, travel))
        if lower.overflow || upper.overflow { return Int.min...Int.max }
        return Self.floorDivide(lower.partialValue, unit)...Self.floorDivide(upper.partialValue, unit)
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }
}
