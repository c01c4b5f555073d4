import OrreryText

@testable import OrreryExplore

/// Made-up designs with all that a result has: what reports are tested on.
enum Designs {
    /// Designs of an array with a buffer and a memory; every 97th is too small and fails.
    static func run(count: Int) -> StudyRun {
        var random = Random(count)
        let rows = [16, 32, 64, 128, 256, 512]
        let kinds = ["HBM2", "DDR5", "LPDDR5"]
        let axes = [
            axis("memory", kinds.map { (label: $0, path: "dram.kind", value: $0) }),
            axis("rows", rows.map { (label: "\($0)", path: "array2d.rows", value: "\($0)") }),
            axis(
                "capacity", (0..<8).map { (label: "\(1 << $0) MiB", path: "buffer.capacity", value: "\(1 << $0) MiB") }),
            axis(
                "bandwidth",
                (1...40).map { (label: "\(25 * $0) GB/s", path: "dram.bandwidth", value: "\(25 * $0) GB/s") }),
        ]
        let study = Study(
            name: "designs", title: "made-up designs <of an array>", folder: ".", base: [], axes: axes, conditions: [],
            objectives: [
                Objective(metric: "latency.seconds", direction: .minimise),
                Objective(metric: "area.square_metres", direction: .minimise),
            ], derived: [], references: [], comparisons: [])
        var points: [Point] = []
        var answers: [StudyRun.Answer?] = []
        for index in 0..<count {
            let chosen = axes.map { $0.values.randomElement(using: &random)! }
            let point = Point(labels: chosen.map(\.label), settings: chosen.flatMap(\.settings))
            points.append(point)
            answers.append(index % 97 == 96 ? .failure("no room for \"K\" </script>", exitCode: 5) : answer(point))
        }
        return StudyRun(study: study, points: points, answers: answers, wasInterrupted: false)
    }

    private static func axis(_ name: String, _ values: [(label: String, path: String, value: String)]) -> Axis {
        let mark = SourceMark(file: "designs.yaml")
        return Axis(
            name: name,
            values: values.map {
                Axis.Value(label: $0.label, settings: [Setting(path: $0.path, value: $0.value, mark: mark)])
            })
    }

    /// A roofline with overheads: the longer of computing and moving, and a little of both.
    private static func answer(_ point: Point) -> StudyRun.Answer {
        func number(_ path: String) -> Double { point.quantity(path)?.doubleValue ?? 0 }
        let (rows, capacity, bandwidth) = (number("array2d.rows"), number("buffer.capacity"), number("dram.bandwidth"))
        let operations = 1e12
        let bytes = 1e9 * (1 + 64e6 / capacity)
        let compute = operations / (rows * rows * 1e9)
        let move = bytes / bandwidth
        let seconds = max(compute, move) + 0.05 * (compute + move)
        let busy = compute / seconds
        let isComputing = compute > move
        let limiting: [JSONValue.Member] = [
            .init(isComputing ? "array2d" : "dram", .number(max(compute, move) / seconds)),
            .init(isComputing ? "dram" : "array2d", .number(0.05)), .init("dma", .number(0.01)),
        ]
        let parts = [
            ("array2d", operations * 2e-12), ("buffer", bytes * 3e-11), ("dram", bytes * 3e-11), ("static", seconds),
        ]
        let joules = parts.reduce(0) { $0 + $1.1 }
        let areas = [("array2d", rows * rows * 18e-9), ("buffer", capacity * 5e-12)]
        return .result([
            "latency": ["seconds": .number(seconds)],
            "energy": [
                "joules": .number(joules), "by_component": .object(parts.map { .init($0.0, .number($0.1)) }),
            ],
            "area": [
                "square_metres": .number(areas.reduce(0) { $0 + $1.1 }),
                "by_component": .object(areas.map { .init($0.0, .number($0.1)) }),
            ],
            "workload": [
                "operations": ["multiply-accumulate": .number(operations)], "moved_bytes": .number(bytes),
            ],
            "engines": [
                "array2d": ["utilisation": .number(busy), "stalled": .number(1 - busy), "idle": 0],
                "dma": ["utilisation": .number(move / seconds), "stalled": 0, "idle": .number(1 - move / seconds)],
            ],
            "memories": [
                "dram": [
                    "bytes": .number(bytes), "peak_bytes_per_second": .number(bandwidth),
                    "achieved_fraction": .number(move / seconds),
                ]
            ],
            "limiting": ["attribution": .object(limiting)],
            "components": [
                "array2d": [
                    "elapsed": .number(seconds * 1e9), "busy": .number(compute * 1e9),
                    "actions": ["multiply-accumulate": .number(operations)],
                ]
            ],
        ])
    }
}
