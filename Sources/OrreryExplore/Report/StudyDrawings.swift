import OrreryResults

extension StudyRun {
    /// Every drawing of the study as an SVG file, by name: `pareto`, `parallel`, `roofline`, `energy`, `sensitivity` of each
    /// objective, and `utilisation` and `commands` of the illustrated points. What the study has no numbers for is left out.
    public func drawings(_ illustrations: [Illustration] = []) -> [(name: String, svg: String)] {
        let tradeoff = tradeoff
        var result: [(name: String, svg: String)] = []
        if let drawing = ScatterDrawing(self, tradeoff) { result.append(("pareto", drawing.svg.file)) }
        if let drawing = ParallelDrawing(self, tradeoff) { result.append(("parallel", drawing.svg.file)) }
        if let drawing = StudyRooflineDrawing(self, tradeoff) { result.append(("roofline", drawing.svg.file)) }
        if let drawing = StudyEnergyDrawing(self, tradeoff) { result.append(("energy", drawing.svg.file)) }
        for objective in study.objectives {
            guard let drawing = sensitivity(of: objective.metric).flatMap(TornadoDrawing.init) else { continue }
            result.append(("sensitivity-\(objective.metric)", drawing.svg.file))
        }
        for illustration in illustrations {
            let point = illustration.point == tradeoff.knee ? tradeoff.kneeName : "point-\(illustration.point + 1)"
            result += illustration.drawings.map { ("\($0.name)-\(point)", $0.file) }
        }
        return result
    }
}
