import OrreryMachine
import OrrerySimulation

/// What one component did in a run. Cycles are those of its own clock.
public struct ComponentAccount: Hashable, Sendable {
    public var path: String
    /// The path that all its instances share.
    public var family: String
    public var className: String
    public var role: ComponentClass.Role
    /// Name of its clock.
    public var clock: String
    /// Of its clock, in hertz.
    public var frequency: Double
    /// Length of the run.
    public var elapsed: Int
    /// How its time went; nil for what keeps no account of it.
    public var time: Time?
    /// Actions by operator.
    public var actions: [Measurements.Series]
    public var counters: [Measurements.Counter]
    /// Bytes by direction, or by port and direction.
    public var bytes: [Measurements.Series]
    public var peakBytesPerCycle: Double?
    /// Where its requests for data wait, or what it waits for.
    public var behind: [TimeBehind]
    /// Where its requests for entries of page tables wait.
    public var behindTranslations: [TimeBehind]

    /// Every cycle of the run, by what the unit did in it.
    public struct Time: Hashable, Sendable {
        public var busy: Measurements.Series
        public var stalls: [Measurements.Counter]
        public var idle: Int

        public var stalled: Int { stalls.reduce(0) { $0 + $1.value } }
    }

    init(_ context: ComponentContext, _ measured: Measurements.Component, _ run: Measurements) {
        let clock = run.clocks.clocks[context.clock]
        path = context.path
        family = context.family
        className = context.className
        role = context.role
        self.clock = clock.name
        frequency = clock.hertz
        elapsed = run.cycles(clock: context.clock)
        actions = measured.actions
        counters = measured.counters
        bytes = measured.bytes
        peakBytesPerCycle = context.peakBytesPerCycle
        let counted = Dictionary(
            (measured.counters + measured.stalls).map { ($0.name, Double($0.value)) }, uniquingKeysWith: +)
        let known = Catalog.find(context.className)
        behind = known?.behind({ counted[$0] ?? 0 }, .data) ?? []
        behindTranslations = known?.behind({ counted[$0] ?? 0 }, .translation) ?? []
        time = measured.busy.map { busy in
            let stalled = measured.stalls.reduce(0) { $0 + $1.value }
            return Time(busy: busy, stalls: measured.stalls, idle: elapsed - busy.total - stalled)
        }
    }

    /// Share of the run in which the unit worked; nil for what keeps no account of its time.
    public var utilisation: Double? {
        guard let time, elapsed > 0 else { return time == nil ? nil : 0 }
        return Double(time.busy.total) / Double(elapsed)
    }

    /// Bytes that were asked of it, read by others.
    public var readBytes: Int { total(of: "read") }

    /// Bytes that were asked of it, written by others.
    public var writtenBytes: Int { total(of: "written") }

    /// Whether it serves requests, and so has a traffic of its own.
    public var isServer: Bool { bytes.contains { $0.name == "read" } }

    private func total(of direction: String) -> Int { bytes.first { $0.name == direction }?.total ?? 0 }

    /// Bytes a second that it moves at most; a link in both directions together.
    public var peakBytesPerSecond: Double? {
        peakBytesPerCycle.map { $0 * frequency * (role == .link ? 2 : 1) }
    }

    /// Bytes a second that it moved on average.
    public var bytesPerSecond: Double {
        elapsed == 0 ? 0 : Double(readBytes + writtenBytes) * frequency / Double(elapsed)
    }

    /// Average traffic beside the peak; nil where there is no peak.
    public var achievedFraction: Double? { peakBytesPerSecond.map { bytesPerSecond / $0 } }
}
