import ArgumentParser
import Orrery

/// How a study says how far it is.
enum ProgressForm: String, ExpressibleByArgument, CaseIterable {
    /// A line on a terminal, nothing elsewhere.
    case auto
    /// An event a line, as JSON.
    case json
    case none
}

/// Tells on the standard error how far a study is, a few times a second.
final class StudyProgressReporter {
    private let form: ProgressForm
    private var shown: ContinuousClock.Instant?
    private var last: StudyProgress?

    init(_ form: ProgressForm) {
        self.form = form == .auto && !Terminal.isErrorTerminal ? .none : form
    }

    func report(_ progress: StudyProgress) {
        guard form != .none else { return }
        let now = ContinuousClock.now
        let isLast = progress.done == progress.total && progress != last
        guard isLast || (shown.map { now - $0 > .milliseconds(form == .json ? 500 : 200) } ?? true) else { return }
        shown = now
        last = progress
        switch form {
        case .json: Terminal.complain(progress.json.text())
        default: Terminal.showProgress(Self.line(progress))
        }
    }

    func end() { if form == .auto, shown != nil { Terminal.clearProgress() } }

    static func line(_ progress: StudyProgress) -> String {
        var parts = ["\(progress.study): \(progress.done) of \(progress.total) points"]
        if progress.failed > 0 { parts.append("\(progress.failed) failed") }
        if progress.cached > 0 { parts.append("\(progress.cached) from the store") }
        if let pace = progress.pointsPerSecond {
            parts.append("\(pace >= 10 ? String(Int(pace)) : String(Double(Int(pace * 100)) / 100))/s")
        }
        if progress.done < progress.total, let seconds = progress.remainingSeconds {
            parts.append("\(ReadableNumber.seconds(seconds)) left")
        }
        return parts.joined(separator: ", ")
    }
}
