/// How a component tells its state, once, for snapshot, comparison under a shift, advance and restore.
///
/// A component's `visit` names every value that can influence a later answer, always in the same order for the same
/// structure. The same walk then records the values, or writes recorded ones back, or moves them by a fold: times that lie
/// in the future by the skipped cycles, addresses by their own command's shift.
public struct StateVisitor {
    enum Mode {
        case record
        case restore
        case advance(FoldMove)
    }

    /// What kind of value was recorded; it decides how two snapshots are compared.
    package enum Kind: UInt8 {
        case plain, time, deadline, address, row
    }

    /// One recorded value. `command` and `touched` are used by addresses and rows.
    package struct Entry: Equatable {
        package var kind: Kind
        package var value: Int
        package var command: Int = -1
        package var touched = -1
    }

    var mode: Mode
    var entries: [Entry] = []
    /// For how long the pending deadlines hold others up, at most.
    private(set) var longest = 0
    private var cursor = 0
    /// Whose tags are recorded.
    private let components: [Component]

    init(_ mode: Mode, of components: [Component] = [], entries: [Entry] = []) {
        self.mode = mode
        self.components = components
        self.entries = entries
    }

    /// What `body` visits, recorded.
    package static func recording(_ body: (inout StateVisitor) -> Void) -> [Entry] {
        var visitor = StateVisitor(.record)
        body(&visitor)
        return visitor.entries
    }

    /// True while recorded values are being written back: collections must first take their recorded length.
    public var isRestoring: Bool { if case .restore = mode { true } else { false } }

    /// A value that must be equal in both snapshots: a mode, a count, a pointer, a fraction.
    public mutating func plain(_ value: inout Int) {
        switch mode {
        case .record: entries.append(Entry(kind: .plain, value: value))
        case .restore: value = take(.plain).value
        case .advance: break
        }
    }

    public mutating func plain(_ value: inout Bool) {
        var integer = value ? 1 : 0
        plain(&integer)
        value = integer != 0
    }

    /// The tag of another component's request, which is recorded by its label.
    public mutating func tag(_ value: inout Int, of requester: Int) {
        if case .record = mode, components.indices.contains(requester) {
            entries.append(Entry(kind: .plain, value: components[requester].label(of: value)))
        } else {
            plain(&value)
        }
    }

    /// The earliest cycle at which something is allowed again, or at which something will happen. Only what remains of it
    /// counts: times in the past are equal. Store earliest-allowed times, not the times of past events.
    public mutating func time(_ value: inout Cycle) {
        switch mode {
        case .record: entries.append(Entry(kind: .time, value: value))
        case .restore: value = take(.time).value
        case .advance(let move): if value != .never && value > move.from { value += move.cycles }
        }
    }

    /// The cycle at which something happens by itself and does not depend on what else goes on, such as the next refresh:
    /// always in the future at a cut, and the component is woken then. Nothing may read how long it is until then; what does, is a
    /// `time`. A fold may move it with everything else, or end before it.
    /// - Parameter lasting: for how many cycles it holds others up, at most: by so much a sampled run may be off that does not know
    ///   where between two of them it is.
    public mutating func deadline(_ value: inout Cycle, lasting: Int = 0) {
        switch mode {
        case .record:
            entries.append(Entry(kind: .deadline, value: value))
            if value != .never { longest = max(longest, lasting) }
        case .restore: value = take(.deadline).value
        case .advance(let move):
            if value != .never && value > move.from && !move.staying.contains(cursor) { value += move.cycles }
            cursor += 1
        }
    }

    /// An address that is waiting to be served, with the id of the command that issued it.
    public mutating func address(_ value: inout Int, command: inout Int) {
        switch mode {
        case .record: entries.append(Entry(kind: .address, value: value, command: command))
        case .restore:
            let entry = take(.address)
            value = entry.value
            command = entry.command
        case .advance(let move): value += move.periods * move.shift(of: command)
        }
    }

    /// An open row or tag in units of `unit` bytes (-1 for none), the command that touched it last, and the time step
    /// (`Kernel.step`) in which it did. What was not touched within the period stays where it is.
    public mutating func row(_ value: inout Int, unit: Int, command: inout Int, touched: inout Int) {
        switch mode {
        case .record:
            entries.append(Entry(kind: .row, value: value < 0 ? -1 : value * unit, command: command, touched: touched))
        case .restore:
            let entry = take(.row)
            value = entry.value < 0 ? -1 : entry.value / unit
            command = entry.command
            touched = entry.touched
        case .advance(let move):
            if touched > move.periodStart, value >= 0 { value += move.periods * move.shift(of: command) / unit }
        }
    }

    /// The length of a collection; when restoring, the recorded length, to which the caller resizes first.
    public mutating func count(_ length: Int) -> Int {
        var length = length
        plain(&length)
        return length
    }

    private mutating func take(_ kind: Kind) -> Entry {
        let entry = entries[cursor]
        precondition(entry.kind == kind, "a component visits its state in a fixed order")
        cursor += 1
        return entry
    }
}

/// By how much a fold moves the machine.
struct FoldMove {
    /// The cut: end of the period, in cycles of the visited component's clock.
    var from: Cycle
    /// Skipped time in the same cycles.
    var cycles: Cycle
    /// Number of periods skipped.
    var periods: Int
    /// Time step at the start of the period.
    var periodStart: Int
    /// Address shift of each command for one period, by command id.
    var shifts: [Int]
    /// Which of the component's deadlines, counted from 0, stay where they are.
    var staying: Set<Int> = []

    func shift(of command: Int) -> Int { command >= 0 ? shifts[command] : 0 }
}
