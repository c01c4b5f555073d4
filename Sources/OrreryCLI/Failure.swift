import ArgumentParser
import Glibc
import Orrery

/// What ends a command before its time: a message and an exit code.
struct Failure: Error {
    enum Code: Int32 {
        case ok = 0
        case different = 1
        case badInput = 2
        case simulationFailed = 3
        case partlyFailed = 4
        case infeasible = 5
        case interrupted = 130
    }

    let message: String
    let code: Code

    init(_ message: String, _ code: Code) {
        self.message = message
        self.code = code
    }

    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let errors as InputErrors: self.init(errors.description, .badInput)
        case let problem as Diagnostic: self.init(problem.description, .badInput)
        case let errors as CapacityErrors:
            self.init(errors.errors.map { "error: \($0)" }.joined(separator: "\n"), .infeasible)
        case let problem as StoreError:
            self.init(problem.description, problem.isUnusable ? .badInput : .partlyFailed)
        case let stopped as RunInterrupted: self.init(stopped.description, .interrupted)
        case let empty as EmptyWorkload: self.init("error: \(empty)", .badInput)
        case is Deadlock, is ReconciliationError, is ProgramError, is ProgramErrors, is AssemblyError:
            self.init("error: the simulation failed: \(error)", .simulationFailed)
        default:
            let isHelp = OrreryCommand.exitCode(for: error) == .success
            self.init(OrreryCommand.fullMessage(for: error), isHelp ? .ok : .badInput)
        }
    }

    func exit() -> Never {
        if code == .ok {
            Terminal.print(message)
        } else if !message.isEmpty {
            Terminal.complain(message)
        }
        Glibc.exit(code.rawValue)
    }
}
