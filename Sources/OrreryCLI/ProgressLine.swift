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

    func show(_ progress: RunProgress) {
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
            Terminal.showProgress("\(progress.label): \(time) of simulated time, \(events) events")
        }
    }

    func clear() {
        if state.withLock({ $0.shown }) != nil { Terminal.clearProgress() }
    }
}
