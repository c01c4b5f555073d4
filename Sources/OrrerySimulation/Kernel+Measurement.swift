/// A part of a run that results are about: what came before it has only warmed the machine up.
public struct Measurement: Sendable {
    /// An instant with the counters at it.
    struct Mark: Sendable {
        var instant: Int128
        var counters: [Int]
    }

    var begin: Mark?
    var end: Mark?
    var isBeginAsked = false
    var isEndAsked = false

    /// Whether only a part of the run is measured.
    public var isPart: Bool { begin != nil || end != nil }
}

/// Marking what is measured.
extension Kernel {
    /// What is counted from the end of this step on is measured. Where several engines warm up the last one decides.
    public func beginMeasurement() {
        measurement.isBeginAsked = true
        isMarkPending = true
    }

    /// What is counted after the end of this step is not measured. Where several engines end the last one decides.
    public func endMeasurement() {
        measurement.isEndAsked = true
        isMarkPending = true
    }

    /// The end of a step: takes the counters, with everything booked up to now.
    func mark() {
        isMarkPending = false
        for component in components { component.settle(self) }
        let mark = Measurement.Mark(instant: instant, counters: ledger.copy())
        if measurement.isBeginAsked {
            measurement.begin = mark
            measurement.end = nil
        }
        if measurement.isEndAsked { measurement.end = mark }
        (measurement.isBeginAsked, measurement.isEndAsked) = (false, false)
    }

    /// A counter's part in what is measured.
    public func measured(_ counter: Int) -> Int {
        (measurement.end?.counters[counter] ?? ledger[counter]) - (measurement.begin?.counters[counter] ?? 0)
    }

    /// Ticks that are measured.
    public var measuredTicks: Int128 {
        (measurement.end?.instant ?? instant) - (measurement.begin?.instant ?? 0)
    }
}
