import Glibc
import Synchronization

/// Ctrl-C, or a request to terminate, asks for an end; a second one ends the process at once.
enum Interruption {
    private static let flag = Atomic<Bool>(false)

    static var isAskedFor: Bool { flag.load(ordering: .relaxed) }

    /// From here on the signals only set a flag.
    static func catchSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] {
            sigaddset(&signals, number)
            signal(number) { number in
                Interruption.flag.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
        // A file that may not grow is an error of the write, and no reason to die.
        signal(SIGXFSZ, SIG_IGN)
        // Who started this process may have had them blocked.
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
}
