import OrrerySimulation
import OrreryText

/// Main memory, command by command: channels of DRAM behind a controller each.
///
/// **Modelled cycle by cycle.** Every command of every bank (activate, precharge, read, write, refresh) with all timing rules of its
/// standard, the command buses, the controller's queues and its choice of the next command, refresh. Requests are cut into accesses in
/// address order; each goes to the queue of its channel, waits at the port where that is full, and a request is done with its last
/// access.
///
/// **Abstracted.** Training, on-die ECC, data values.
///
/// The standard and the device are data (`DRAMStandard`, `DRAMDevice`), the controller is parameters (`DRAMController`).
public final class DRAMMemory: Server, Metered {
    public struct Configuration: Sendable {
        public var device: DRAMDevice
        public var controller: DRAMController
        public var map: DRAMAddressMap
        public var channels: Int
        /// Requests that wait at the port, or are being handed to the channels.
        public var queue: Int
        public var mode: Mode

        public init(
            device: DRAMDevice, controller: DRAMController, map: DRAMAddressMap, channels: Int, queue: Int = 64,
            mode: Mode = .commands
        ) {
            self.device = device
            self.controller = controller
            self.map = map
            self.channels = channels
            self.queue = queue
            self.mode = mode
        }
    }

    /// How requests are served.
    public enum Mode: String, CaseIterable, Sendable {
        /// By the commands of the device.
        case commands
        /// In the next tick, as by a memory that never limits, for counterfactual runs.
        case instant
    }

    public let configuration: Configuration
    let decoder: DRAMAddressDecoder
    let front: DRAMFront
    /// The front's own, held here for speed.
    let transfers: DRAMTransfers
    let waiting: DRAMWaiting
    let answers: DRAMAnswers
    let counters: DRAMCounters
    let admission: Admission
    let accessBytes: Int
    /// The controllers: one a channel, or one a pseudo-channel where these are private.
    let units: [DRAMChannel]
    /// The same without a count of references: retaining and releasing each for each of its ticks and accesses took a tenth of the time
    /// of a stream (HBM2, 16 channels).
    private let peers: FixedArray<Peer<DRAMChannel>>
    let schedule: DRAMSchedule
    let lockstep: DRAMLockstep
    /// Ticks since the begin of the device's clock: commands that begin with it depend on it.
    @exclusivity(unchecked) var phase = 0
    /// The wake-up that was asked for.
    @exclusivity(unchecked) var wakeAt: Cycle = .never

    public init(path: String, clock: Int = 0, _ configuration: Configuration) {
        self.configuration = configuration
        let device = configuration.device
        var policy = configuration.controller
        if configuration.mode == .instant { policy.refresh = .none }
        let standard = device.standard
        var sizes = device.sizes
        var perChannel = 1
        let isPrivate = policy.pseudoChannels == .private && standard.dataBusLevel > 0
        if isPrivate {
            for level in 1...standard.dataBusLevel {
                perChannel *= sizes[level]
                sizes[level] = 1
            }
        }
        let table = DRAMTimingTable(
            device, sizes: sizes, used: Self.usedCommands(standard, policy),
            singleClockCommands: policy.commandClocks == .one, alignment: policy.alignment)
        var bankWeight: [Int] = []
        var unitWeight: [Int] = []
        var within = perChannel
        for level in 1..<standard.levels.count {
            let isOwn = isPrivate && level <= standard.dataBusLevel
            if isOwn { within /= device.sizes[level] }
            bankWeight.append(isOwn ? 0 : table.banksBelow[level])
            unitWeight.append(isOwn ? within : 0)
        }
        unitWeight.append(perChannel)
        decoder = DRAMAddressDecoder(configuration.map, bankWeight: bankWeight, unitWeight: unitWeight)
        admission = Admission(capacity: configuration.queue)
        accessBytes = device.accessBytes
        let count = configuration.channels * perChannel
        schedule = DRAMSchedule(units: count)
        let sleeps = policy.powerDown > 0 || policy.selfRefresh > 0
        front = DRAMFront(DRAMCounters(standard, sleeps: sleeps), units: count)
        (transfers, answers, counters) = (front.transfers, front.answers, front.counters)
        waiting = DRAMWaiting(front.transfers, units: count)
        let units = (0..<count).map { [front, schedule] index in
            DRAMChannel(front, schedule, index: index, table, policy, busLevel: isPrivate ? 0 : standard.dataBusLevel)
        }
        self.units = units
        peers = FixedArray(units.map { Peer($0) })
        lockstep = DRAMLockstep(units, decoder, counters)
        super.init(path: path, clock: clock)
    }

    /// Controllers that have a state of their own.
    var simulated: ArraySlice<DRAMChannel> { units.prefix(lockstep.simulated) }

    /// The controller with the state of one of them.
    func controller(_ index: Int) -> DRAMChannel { units[index < lockstep.simulated ? index : 0] }

    /// Ticks a controller.
    @inline(__always)
    func tick(unit index: Int, at now: Cycle, _ kernel: Kernel) {
        peers[index].with { $0.tick(at: now, kernel) }
    }

    /// Offers an access to a controller. - Returns: false where its queue is full.
    @inline(__always)
    func offer(_ access: DRAMAccess, to index: Int, at now: Cycle, _ kernel: Kernel) -> Bool {
        peers[index].with { $0.offer(access, at: now, kernel) }
    }

    private static func usedCommands(_ standard: DRAMStandard, _ policy: DRAMController) -> Set<Int> {
        var roles: [DRAMStandard.Role] = [.activate, .precharge, .read, .write]
        if policy.dataClock == .onDemand { roles.append(.startClock) }
        if policy.rowPolicy == .closed { roles += [.readPrecharge, .writePrecharge] }
        switch policy.refresh {
        case .none: break
        case .allBank: roles += policy.prechargeOneByOne ? [.refreshAll] : [.refreshAll, .prechargeAll]
        case .perBank: roles += [.refreshBank]
        }
        return Set(roles.compactMap(standard.command))
    }

    public var traffic: Traffic { front.traffic }

    public var peak: Rate {
        let device = configuration.device
        let buses = device.sizes[...device.standard.dataBusLevel].reduce(configuration.channels, *)
        return Rate(bytes: device.accessBytes * buses, perCycles: max(device.ticks(device.standard.burst), 1))
    }

    public override var addressing: Addressing { configuration.map.addressing }

    public override func attach(to ledger: Ledger) {
        front.traffic.attach(to: ledger, path: path, actions: DRAMCounters.actions)
        counters.attach(to: ledger, path: path)
    }
    public override func start(_ kernel: Kernel) { scheduleWake(kernel) }

    public override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        configuration.mode == .instant ? answerAtOnce(request, kernel) : take(request, kernel)
    }

    public override func wake(_ kernel: Kernel) { serve(kernel) }

    public override func settle(_ kernel: Kernel) {
        let now = kernel.now(self)
        phase = now % configuration.device.standard.ticksPerClock
        for unit in simulated { unit.settle(at: now, kernel) }
    }

    public override func visit(_ state: inout StateVisitor) { visitState(&state) }

    public override var signature: Int {
        var signature = transfers.count &* 31 &+ answers.count
        for unit in simulated { signature = signature &* 31 &+ unit.queues.count[0] &* 7 &+ unit.queues.count[1] }
        return signature
    }
}
