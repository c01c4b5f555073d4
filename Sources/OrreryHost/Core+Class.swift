import OrrerySimulation
import OrreryText

extension Core {
    /// The class `core`.
    static let componentClass = ComponentClass(
        name: "core", role: .engine, summary: "a processor core that runs a stream of instructions",
        discussion: """
            Cycle by cycle: dispatch, execution, retirement, loads and stores at so many a cycle; a reorder buffer, a scheduler, \
            a load and a store queue; register dependences, forwarding of stores, wrong predictions. Loads wait for the \
            memory at the port, stores go there in order when they have retired.
            It runs streams, traces, and Einsums, also those with indirect access, as the loops of their ranks.
            Not modelled: instruction fetch, units of different kinds, loads that pass a store \
            whose address they do not know. Streams are never folded.
            """,
        parameters: [
            order, dispatch, takenBranches, execute, retire, loads, stores, window, scheduler, registers,
            registerMargin, loadQueue, storeQueue, vector, latency, addressLatency, answerLatency, predictor,
            penalty, loadRelease, storeRelease,
        ],
        ports: [Port("memory", help: "where loads and stores go: a cache, or a memory")],
        actions: Core.actions,
        relaxed: [
            "dispatch": "64", "execute": "64", "retire": "64", "loads": "64", "stores": "64", "window": "4096",
            "scheduler": "4096", "load_queue": "4096", "store_queue": "4096", "predictor": "perfect",
        ],
        streams: .instructions,
        behind: { counted, _ in
            let reads = counted("reads done")
            let latency = reads > 0 ? counted("read latency cycles") / reads : 0
            return [TimeBehind(port: "memory", cycles: counted(waitingCycles), latency: latency)]
        },
        make: { (site) throws(ConfigurationError) in
            guard let memory = site.servers["memory"] else {
                throw ConfigurationError(parameter: "connect", "a core needs a server at its port 'memory'")
            }
            let values = site.values
            for queue in [loadQueue, storeQueue] where values[queue] < (queue.name == loadQueue.name ? 4 : 2) {
                throw ConfigurationError(
                    parameter: queue.name, "an instruction of a trace may have 4 loads and 2 stores, which must fit")
            }
            var configuration = Configuration(
                order: values[order], dispatch: values[dispatch], execute: values[execute],
                retire: values[retire], loads: values[loads], stores: values[stores], window: values[window],
                scheduler: values[scheduler], loadQueue: values[loadQueue], storeQueue: values[storeQueue],
                latency: values[latency], predictor: values[predictor], mispredictPenalty: values[penalty],
                loadRelease: values[loadRelease], storeRelease: values[storeRelease])
            configuration.registers = values[registers]
            configuration.registerMargin = values[registerMargin]
            configuration.takenBranches = values[takenBranches]
            configuration.addressLatency = values[addressLatency]
            configuration.answerLatency = values[answerLatency]
            return [Core(path: site.path, clock: site.clock, memory: memory, configuration)]
        })

    private typealias Port = ComponentClass.Port

    private static let order = Parameter.choice(
        "order", of: Order.self, default: .outOfOrder, help: "whether instructions execute in the order of the stream")
    private static let dispatch = Parameter.integer(
        "dispatch", 1...64, help: "instructions that enter the reorder buffer in a cycle")
    private static let execute = Parameter.integer("execute", 1...64, help: "instructions that execute in a cycle")
    private static let retire = Parameter.integer("retire", 1...64, help: "instructions that retire in a cycle")
    private static let loads = Parameter.integer("loads", 1...64, help: "loads that go to the memory in a cycle")
    private static let stores = Parameter.integer("stores", 1...64, help: "stores that go to the memory in a cycle")
    private static let window = Parameter.integer("window", 1...4096, help: "entries of the reorder buffer")
    private static let scheduler = Parameter.integer(
        "scheduler", 1...4096, help: "oldest instructions that have not executed, among which those that can are found")
    private static let registers = Parameter.integer(
        "registers", 8...65536, help: "physical registers; no limit if absent"
    ).optional()
    private static let registerMargin = Parameter.integer(
        "register_margin", 0...64, default: 0,
        help: "free registers without which, in a cycle, no instruction enters the scheduler behind others")
    private static let takenBranches = Parameter.integer(
        "taken_branches", 1...64, default: 64, help: "taken branches that are fetched in a cycle")
    private static let addressLatency = Parameter.cycles(
        "address_latency", 0...64, default: 0, help: "from the execution of a load to its request")
    private static let answerLatency = Parameter.cycles(
        "answer_latency", 0...64, default: 0, help: "from the memory's answer to a load's result")
    private static let loadQueue = Parameter.integer("load_queue", 1...4096, help: "loads in the window")
    private static let storeQueue = Parameter.integer(
        "store_queue", 1...4096, help: "stores from their dispatch to their end")
    private static let vector = Parameter.bytes(
        "vector", 1...4096, help: "bytes of a vector register, which an Einsum's columns fill; no vectors if absent"
    ).optional()
    private static let latency = Parameter.cycles(
        "latency", 1...64, default: 1,
        help: "from the execution of an instruction to its result; a load takes as long as the memory")
    private static let predictor = Parameter.choice(
        "predictor", of: Predictor.self, default: .perfect,
        help: "how branches are predicted: always right, always taken, or two-bit counters")
    private static let penalty = Parameter.cycles(
        "mispredict_penalty", 0...1000, default: 0,
        help: "from the result of a wrongly predicted branch to the next dispatch")
    private static let loadRelease = Parameter.choice(
        "load_release", of: LoadRelease.self, default: .retirement, help: "when a load leaves its queue")
    private static let storeRelease = Parameter.choice(
        "store_release", of: StoreRelease.self, default: .completion,
        help: "when a store leaves its queue: when the memory takes it, or when it is done")
}
