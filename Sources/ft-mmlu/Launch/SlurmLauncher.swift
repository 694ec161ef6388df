import Basics
import Experiments
import Foundation
import Scoring

/// Submits a study's cells as tasks of Slurm job arrays. The first array has the cells that can
/// start at once. The next has the cells that its results select. A last job, after both, gathers
/// the results.
struct SlurmLauncher {
    let sweep: Sweep
    let request: SlurmRequest
    /// The command that resumes the study, and flags of its cells.
    let arguments: [String]
    /// The command that gathers the results.
    let gathering: [String]
    let isQuiet: Bool

    /// Submits the remaining cells, and waits for them where that is requested.
    ///
    /// - Returns: whether all of the jobs have ended
    func work() throws -> Bool {
        let rest = try sweep.rest()
        guard rest.count > 0 else { return true }
        let study = FilePath.absolute(sweep.folder.path)
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        func script(_ name: String, _ cells: [Int], _ words: [String]) -> SlurmScript {
            SlurmScript(
                name: name, cells: cells, request: request, study: study,
                place: FileManager.default.currentDirectoryPath, command: [program] + words)
        }
        var jobs: [String] = []
        for (name, cells) in [("cells", rest.ready), ("winners", rest.waiting)]
        where !cells.isEmpty {
            jobs.append(
                try submit(script(name, cells, arguments + ["--resume", study]), after: jobs.last))
        }
        jobs.append(
            try submit(script("gather", [], gathering + [study]), after: jobs.last))
        if !isQuiet {
            Terminal.note(
                "submitted \(rest.count) cells as jobs \(jobs.joined(separator: ", ")); scripts and "
                    + "logs are in \(sweep.folder.path)/slurm")
        }
        guard request.waits else { return false }
        do { try wait(for: jobs) } catch var stop as StoppedBySignal {
            stop.continuation =
                (["ft-mmlu"] + gathering + [sweep.folder.path]).map(Shell.quoted)
                .joined(separator: " ")
                + " when they have ended; the jobs go on, scancel \(jobs.joined(separator: " ")) "
                + "ends them"
            throw stop
        }
        return true
    }

    /// Writes the script into the study's folder and submits it with sbatch.
    ///
    /// - Parameter earlier: the job that has to end first
    /// - Returns: the job's number
    private func submit(_ script: SlurmScript, after earlier: String?) throws -> String {
        let folder = script.study + "/slurm"
        try PlainFolder.make(folder)
        let path = folder + "/\(script.name).sh"
        try AtomicFile.write(script.text, to: path)
        let dependency = earlier.map { ["--dependency=afterany:\($0)"] } ?? []
        let answer = try Self.run("sbatch", ["--parsable"] + dependency + [path])
        // "job" or "job;cluster"
        let job = answer.output.split(separator: ";").first.map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        guard answer.status == 0, let job, Int(job) != nil else {
            throw LaunchFailure(
                description:
                    "sbatch \(path): Slurm took no job: \(answer.words); see the "
                    + "script")
        }
        return job
    }

    private func wait(for jobs: [String]) throws {
        let total = sweep.slots.count
        var progress = Progress(
            "Slurm", total: total, from: total - (try sweep.rest().count), isQuiet: isQuiet)
        var pause = 0
        var left = total
        while true {
            try Signals.check()
            if pause == 0 {
                let rest = try sweep.rest().count
                if rest > 0 || left > 0 { progress.show(total - rest) }
                left = rest
                let answer = try Self.run(
                    "squeue", ["-h", "-o", "%A", "-j", jobs.joined(separator: ",")])
                // A job that Slurm no longer knows has ended long ago.
                if answer.status == 0 ? answer.output.isEmpty : answer.isUnknownJob { return }
            }
            // Every 2 seconds, but a signal is seen at once.
            pause = (pause + 1) % 20
            usleep(100_000)
        }
    }

    private struct Answer {
        let status: Int32
        let output: String
        let errors: String

        var isUnknownJob: Bool { errors.contains("Invalid job id") }

        /// The output of the program, on one line.
        var words: String {
            let text = errors + output
            return text.split(whereSeparator: \.isNewline).joined(separator: " ")
        }
    }

    /// - Throws: `LaunchFailure` where the program does not exist.
    private static func run(_ name: String, _ arguments: [String]) throws -> Answer {
        guard let program = SearchPath.program(name) else {
            throw LaunchFailure(
                description:
                    "--launcher slurm: there is no \(name) on PATH; a machine where jobs are "
                    + "submitted is needed, or --launcher local")
        }
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let words = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Answer(status: process.terminationStatus, output: text, errors: words)
    }
}
