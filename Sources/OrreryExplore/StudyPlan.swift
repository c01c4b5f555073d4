import OrreryText

/// The points of a study and what its conditions leave out, worked out without running anything.
public struct StudyPlan: Sendable {
    /// The points that are left, the last axis fastest.
    public var points: [Point]
    /// Points before any condition.
    public var total: Int
    /// For each condition of the study the points that it leaves out and none before it does.
    public var removed: [Int]
}

extension Study {
    /// Most points that a study may have.
    public static let pointLimit = 10_000_000

    /// All points, the last axis fastest, without those that a condition leaves out.
    /// - Throws: `InputErrors` where a condition cannot be evaluated, or where there are too many points.
    public func points() throws(InputErrors) -> [Point] { try plan().points }

    /// All points, and what each condition leaves out.
    /// - Throws: `InputErrors` where a condition or a computed setting cannot be evaluated, or where there are too many points.
    public func plan() throws(InputErrors) -> StudyPlan {
        var points = try combinations()
        let total = points.count
        var values = SettingValues()
        if !computed.isEmpty {
            for index in points.indices { try compute(&points[index], &values) }
        }
        let known = Set(points.first?.settings.map(\.path) ?? [])
        var removed = Array(repeating: 0, count: conditions.count)
        // Conditions on settings alone are cheap: what they leave out needs no machine.
        let order = conditions.indices.sorted { a, b in
            let (first, second) = (isCheap(conditions[a], known), isCheap(conditions[b], known))
            return first == second ? a < b : first
        }
        if !order.isEmpty {
            var inputs = PointInputs(study: self)
            var kept: [Point] = []
            for point in points {
                if let index = try firstViolated(order, at: point, &values, &inputs) {
                    removed[index] += 1
                } else {
                    kept.append(point)
                }
            }
            points = kept
        }
        return StudyPlan(points: points, total: total, removed: removed)
    }

    private func isCheap(_ condition: Expression, _ known: Set<String>) -> Bool {
        condition.names.allSatisfy(known.contains)
    }

    /// The first condition, by its place, that does not hold at a point; nil where all hold.
    /// - Parameter order: places of the conditions, as they are tried.
    func firstViolated(
        _ order: some Sequence<Int>, at point: Point, _ values: inout SettingValues, _ inputs: inout PointInputs
    ) throws(InputErrors) -> Int? {
        inputs.begin(point)
        for index in order where try !holds(conditions[index], at: point, &values, &inputs) { return index }
        return nil
    }

    private func holds(
        _ condition: Expression, at point: Point, _ values: inout SettingValues, _ inputs: inout PointInputs
    ) throws(InputErrors) -> Bool {
        do {
            return try condition.holds(known: point.settings.map(\.path)) { name in
                point.setting(name).flatMap { values.quantity($0) } ?? inputs.quantity(name)
            }
        } catch {
            // What is wrong with the point is told when it is run.
            if inputs.isBroken { return true }
            throw InputErrors(diagnostics: [error.diagnostic(path: "where")])
        }
    }

    func compute(_ point: inout Point, _ values: inout SettingValues) throws(InputErrors) {
        for computed in computed {
            do {
                let value = try computed.expression.evaluate(known: point.settings.map(\.path)) { name in
                    point.setting(name).flatMap { values.quantity($0) }
                }
                let mark = computed.expression.mark ?? SourceMark(file: name)
                point.settings.append(Setting(path: computed.path, value: value.exactText, mark: mark))
            } catch {
                throw InputErrors(diagnostics: [error.diagnostic(path: "derive.\(computed.path)")])
            }
        }
    }

    /// Every combination of the axes that are not sampled with every pick of those that are.
    private func combinations() throws(InputErrors) -> [Point] {
        let sampled = Set(sample?.axes ?? [])
        // Each factor sets some axes at once; its choices are indices of their values.
        var factors: [(axes: [Int], choices: [[Int]])] = []
        for (place, axis) in axes.enumerated() {
            if let sample, place == sample.axes.first { factors.append((sample.axes, sample.picks)) }
            if !sampled.contains(place) { factors.append(([place], axis.values.indices.map { [$0] })) }
        }
        var total = 1
        for factor in factors {
            let (product, overflow) = total.multipliedReportingOverflow(by: factor.choices.count)
            if overflow || product > Self.pointLimit {
                throw InputErrors(
                    diagnostics: [Diagnostic(.error, "the study has more than \(Self.pointLimit) points")])
            }
            total = product
        }
        var indices = [Array(repeating: 0, count: axes.count)]
        for factor in factors {
            indices = indices.flatMap { known in
                factor.choices.map { choice in
                    var next = known
                    for (axis, value) in zip(factor.axes, choice) { next[axis] = value }
                    return next
                }
            }
        }
        return indices.map { indices in
            let values = zip(axes, indices).map { $0.values[$1] }
            return Point(labels: values.map(\.label), settings: base + values.flatMap(\.settings))
        }
    }
}

/// Settings as numbers, each text read once.
struct SettingValues {
    private var known: [String: Quantity?] = [:]

    /// Nil for what is no number, such as the path of a file.
    mutating func quantity(_ setting: Setting) -> Quantity? {
        if let value = known[setting.value] { return value }
        let value = Quantity(arithmetic: setting.value)
        known[setting.value] = .some(value)
        return value
    }
}

extension Quantity {
    /// A text that reads back as the same quantity, readable where that can be.
    var exactText: String {
        if dimension.isDimensionless, let whole = value.integer { return String(whole) }
        let readable = description
        if (try? Quantity(parsing: readable)) == self { return readable }
        return dimension.isDimensionless
            ? value.doubleValue.description : "\(value.doubleValue) \(dimension.canonicalUnit)"
    }
}
