import Orrery
import Synchronization

/// One line on a terminal about a run that takes longer than a second.
final class ProgressLine: Sendable {
    private struct State {
        var start = ContinuousClock.now
        var shown: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let isShown = Terminal.isErrorTerminal

    /// Shows the progress of what is done with the options, and takes the line away when that is over.
    static func shown<Result>(with options: RunOptions, _ work: (RunOptions) throws -> Result) rethrows -> Result {
        let line = ProgressLine()
        defer { line.clear() }
        var options = options
        options.progress = { line.show($0) }
        return try work(options)
    }

    private func show(_ progress: RunProgress) {
        guard isShown else { return }
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            guard now - state.start > .seconds(1), state.shown.map({ now - $0 > .milliseconds(200) }) ?? true else {
                return false
            }
            state.shown = now
            return true
        }
        if isDue {
            let time = ReadableNumber.seconds(progress.seconds)
            let events = ReadableNumber.grouped(progress.events)
            Terminal.showProgress(
                progress.events == 0
                    ? progress.label : "\(progress.label): \(time) of simulated time, \(events) events")
        }
    }

    private func clear() {
        if state.withLock({ $0.shown }) != nil { Terminal.clearProgress() }
    }
}
