import OrreryText

extension Study {
    /// Most points that a study may have.
    public static let pointLimit = 10_000_000

    /// All points, the last axis fastest, without those that a condition leaves out.
    /// - Throws: `InputErrors` where a condition cannot be evaluated, or where there are too many points.
    public func points() throws(InputErrors) -> [Point] {
        var total = 1
        for axis in axes {
            let (product, overflow) = total.multipliedReportingOverflow(by: axis.values.count)
            if overflow || product > Self.pointLimit {
                throw InputErrors(diagnostics: [Diagnostic(.error, "the study has more than \(Self.pointLimit) points")]
                )
            }
            total = product
        }
        var points = [Point(labels: [], settings: base)]
        for axis in axes {
            points = points.flatMap { point in
                axis.values.map { value in
                    Point(labels: point.labels + [value.label], settings: point.settings + value.settings)
                }
            }
        }
        if conditions.isEmpty { return points }
        var kept: [Point] = []
        for point in points where try holds(at: point) { kept.append(point) }
        return kept
    }

    private func holds(at point: Point) throws(InputErrors) -> Bool {
        let names = point.settings.map(\.path)
        for condition in conditions {
            do {
                if try !condition.holds(known: names, { point.quantity($0) }) { return false }
            } catch {
                throw InputErrors(diagnostics: [error.diagnostic(path: "where")])
            }
        }
        return true
    }
}
