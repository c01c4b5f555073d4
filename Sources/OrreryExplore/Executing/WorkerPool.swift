import Foundation
import Glibc
import OrreryResults

/// Worker processes that run points, as many at a time, each one point after another.
///
/// A process that ends takes its point with it: the point has failed, and another process takes the place. The same goes for a point
/// that takes too long or too much memory: its process is killed.
final class WorkerPool {
    struct Limits: Hashable, Sendable {
        /// Wall-clock time that a point may take.
        var time: Duration?
        /// Bytes that a process may have while it runs a point.
        var memory: Int?
    }

    /// What the pool asks and tells its user; all on one thread.
    struct Client {
        /// The next point to run; nil where there is none now.
        var next: () throws -> (ticket: Int, work: PointWork)?
        /// The point of a ticket has been run.
        var finished: (_ ticket: Int, PointRecord.Outcome, _ seconds: Double) throws -> Void
        /// Called after every round; false where nothing more is to be waited for but the points in flight.
        var goesOn: () throws -> Bool
        /// A file that says by being readable that there may be a next point.
        var wakes: Int32?
    }

    private final class Slot {
        var process: WorkerProcess
        var ticket: Int?
        var started = ContinuousClock.now
        var verdict: (PointRecord.ErrorClass, String)?

        init(_ process: WorkerProcess) { self.process = process }
    }

    private let command: [String]
    private let limits: Limits
    private let size: Int
    private var slots: [Slot] = []

    /// Milliseconds between looks at limits, clocks and other processes.
    private static let pace: Int32 = 20

    /// - Parameter command: starts a worker, see `StudyWorker.serve`.
    init(size: Int, command: [String], limits: Limits = Limits()) {
        self.size = max(1, size)
        self.command = command
        self.limits = limits
        signal(SIGPIPE, SIG_IGN)
    }

    deinit {
        for slot in slots {
            if slot.ticket != nil { slot.process.kill() }
            _ = slot.process.end()
        }
    }

    /// Runs points until the client has no more and all in flight are done.
    func run(_ client: Client) throws {
        while true {
            let goesOn = try client.goesOn()
            if goesOn { try dispatch(client) }
            let isBusy = slots.contains { $0.ticket != nil }
            if !goesOn, !isBusy { return }
            wait(goesOn ? client.wakes : nil)
            for index in slots.indices { try attend(index, client, goesOn) }
        }
    }

    private func dispatch(_ client: Client) throws {
        for slot in slots where slot.ticket == nil {
            guard let (ticket, work) = try client.next() else { return }
            start(slot, ticket, work)
        }
        while slots.count < size {
            guard let (ticket, work) = try client.next() else { return }
            let slot = Slot(try WorkerProcess(command))
            slots.append(slot)
            start(slot, ticket, work)
        }
    }

    private func start(_ slot: Slot, _ ticket: Int, _ work: PointWork) {
        slot.ticket = ticket
        slot.started = .now
        slot.verdict = nil
        slot.process.forgetMessages()
        // A process that no longer reads has ended, which its closed output will tell.
        _ = slot.process.send(WorkerProtocol.line(work))
    }

    private func wait(_ wakes: Int32?) {
        var files = slots.flatMap {
            [
                pollfd(fd: $0.process.output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: $0.process.errors, events: Int16(POLLIN), revents: 0),
            ]
        }
        let isFull = slots.count == size && slots.allSatisfy { $0.ticket != nil }
        if let wakes, !isFull { files.append(pollfd(fd: wakes, events: Int16(POLLIN), revents: 0)) }
        _ = poll(&files, nfds_t(files.count), Self.pace)
    }

    private func attend(_ index: Int, _ client: Client, _ goesOn: Bool) throws {
        let slot = slots[index]
        slot.process.receiveMessages()
        let (line, isOpen) = slot.process.receive()
        let seconds = (ContinuousClock.now - slot.started) / .seconds(1)
        if let line, let ticket = slot.ticket, let answer = WorkerProtocol.answer(line) {
            slot.ticket = nil
            // The worker goes on while its answer is looked at.
            if goesOn, let (ticket, work) = try client.next() { start(slot, ticket, work) }
            return try client.finished(ticket, answer.outcome, answer.seconds)
        }
        if isOpen, line == nil { return hold(slot, seconds) }
        // It has ended, or says what no worker says.
        slot.process.kill()
        let end = slot.process.end()
        let message = slot.process.lastMessage
        let (kind, reason) = slot.verdict ?? (.crash, "the process that ran it ended with \(end)")
        slot.process = try WorkerProcess(command)
        guard let ticket = slot.ticket else { return }
        slot.ticket = nil
        let text = "error: \(reason)" + (message.isEmpty ? "" : ": \(message)")
        try client.finished(ticket, .failure(text, kind, exitCode: 3), seconds)
    }

    /// Kills a process whose point takes more than it may.
    private func hold(_ slot: Slot, _ seconds: Double) {
        guard slot.ticket != nil, slot.verdict == nil else { return }
        if let time = limits.time, .seconds(seconds) > time {
            slot.verdict = (.time, "it ran longer than a point may, \(time)")
        } else if let memory = limits.memory, let bytes = slot.process.residentBytes, bytes > memory {
            slot.verdict = (.memory, "it took \(bytes) bytes of memory, a point may take \(memory)")
        }
        if slot.verdict != nil { slot.process.kill() }
    }
}
