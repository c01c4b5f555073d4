import OrreryText

extension Study {
    /// What stands beside every point: the objectives, then what the study derives.
    var shownMetrics: [String] {
        let metrics = objectives.map(\.metric)
        return metrics + derived.map(\.name).filter { !metrics.contains($0) }
    }

    /// Every metric that the study names, once.
    var metrics: [String] {
        var metrics = shownMetrics
        for metric in references.map(\.metric) + comparisons.map(\.metric) where !metrics.contains(metric) {
            metrics.append(metric)
        }
        return metrics
    }
}

extension StudyRun {
    private static let schema = "orrery-study-1"

    /// Points with the metrics that the study names, and every figure with its error: what `Results/` keeps.
    public func json() -> JSONValue {
        let metrics = study.metrics
        let points = zip(points, answers).enumerated().map { index, entry -> JSONValue in
            let (point, answer) = entry
            let at = zip(study.axes, point.labels).map { JSONValue.Member($0.name, .string($1)) }
            var members = [JSONValue.Member("at", .object(at))]
            if case .failure(let message, let code) = answer {
                members += [.init("error", .string(message)), .init("exit_code", .integer(code))]
            } else {
                let values = metrics.map { name in
                    JSONValue.Member(name, metric(name, ofPoint: index).map { .number($0) } ?? .null)
                }
                members.append(.init("metrics", .object(values)))
                if let breakdown = breakdown(ofPoint: index) {
                    members.append(.init(Self.breakdownKey, breakdown.json))
                }
            }
            if let simulator = otherVersion(ofPoint: index) {
                members.append(.init("simulator", .string(simulator)))
            }
            return .object(members)
        }
        let rows = figures.map { figure -> JSONValue in
            .object([
                .init("at", .string(figure.place)), .init("metric", .string(figure.metric)),
                .init("published", .number(figure.reference)),
                .init("orrery", figure.value.map { .number($0) } ?? .null),
                .init("relative_error", figure.relativeError.map { .number($0) } ?? .null),
                .init("verdict", .string(figure.verdict.rawValue)), .init("source", .string(figure.source)),
            ])
        }
        return .object([
            .init("schema", .string(Self.schema)), .init("study", .string(study.name)),
            .init(
                "objectives",
                .object(study.objectives.map { .init($0.metric, .string($0.direction.rawValue)) })),
            .init("points", .array(points)),
            .init("figures", .array(rows)),
        ])
    }

    /// Reads what `json()` wrote. Points that the study no longer has are left out, new ones have no answer.
    public init(_ study: Study, _ points: [Point], reading json: JSONValue) throws(Diagnostic) {
        guard json["schema"]?.string == Self.schema, json["study"]?.string == study.name,
            let recorded = json["points"]?.array
        else { throw Diagnostic(.error, "this is no result of the study '\(study.name)'") }
        var known: [[String]: Answer] = [:]
        for entry in recorded {
            let labels = study.axes.map { entry["at"]?[$0.name]?.string ?? "" }
            if let answer = Self.answer(entry) { known[labels] = answer }
        }
        let answers = points.map { known[$0.labels] }
        self.init(study: study, points: points, answers: answers, wasInterrupted: answers.contains { $0 == nil })
    }

    /// Reads what `json()` wrote without the study's file: points with their labels and no settings.
    public init(reading json: JSONValue) throws(Diagnostic) {
        guard json["schema"]?.string == Self.schema, let name = json["study"]?.string,
            let recorded = json["points"]?.array
        else { throw Diagnostic(.error, "this is no result of a study", hint: "orrery study run --output writes one") }
        let names = recorded.first?["at"]?.object?.map(\.key) ?? []
        let rows = recorded.map { entry in names.map { entry["at"]?[$0]?.string ?? "" } }
        let axes = names.enumerated().map { place, name in
            var labels: [String] = []
            var seen: Set<String> = []
            for row in rows where seen.insert(row[place]).inserted { labels.append(row[place]) }
            return Axis(name: name, values: labels.map { Axis.Value(label: $0, settings: []) })
        }
        let objectives = (json["objectives"]?.object ?? []).compactMap { member in
            member.value.string.flatMap(Objective.Direction.init(rawValue:)).map {
                Objective(metric: member.key, direction: $0)
            }
        }
        let study = Study(
            name: name, title: "", folder: ".", base: [], axes: axes, conditions: [], objectives: objectives,
            derived: [], references: [], comparisons: [])
        self.init(
            study: study, points: rows.map { Point(labels: $0, settings: []) }, answers: recorded.map(Self.answer),
            wasInterrupted: false)
    }

    /// The metrics that the study names, then those that were recorded.
    var knownMetrics: [String] {
        var metrics = study.metrics
        var seen = Set(metrics)
        for answer in answers {
            guard case .result(let json)? = answer else { continue }
            for member in json.object ?? [] where member.value.double != nil && seen.insert(member.key).inserted {
                metrics.append(member.key)
            }
        }
        return metrics
    }

    private static func answer(_ entry: JSONValue) -> Answer? {
        if let metrics = entry["metrics"]?.object {
            let breakdown = entry[breakdownKey].map { [JSONValue.Member(breakdownKey, $0)] } ?? []
            return .result(.object(metrics + breakdown))
        }
        return entry["error"]?.string.map { .failure($0, exitCode: entry["exit_code"]?.integer ?? 3) }
    }
}
