import Foundation
import Glibc
import Orrery

/// What `study run` starts: it runs points that come over the standard input.
///
/// It is of no use to people, and so no command: neither help nor completions nor the manual name it.
enum StudyWorkerProcess {
    /// The argument that stands for it, alone.
    static let name = "study-worker"

    static func run() {
        signal(SIGINT, SIG_IGN)
        // Who asked is gone when its end of the pipe is: nobody would read the answer.
        Thread.detachNewThread {
            var input = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
            while true {
                _ = poll(&input, 1, -1)
                if Int32(input.revents) & (POLLHUP | POLLERR) != 0 { _exit(0) }
            }
        }
        StudyWorker.serve(next: { readLine() }, write: { Terminal.write($0, to: STDOUT_FILENO) })
    }
}
