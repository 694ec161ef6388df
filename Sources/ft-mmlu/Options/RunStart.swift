import Basics
import Experiments
import Tracking

/// A command's settings, and the run that it resumes, if there is one.
struct RunStart {
    let given: GivenSettings
    /// nil for a new run.
    let resumed: RunDirectory?
    private let command: String
    private let run: RunOptions

    /// - Parameters:
    ///   - command: `train` or `eval`, with its flags
    /// - Throws: `UsageError` for a flag that does not go with `--resume`.
    init(
        _ command: some FileConfigured, model: ModelOptions, run: RunOptions
    ) throws {
        self.command = CommandFlags.name(of: type(of: command))
        self.run = run
        guard let path = run.resume?.path else {
            resumed = nil
            given = try GivenSettings(
                CommandFlags.given(command), config: run.settings.path,
                calls: type(of: command).callNames())
            return
        }
        let own: Set = ["device", "threads", "store", "quiet", "resume"]
        if let name = Set(CommandFlags.given(command).keys).subtracting(own).min() {
            throw UsageError(
                "--resume \(path): --\(name) was given too; only --device, --threads, --store and "
                    + "--quiet go with it, the run's config.yaml says the rest")
        }
        let folder = try RunDirectory(resuming: path)
        let made = folder.trainsAdapter ? "train" : "eval"
        guard made == self.command else {
            throw UsageError(
                "--resume \(path): is a run of \(made); use ft-mmlu \(made) --resume \(path)")
        }
        resumed = folder
        given = try GivenSettings(CommandFlags.given(model), config: folder.config)
    }

    /// Whether progress and notices are omitted.
    var isQuiet: Bool { run.quiet }

    /// The store that keeps results besides the run's folder; nil for none.
    func openStore() throws -> Store? {
        try RunOptions.openStore(run.results.store?.path, former: run.resume?.path)
    }

    /// Whether the resumed run has nothing left to do; then its end is recorded and reported.
    ///
    /// - Parameter evaluates: whether results belong to it
    func isDone(evaluates: Bool) throws -> Bool {
        guard let resumed, resumed.isComplete(evaluates: evaluates) else { return false }
        try resumed.recordEnd(in: openStore())
        print("run folder: \(resumed.path) is complete; there is nothing to do")
        return true
    }

    /// The run's folder: the resumed one, the requested one, or a new one.
    ///
    /// - Parameter title: the title of a new folder, after the date
    func folder(_ title: String) throws -> RunDirectory {
        try resumed
            ?? RunDirectory(making: run.output?.path ?? RunDirectory.freePath(title))
    }

    /// Fills a folder; a signal's message then says how to resume.
    func filling<Result>(_ folder: RunDirectory, by body: () throws -> Result) throws -> Result {
        do {
            return try folder.filled(by: body)
        } catch var stop as StoppedBySignal {
            if folder.canBeResumed {
                stop.continuation = "ft-mmlu \(command) --resume \(Shell.quoted(folder.path))"
            }
            throw stop
        }
    }
}
