import Results
import Studies

/// A command's settings, and the run that is to be gone on with, if there is one.
struct RunStart {
    let given: GivenSettings
    /// nil for a new run.
    let resumed: RunFolder?
    private let command: String

    /// - Parameters:
    ///   - command: "train" or "eval"
    ///   - flags: by long names, those of the model left out
    /// - Throws: `UsageError` for a flag that does not go with `--resume`.
    init(
        _ command: String, _ flags: [String: String?], model: ModelOptions, run: RunOptions
    ) throws {
        self.command = command
        guard let path = run.resume else {
            resumed = nil
            given = try GivenSettings(
                flags.merging(run.given) { $1 }, model: model, config: run.settings.config)
            return
        }
        let own = ["device", "threads"]
        let others = flags.merging(model.given.filter { !own.contains($0.key) }) { $1 }
            .merging(["config": run.settings.config, "output": run.output]) { $1 }
        if let name = others.compactMapValues({ $0 }).keys.min() {
            throw UsageError(
                "--resume \(path): --\(name) was given too; only --device, --threads, --store and "
                    + "--quiet go with it, the run's config.yaml says the rest")
        }
        let folder = try RunFolder(resuming: path)
        let made = folder.trainsAdapter ? "train" : "eval"
        guard made == command else {
            throw UsageError(
                "--resume \(path): is a run of \(made); use ft-mmlu \(made) --resume \(path)")
        }
        resumed = folder
        given = try GivenSettings(
            ["quiet": run.given["quiet"] ?? nil], model: model, config: folder.config)
    }

    /// Whether progress and notices are left out.
    var isQuiet: Bool { get throws { try given.layers.flag("quiet") } }

    /// Where results are kept beside the run's folder; nil for nowhere.
    func openStore(_ run: RunOptions) throws -> Store? {
        try RunOptions.openStore(
            run.store ?? given.layers.text("store"), former: run.resume)
    }

    /// The run's folder: the one that goes on, the one asked for, or a new one.
    ///
    /// - Parameter title: of a new one, beside the date
    func folder(_ title: String) throws -> RunFolder {
        try resumed
            ?? RunFolder(making: given.layers.text("output") ?? RunFolder.freePath(title))
    }

    /// Fills a folder; a signal's message then says how to go on.
    func filling<Result>(_ folder: RunFolder, by body: () throws -> Result) throws -> Result {
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
