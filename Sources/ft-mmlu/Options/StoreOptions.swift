import ArgumentParser
import Foundation
import Tracking

/// The store that a command reads.
struct StoreOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The SQLite file that keeps results. (default: \(RunOptions.defaultStore))",
            valueName: "file"), completion: .file())
    var store: String?

    var path: String { store ?? RunOptions.defaultStore }

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

    @Option(help: ArgumentHelp("The runs of this study.", valueName: "name"))
    var study: String?

    @Argument(
        help: ArgumentHelp("Runs: ids, their beginnings, or folders.", valueName: "run"),
        completion: .directory)
    var runs: [String] = []

    @OptionGroup var settings: SettingsFileOption
}
