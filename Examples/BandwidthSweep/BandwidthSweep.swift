import Orrery

/// How attention on FuseMax answers to the bandwidth of its memory: latency, energy, and what limits.
///
///     swift run -c release BandwidthSweep HardwareSpecs/fusemax.yaml Workloads/attention-1pass.yaml
@main
struct BandwidthSweep {
    static func main() throws {
        let arguments = CommandLine.arguments
        let machine = arguments.count > 1 ? arguments[1] : "HardwareSpecs/fusemax.yaml"
        let workload = arguments.count > 2 ? arguments[2] : "Workloads/attention-1pass.yaml"

        var request = RunRequest(machine: machine, workload: workload)
        print("bandwidth       latency        energy  limited by")
        for gigabytes in [5, 10, 20, 40, 80, 160, 320] {
            request.overrides = [
                .init(path: "B", value: "1"), .init(path: "M", value: "4Ki"),
                .init(path: "dram.bandwidth", value: "\(gigabytes) GB/s"),
            ]
            do {
                let result = try Simulator.run(request).result
                let cells = [
                    "\(gigabytes) GB/s", ReadableNumber.seconds(result.latency.seconds),
                    ReadableNumber.joules(result.energy?.joules ?? 0),
                ]
                let columns = zip(cells, [9, 12, 12]).map { text, width in
                    String(repeating: " ", count: max(0, width - text.count)) + text
                }
                print("\(columns.joined(separator: "  "))  \(result.limiting.component ?? "nothing")")
            } catch let errors as InputErrors {
                print(errors)
                return
            }
        }
    }
}
