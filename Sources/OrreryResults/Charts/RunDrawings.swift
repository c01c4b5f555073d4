/// The drawings of one run, for pages about many runs.
package struct RunDrawings {
    /// A drawing with what it shows in words.
    package struct Drawing {
        package var caption: String
        package var svg: SVG
    }

    /// How busy each unit is over the run; nil without a timeline.
    package let utilisation: Drawing?
    /// What each unit works on in a short stretch; nil without a timeline.
    package let commands: Drawing?

    package init(_ result: RunResult, timeline: RunTimeline?) {
        guard let timeline, !timeline.spans.isEmpty else {
            (utilisation, commands) = (nil, nil)
            return
        }
        let means = result.components.compactMap { account in
            account.time.map { (account.path, Double($0.busy.total) / Double(max(account.elapsed, 1))) }
        }
        let chart = UtilisationChart(timeline, means: Dictionary(means, uniquingKeysWith: { first, _ in first }))
        utilisation = Drawing(
            caption: "How busy each unit is over the run; shaded: repeats what is before it", svg: chart.svg)
        commands = CommandChart(timeline).map {
            Drawing(caption: "What each unit works on in \($0.caption)", svg: $0.svg)
        }
    }
}
