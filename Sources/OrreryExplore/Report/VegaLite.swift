import OrreryResults
import OrreryText

/// Charts of a study as Vega-Lite specifications, for readers who want another look: the data stands in the same folder, in the
/// study's CSV.
struct VegaLite {
    private let run: StudyRun
    private let columns: Set<String>

    init(_ run: StudyRun) {
        self.run = run
        columns = Set(StudyTable(run).columns.map(\.name))
    }

    /// Names and specifications.
    var all: [(name: String, specification: JSONValue)] {
        [("pareto", pareto), ("parallel", parallel), ("energy", energy)].compactMap { name, chart in
            chart.map { (name, $0) }
        }
    }

    /// The Okabe-Ito colours, which the page has as well.
    private static let colours: JSONValue = [
        "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800", "#8a8a8a",
    ]

    private func chart(_ title: String, _ members: [JSONValue.Member]) -> JSONValue {
        .object(
            [
                .init("$schema", "https://vega.github.io/schema/vega-lite/v5.json"),
                .init("title", .string("\(run.study.name): \(title)")),
                .init("data", ["url": .string("\(run.study.name).csv"), "format": ["type": "csv"]]),
                .init("config", ["range": ["category": Self.colours]]),
            ] + members)
    }

    /// A field of a name with dots, which Vega would take for members of members.
    private func field(_ name: String) -> JSONValue {
        .string(name.replacing(".", with: "\\.").replacing("[", with: "\\[").replacing("]", with: "\\]"))
    }

    private func quantity(_ metric: String) -> JSONValue {
        let values = run.points.indices.compactMap { run.metric(metric, ofPoint: $0) }
        let isWide = (values.min() ?? 0) > 0 && (values.max() ?? 0) > 10 * (values.min() ?? 0)
        let unit = MetricUnit.symbol(of: metric).flatMap { $0 == "1" ? nil : " (\($0))" } ?? ""
        return [
            "field": field(metric), "type": "quantitative", "title": .string(metric + unit),
            "scale": ["type": isWide ? "log" : "linear", "zero": false],
        ]
    }

    private var pareto: JSONValue? {
        let objectives = run.study.objectives.map(\.metric)
        guard objectives.count > 1 else { return nil }
        var encoding: [JSONValue.Member] = [
            .init("x", quantity(objectives[0])), .init("y", quantity(objectives[1])),
            .init(
                "tooltip",
                .array((run.study.axes.map(\.name) + objectives).map { ["field": field($0), "title": .string($0)] })),
        ]
        if columns.contains("limited_by") {
            encoding.append(.init("color", ["field": "limited_by", "type": "nominal"]))
        }
        if columns.contains("on_front") {
            encoding += [
                .init("size", ["condition": ["test": "datum.on_front", "value": 70], "value": 15]),
                .init("opacity", ["condition": ["test": "datum.on_front", "value": 1], "value": 0.4]),
            ]
        }
        return chart(
            "points",
            [
                .init("width", 640), .init("height", 420), .init("mark", ["type": "point", "filled": true]),
                .init("encoding", .object(encoding)),
            ])
    }

    /// Folded into rows of key and value, each axis scaled by itself.
    private var parallel: JSONValue? {
        let keys =
            run.parameters.filter { $0.numbers != nil }.compactMap { parameter in
                parameter.dimension.map { "\(parameter.path)_\(SettingUnit.suffix(of: $0))" }
            } + run.study.objectives.map(\.metric)
        guard keys.count > 1 else { return nil }
        return chart(
            "parallel coordinates",
            [
                .init("width", 800), .init("height", 360),
                .init(
                    "transform",
                    .array(
                        rows(of: keys) + [
                            [
                                "joinaggregate": [
                                    ["op": "min", "field": "value", "as": "least"],
                                    ["op": "max", "field": "value", "as": "most"],
                                ], "groupby": ["key"],
                            ],
                            ["calculate": "(datum.value - datum.least) / (datum.most - datum.least)", "as": "share"],
                        ])),
                .init("mark", ["type": "line", "opacity": 0.5]),
                .init(
                    "encoding",
                    [
                        "x": [
                            "field": "key", "type": "nominal", "sort": .array(keys.map { .string($0) }), "title": .null,
                        ],
                        "y": ["field": "share", "type": "quantitative", "title": "from the least to the greatest"],
                        "detail": ["field": "point"],
                    ]),
            ])
    }

    /// Steps that turn columns of the front's points, of all where there is no front, into a row each.
    private func rows(of columns: [String]) -> [JSONValue] {
        (self.columns.contains("on_front") ? [["filter": "datum.on_front"]] : []) + [
            ["window": [["op": "row_number", "as": "point"]]],
            ["fold": .array(columns.map { .string($0.replacing(".", with: "\\.")) })],
        ]
    }

    private var energy: JSONValue? {
        let keys = columns.filter { $0.hasPrefix("energy.") && $0.hasSuffix("_joules") }.sorted()
        guard !keys.isEmpty else { return nil }
        return chart(
            "energy of the front",
            [
                .init("width", 800), .init("height", 320),
                .init("transform", .array(rows(of: keys))),
                .init("mark", "bar"),
                .init(
                    "encoding",
                    [
                        "x": ["field": "point", "type": "ordinal"],
                        "y": ["field": "value", "type": "quantitative", "title": "energy (J)"],
                        "color": ["field": "key", "type": "nominal", "title": .null],
                    ]),
            ])
    }
}

extension StudyRun {
    /// Vega-Lite specifications by name, for restyling: they read the study's CSV, which is to lie in the same folder.
    public var vegaLite: [(name: String, specification: JSONValue)] { VegaLite(self).all }
}
