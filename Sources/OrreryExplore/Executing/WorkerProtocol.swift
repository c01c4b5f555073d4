import OrreryResults
import OrreryText

/// What a study says to the processes that run its points, and what they answer: one JSON object a line.
enum WorkerProtocol {
    /// `{"machine": …, "workload": …, "mapping": …, "mapping_gap": 0.01, "overrides": [[path, value, origin], …], "folds": true, "tolerance": 0.005}`;
    /// no tolerance where nothing may be estimated.
    static func line(_ work: PointWork) -> [UInt8] { work.json.bytes() + [UInt8(ascii: "\n")] }

    /// `{"seconds":0.01,"result":{…}}`, or `{"seconds":0.01,"exit_code":5,"error":"…"}`.
    static func line(_ answer: StudyRun.Answer, seconds: Double) -> [UInt8] {
        var members = [JSONValue.Member("seconds", .number(seconds))]
        switch answer {
        case .result(let json): members.append(.init("result", json))
        case .failure(let message, let code):
            members += [.init("exit_code", .integer(code)), .init("error", .string(message))]
        }
        return JSONValue.object(members).bytes() + [UInt8(ascii: "\n")]
    }

    /// Reads a line that a worker wrote, without its end; nil where it is none.
    ///
    /// The text of a result is taken as it is: it goes to the store like that.
    static func answer(_ line: some BidirectionalCollection<UInt8>) -> (outcome: PointRecord.Outcome, seconds: Double)?
    {
        let bytes = Array(line)
        let (start, result) = (Array(#"{"seconds":"#.utf8), Array(#","result":"#.utf8))
        guard bytes.starts(with: start), bytes.last == UInt8(ascii: "}"),
            let comma = bytes.firstIndex(of: UInt8(ascii: ",")),
            let seconds = Double(String(decoding: bytes[start.count..<comma], as: UTF8.self))
        else { return nil }
        if bytes[comma...].starts(with: result) {
            let text = String(decoding: bytes[(comma + result.count)..<(bytes.count - 1)], as: UTF8.self)
            return (.result(text), seconds)
        }
        guard let json = try? JSONValue(parsing: bytes), let message = json["error"]?.string,
            let code = json["exit_code"]?.integer
        else { return nil }
        return (.failure(message, PointRecord.ErrorClass(exitCode: code), exitCode: code), seconds)
    }
}

/// The other end: a process that runs points as they come, and keeps nothing between them.
public enum StudyWorker {
    /// Reads points from `next` and gives the answers to `write`, a line each, until there are no more.
    ///
    /// - Parameters:
    ///   - next: the next line without its end; nil at the end.
    ///   - write: takes the bytes of an answer.
    public static func serve(next: () -> String?, write: ([UInt8]) -> Void) {
        while let line = next() {
            let start = ContinuousClock.now
            let answer: StudyRun.Answer
            do {
                if let work = PointWork(try JSONValue(parsing: line)) {
                    answer = work.answer()
                } else {
                    answer = .failure("this is no point of a study", exitCode: 2)
                }
            } catch {
                answer = .failure("this is no point of a study: \(error)", exitCode: 2)
            }
            write(WorkerProtocol.line(answer, seconds: (ContinuousClock.now - start) / .seconds(1)))
        }
    }
}
