import ArgumentParser
import Basics
import Benchmarks
import Experiments
import Transformer

/// The options of the study for Table 2 and Figure 6.
struct Table2Options: ParsableArguments {
    @OptionGroup var model: ModelOptions
    @OptionGroup var shape: ShapeOptions
    @OptionGroup var questions: DataOption
    @OptionGroup var hyperparameters: HyperparameterOptions
    @OptionGroup var config: SettingsFileOption
    @OptionGroup var results: ResultsStoreOption

    @Option(
        "folder", "The sweep's folder; an existing sweep is continued.",
        default: "runs/<date>-table2")
    var study: Folder?

    @Flag(
        help: "Two steps, two questions, short generations: tests whether the sweep fits and runs.")
    var dryRun = false

    @Flag(help: "Run failed trials of the sweep again.") var retryFailed = false

    /// The names of its flags that define what a study computes.
    var settingNames: [String] {
        CommandFlags.given(self).keys.filter {
            SweepSettings.names.contains($0) && !["device", "threads"].contains($0)
        }.sorted()
    }

    /// The first of its flags that was given, but for `--config`.
    var firstGiven: String? { CommandFlags.given(self).keys.filter { $0 != "config" }.min() }
}

extension Reproduction {
    static var table2: Reproduction {
        Reproduction(
            name: "table2",
            summary: "MMLU before and after: Q/K/V, Q, K, V, V with few-shot loss",
            isStudy: true, make: table2)
    }

    private static func table2(_ settings: Settings) throws -> Product {
        let made = try made(settings, for: "table2")
        let lines =
            ["Table 2 of arXiv 2602.23197 \(made.words)", ""] + SweepText(made.results).lines
            + ["", "study folder: \(made.folder.path)"]
        return Product(
            suffix: made.suffix, text: lines.joined(separator: "\n"), failure: made.failure)
    }

    /// Computes the cells of the study that are left.
    ///
    /// - Parameter name: the product that needs the study
    static func made(_ settings: Settings, for name: String) throws -> MadeSweep {
        if let made = settings.studies.table2 { return made }
        let start = try SweepStart(table2: settings, for: name)
        let sweep = try start.sweep(titled: "table2" + settings.suffix)
        guard let results = try start.work(sweep) else {
            throw LaunchFailure(
                description: "\(sweep.folder.path): others are still at work on this study")
        }
        let model = start.given.model
        // The study's own settings, since another command may have begun it.
        func text(_ name: String) -> String? { start.given.layers.found(name)?.value.settingText }
        let steps = text("max-steps").map { "\($0) steps a training" }
        let questions = text("limit").flatMap {
            $0 == "\(Sampling.paperLimit)" ? nil : "\($0) questions a category"
        }
        let limits = [steps, questions].compactMap(\.self).joined(separator: ", ")
        let made = MadeSweep(
            results: results,
            words: (model.isBuiltIn ? "on the built-in world" : "of \(model.name)")
                + (limits.isEmpty ? "" : " (\(limits))"),
            suffix: steps != nil
                ? "-dry" : text("limit") == "\(quickLimit)" ? "-quick" : "",
            folder: sweep.folder, failure: start.failure(results, in: sweep.folder))
        settings.studies.table2 = made
        return made
    }

    /// A study with its results.
    struct MadeSweep {
        let results: SweepResults
        /// A description of the study.
        let words: String
        /// The suffix of its files' names, where it is not the whole study.
        let suffix: String
        let folder: SweepDirectory
        let failure: FailedCells?
    }

    /// The studies that one command has made, each only once.
    final class MadeSweeps {
        var table2: MadeSweep?
    }
}

extension Reproduction {
    /// The number of questions per category; it also identifies a study of --quick.
    private static let quickLimit = 60

    /// The paper's families; it does not state its learning rates and weights (protocol.md, section
    /// 1).
    static func table2Defaults(isBuiltIn: Bool, isQuick: Bool) -> [String: JSONValue] {
        var config = SweepConfig()
        config.targets = TargetList([[.q, .k, .v], [.q], [.k], [.v]].map(ProjectionSet.init))
        config.fewShotOn = TargetList([ProjectionSet([.v])])
        config.category = [.humanities]
        config.learningRates =
            isBuiltIn ? [1e-4, 3e-4, 1e-3, 3e-3, 1e-2] : [1e-5, 3e-5, 1e-4, 3e-4, 1e-3]
        config.fewShotWeights = [.none, .weight(0.1), .weight(0.3), .weight(1)]
        config.seeds = [0, 1, 2]
        if isQuick {
            config.learningRates = isBuiltIn ? [1e-3, 3e-3] : [1e-4, 1e-3]
            config.fewShotWeights = [.none, .weight(0.3), .weight(1)]
            config.seeds = [0, 1]
        }
        let limit: [String: JSONValue] = isQuick ? ["limit": .whole(quickLimit)] : [:]
        return Dictionary(ConfigCoder.settings(of: config)) { $1 }.merging(limit) { $1 }
    }
}

extension Reproduction {
    /// A setting of the whole study, for the help.
    static func table2(_ setting: String, isBuiltIn: Bool = false) -> String {
        table2Defaults(isBuiltIn: isBuiltIn, isQuick: false)[setting]?.settingText ?? ""
    }
}

extension Reproduction.Settings {
    /// The study's settings from the flags and their file.
    var table2Given: GivenSettings {
        get throws {
            let isBuiltIn = table2.model.model == nil && table2.shape.shape == nil
            var defaults = Reproduction.table2Defaults(isBuiltIn: isBuiltIn, isQuick: isQuick)
            if table2.dryRun {
                defaults.merge([
                    "learning-rates": [1e-5, 1e-4].setting,
                    "few-shot-weights": [FewShotWeight.none, .weight(0.3)].setting,
                    "seeds": [0].setting, "max-steps": .whole(2), "limit": .whole(2),
                    "repeats": .whole(1), "max-new-tokens": .whole(4), "eval-limit": .whole(2),
                ]) { $1 }
            }
            return try GivenSettings(
                CommandFlags.given(table2), config: table2.config.path,
                names: SweepSettings.names, lists: SweepSettings.lists,
                calls: ReproduceCommand.callNames(),
                defaults: SweepSettings.defaults.merging(defaults) { $1 }
            ).withZeroShotLoss
        }
    }

    /// Whether the flags set more than the study's folder.
    var asksForTable2: Bool {
        isQuick || table2.dryRun || table2.config.config != nil || !table2.settingNames.isEmpty
    }

    /// - Throws: `UsageError` where the flags define another study than the existing one.
    fileprivate func check(_ study: SweepDirectory) throws {
        guard asksForTable2 else { return }
        let given = try table2Given
        let wanted = try SweepSettings(given.layers, model: given.model, world: given.world)
        let isWhole = isQuick || table2.dryRun || table2.config.config != nil
        let others = try study.differences(from: wanted)
            .filter { isWhole || table2.settingNames.contains($0) }
        guard others.isEmpty else {
            throw UsageError(
                "--study \(study.path): was begun with other settings than the flags' ("
                    + others.joined(separator: ", ")
                    + "); leave the flags out to go on with it, or name a new folder")
        }
    }
}

extension SweepStart {
    /// - Parameter name: the product that needs the study
    fileprivate init(table2 settings: Reproduction.Settings, for name: String) throws {
        let options = settings.table2
        let command = "reproduce \(name)"
        var run = try SweepRunOptions.plain
        run.common.results = options.results
        run.common.quiet = settings.isQuiet
        run.retryFailed = options.retryFailed
        guard let path = options.study?.path, let begun = try? SweepDirectory(resuming: path) else {
            run.common.output = options.study
            self.init(command, try settings.table2Given, run: run)
            return
        }
        try settings.check(begun)
        var model = options.model
        (model.model, model.dtype) = (nil, nil)
        try self.init(command, goingOnWith: begun, on: model, run: run)
    }
}
