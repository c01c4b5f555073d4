/// The library: everything that a user of the package needs, under one import.
///
/// ```swift
/// import Orrery
///
/// var request = RunRequest(machine: "HardwareSpecs/fusemax.yaml", workload: "Workloads/attention-1pass.yaml")
/// request.overrides = [.init(path: "M", value: "4Ki")]
/// let run = try Simulator.run(request)
/// print(run.result.latency.seconds, run.result.energy?.joules ?? 0)
/// ```
@_exported import OrreryCache
@_exported import OrreryEinsum
@_exported import OrreryExplore
@_exported import OrreryHost
@_exported import OrreryLink
@_exported import OrreryLowering
@_exported import OrreryMachine
@_exported import OrreryMemory
@_exported import OrreryResults
@_exported import OrrerySimulation
@_exported import OrrerySpatial
@_exported import OrreryText
