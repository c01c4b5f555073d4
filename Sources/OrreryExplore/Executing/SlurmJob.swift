/// A Slurm job array that runs a study's points, a shard in each task, each into a store of its own.
///
/// SQLite's write-ahead log does not work over network file systems with several hosts on one file, so every task has its own store,
/// which `orrery study collect` merges. A task that is preempted or runs out of time finishes the points in flight, is queued
/// again, and goes on where its store ends.
public struct SlurmJob: Sendable {
    /// Path of the `orrery` command on the nodes.
    public var command: String
    /// Path of the study file on the nodes.
    public var study: String
    public var name: String
    /// Folder of the job: its script, the list of points, stores and logs.
    public var folder: String
    /// Number of tasks in the array.
    public var tasks: Int
    /// Points at a time in each task, and processors that it asks for.
    public var jobs: Int
    /// Further options of `sbatch`, such as `--partition=dse`.
    public var options: [String]
    /// Further arguments of `orrery study run`.
    public var arguments: [String]

    public init(
        command: String, study: String, name: String, folder: String, tasks: Int, jobs: Int, options: [String] = [],
        arguments: [String] = []
    ) {
        self.command = command
        self.study = study
        self.name = name
        self.folder = folder
        self.tasks = tasks
        self.jobs = jobs
        self.options = options
        self.arguments = arguments
    }

    /// The list of the points to run, by what they depend on, a line each.
    public var pointsFile: String { "\(folder)/points.txt" }

    /// The store of a task.
    public func store(ofTask index: Int) -> String { "\(folder)/\(index).sqlite" }

    /// How many tasks are worth it: starting one takes Slurm a second or two, so that each should have a minute of work.
    ///
    /// - Parameters:
    ///   - seconds: that a point takes on average; nil where no point has been run yet.
    ///   - jobs: points at a time in a task.
    ///   - most: tasks that an array may have.
    public static func tasks(points: Int, seconds: Double?, jobs: Int, most: Int = 1000) -> Int {
        let perTask = max(1, seconds.map { Int(60 * Double(jobs) / max($0, 1e-3)) } ?? 100)
        let wanted = (points + perTask - 1) / perTask
        return max(1, min(most, wanted, points))
    }

    /// The script for `sbatch`.
    public var script: String {
        let quoted = ([command, "study", "run", study] + arguments).map(Self.quoted).joined(separator: " ")
        let more = options.map { "#SBATCH \($0)\n" }.joined()
        return """
            #!/bin/bash
            #SBATCH --job-name=\(Self.word(name))
            #SBATCH --array=0-\(tasks - 1)
            #SBATCH --ntasks=1
            #SBATCH --cpus-per-task=\(jobs)
            #SBATCH --output=\(folder)/%a.log
            #SBATCH --open-mode=append
            #SBATCH --requeue
            #SBATCH --signal=B:TERM@60
            \(more)# A minute before the time is up, and when it is preempted, the task is told to end: it finishes the points in flight, and what
            # is left is run when it is queued again.
            trap 'kill -TERM "$run"' TERM
            \(quoted) --shard "$SLURM_ARRAY_TASK_ID/\(tasks)" \\
                --points \(Self.quoted(pointsFile)) --store \(Self.quoted(folder))/"$SLURM_ARRAY_TASK_ID.sqlite" \\
                --jobs \(jobs) --quiet --progress none &
            run=$!
            wait "$run"
            code=$?
            # A wait that a signal ends has not waited for the end.
            while kill -0 "$run" 2>/dev/null; do wait "$run"; code=$?; done
            if [ "$code" = 130 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 20 ]; then
                scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
            fi
            exit "$code"

            """
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// A name as `sbatch` takes it.
    private static func word(_ text: String) -> String {
        String(text.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : "-" })
    }
}
