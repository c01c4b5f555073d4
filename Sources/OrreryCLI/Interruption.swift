import Glibc
import Synchronization

/// Ctrl-C asks for an end; a second one ends the process at once.
enum Interruption {
    private static let flag = Atomic<Bool>(false)

    static var isAskedFor: Bool { flag.load(ordering: .relaxed) }

    /// From here on the signal only sets a flag.
    static func catchSignal() {
        signal(SIGINT) { _ in
            Interruption.flag.store(true, ordering: .relaxed)
            signal(SIGINT, SIG_DFL)
        }
    }
}
