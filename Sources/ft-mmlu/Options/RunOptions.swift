import ArgumentParser
import Basics
import Experiments
import Foundation
import Tracking

/// The file of settings, besides the flags.
struct SettingsFileOption: ParsableArguments {
    @Option(
        "file", "Settings as YAML, with the long flags' names as keys; flags win.",
        completion: .file(extensions: ["yaml", "yml"]))
    var config: File?

    var path: String? { config?.path }
}

/// The store that results are kept in, besides a run's folder.
struct ResultsStoreOption: ParsableArguments {
    @Option(
        "file", "An SQLite file that keeps the results of all runs; or none.",
        default: RunOptions.defaultStore)
    var store: File?
}

/// The source of settings, and the destination of results.
struct RunOptions: ParsableArguments {
    @OptionGroup var settings: SettingsFileOption

    @Option("folder", "A new or empty folder to write.", default: "runs/<date>-<what>")
    var output: Folder?

    @OptionGroup var results: ResultsStoreOption

    @Option(
        "folder",
        """
        Continue the stopped run or sweep in this folder, with its settings; --device, --threads, \
        --store and --quiet may be given too.
        """)
    var resume: Folder?

    @Flag(help: "Show no progress and no notices.") var quiet = false

    static let defaultStore = "runs/results.sqlite"

    /// The store that keeps results; nil for none. A run that resumes keeps its store, if that
    /// still exists.
    ///
    /// - Parameters:
    ///   - store: as the user named it
    ///   - run: the folder of a run that resumes, or of the run whose store the rest of its study
    ///     uses
    static func openStore(_ store: String?, former run: String?) throws -> Store? {
        let former = try run.flatMap { try RunManifest.read(from: $0) }
        if store == nil, let former, former.store == nil { return nil }
        let kept = former?.store.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
        let path = store ?? kept ?? Self.defaultStore
        return path == "none" ? nil : try Store(whenUsed: path)
    }
}

/// The same for a sweep, and which part of it is computed.
struct SweepRunOptions: ParsableArguments {
    @OptionGroup var common: RunOptions

    @Option(
        "n", "Run only this trial, by its number from 0 under cells/, and gather no results.")
    var cell: Int?

    @Flag(help: "Run failed trials again.") var retryFailed = false
    @OptionGroup var launch: LaunchOptions

    @Option("folder", "Only gather the results of a sweep whose trials other processes ran.")
    var gather: Folder?

    /// The number of this process among those that share the cells.
    @Option(help: .hidden) var worker: Int?

    /// The options when no flag is given.
    static var plain: SweepRunOptions {
        get throws { try SweepRunOptions.parse([]) }
    }
}

/// The store that a command reads.
struct StoreOption: ParsableArguments {
    @Option(
        "file", "The SQLite file that keeps results.", default: RunOptions.defaultStore)
    var store: File?

    var path: String { store?.path ?? RunOptions.defaultStore }

    /// - Throws: `StoreError` where the store does not exist.
    func opened() throws -> Store { try Store(reading: path) }

    /// The folder of a run: the one that the words name, or that of the run whose id begins with
    /// them.
    ///
    /// - Throws: `StoreError` where the words begin no run's id, or several runs' ids.
    func folder(_ words: String) throws -> String {
        let manager = FileManager.default
        let isID = words.count >= 4 && words.allSatisfy { $0.isHexDigit || $0 == "-" }
        // The command that expects a folder reports words that are no id.
        if manager.fileExists(atPath: words) || !isID || !manager.fileExists(atPath: path) {
            return words
        }
        return try opened().run(matching: words).folder
    }
}

/// Runs of a store.
struct ChosenRuns: ParsableArguments {
    @OptionGroup var store: StoreOption

    @Option("name", "The runs of this sweep, by its name in the store.")
    var study: String?

    @Argument(
        help: .value("run", "Runs: ids, their first characters, or folders."),
        completion: .directory)
    var runs: [String] = []

    @OptionGroup var settings: SettingsFileOption
}
