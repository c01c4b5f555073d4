import OrreryText

extension StudyRun {
    /// The study's conditions on metrics that do not hold at a point; none where it has no result.
    ///
    /// Metrics are plain numbers in SI units, as everywhere in studies. Where a condition gives units (`latency.seconds < 2 ms`),
    /// metrics have the unit that their name says.
    /// - Throws: `InputErrors` where a condition cannot be evaluated.
    public func violations(ofPoint index: Int) throws(InputErrors) -> [Expression] {
        guard answers.indices.contains(index), case .result? = answers[index] else { return [] }
        var broken: [Expression] = []
        for limit in study.limits where try !holds(limit, atPoint: index) { broken.append(limit) }
        return broken
    }

    /// Whether a point has a result that keeps all of the study's conditions.
    public func isFeasible(_ index: Int) -> Bool {
        guard answers.indices.contains(index), case .result? = answers[index] else { return false }
        // `limitProblems` tells why a condition cannot be evaluated.
        return (try? violations(ofPoint: index).isEmpty) ?? false
    }

    /// Why a condition cannot be evaluated at a point that was run, the first reason.
    public var limitProblems: [Diagnostic] {
        for index in points.indices {
            guard case .result? = answers[index] else { continue }
            do throws(InputErrors) {
                _ = try violations(ofPoint: index)
            } catch {
                return error.diagnostics
            }
        }
        return []
    }

    private func holds(_ limit: Expression, atPoint index: Int) throws(InputErrors) -> Bool {
        let known = points[index].settings.map(\.path) + study.metrics
        func value(_ name: String, _ dimension: Dimension) -> Quantity? {
            if let quantity = points[index].quantity(name) { return quantity }
            return metric(name, ofPoint: index).flatMap { Rational("\($0)") }.map { Quantity($0, dimension) }
        }
        do throws(ExpressionError) {
            return try limit.holds(known: known) { value($0, MetricName(path: $0).dimension) }
        } catch {
            do throws(ExpressionError) {
                return try limit.holds(known: known) { value($0, .dimensionless) }
            } catch {
                throw InputErrors(diagnostics: [error.diagnostic(path: "where")])
            }
        }
    }
}
