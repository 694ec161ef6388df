import Basics
import Benchmarks
import Torch
import Tracking

/// A sweep: its grid, and all settings that its trainings have in common.
public struct SweepSettings: Sendable {
    /// Which trainings are asked what is reported.
    public enum Report: String, CaseIterable, Sendable {
        /// Those with the settings that a family chose, by every seed.
        case winners
        case all

        init(_ layers: SettingLayers) throws {
            let word = try layers.choice(
                "report", default: Self.winners.rawValue, of: Self.allCases.map(\.rawValue))
            self = Self(rawValue: word) ?? .winners
        }
    }

    public let grid: SweepGrid
    public let report: Report
    public let model: ModelSettings
    /// The settings of a sweep beside its grid.
    public static let names = ["report"]
    /// What stands below flags and file: more questions to choose by than to watch a training by,
    /// answered as what is reported, for greedily many settings have all of them right.
    public static let defaults = ["eval-limit": "250", "eval-answers": "sampled"]

    private let layers: SettingLayers
    private let world: BuiltInWorld?

    public init(_ layers: SettingLayers, model: ModelSettings, world: BuiltInWorld?) throws {
        self.layers = layers
        self.model = model
        self.world = world
        grid = try SweepGrid(layers)
        report = try Report(layers)
        if layers.text("init-adapter") != nil || layers.text("examples") != nil {
            throw UsageError(
                "--init-adapter, --examples: a sweep trains fresh adapters on a category's questions; "
                    + "leave them out")
        }
        // Whatever a run would refuse is refused before the first.
        for cell in cells {
            let training = try training(of: cell)
            if selects, training.keeping.questions == .reported {
                throw UsageError(
                    "--eval-questions reported: this study chooses settings, by questions that are not "
                        + "reported; leave it out, or use --report all")
            }
        }
        _ = try evaluation
    }

    /// Whether a family chooses between settings, by questions that are not reported.
    public var selects: Bool { Self.selects(grid, report) }

    private static func selects(_ grid: SweepGrid, _ report: Report) -> Bool {
        report == .winners && grid.families.contains { $0.candidates.count > 1 }
    }

    /// The same of a study's folder.
    ///
    /// - Throws: `FileError` where its config.yaml is not as ft-mmlu wrote it.
    static func selects(_ folder: SweepDirectory) throws -> Bool {
        let layers = SettingLayers(recorded: try RunDirectory.written(in: folder.path).values)
        do {
            return selects(try SweepGrid(layers), try Report(layers))
        } catch let error as UsageError {
            throw FileError(path: folder.config, problem: error.message)
        }
    }

    /// The row of the table that a training belongs to: its family's, or, where nothing is chosen,
    /// one for each of the family's settings.
    func title(of cell: Trial) -> String {
        selects || cell.family.candidates.count == 1
            ? cell.family.name : "\(cell.family.name), \(cell.candidate.text)"
    }

    /// What every training keeps and is watched by; nil where there is none.
    var keeping: CheckpointConfig? {
        get throws { try cells.first.map { try training(of: $0).keeping } }
    }

    /// Every training there may be.
    var cells: [Trial] {
        grid.families.flatMap { family in
            family.candidates.flatMap { candidate in
                grid.seeds.map { family.cell(candidate, seed: $0) }
            }
        }
    }

    /// What is asked of every model that is reported, with the same draws.
    public var evaluation: EvaluationSettings {
        get throws {
            try EvaluationSettings(common, model: model, world: world, asksZeroShot: true)
        }
    }

    /// The settings of a run, as `ft-mmlu train` would have them.
    ///
    /// - Parameter stepCount: the steps of a training; nil where they are not known yet
    func training(of cell: Trial, stepCount: Int? = nil) throws -> TrainSettings {
        var decisions = cell.decisions
        // After the last step, that is.
        if selects, layers.text("eval-every") == nil {
            decisions["eval-every"] = "\(stepCount ?? 1)"
        }
        return try TrainSettings(common.deciding(decisions), model: model, world: world)
    }

    func evaluation(of cell: Trial) throws -> EvaluationSettings {
        try EvaluationSettings(
            common.deciding(["seed": "\(cell.seed)"]), model: model, world: world,
            asksZeroShot: true)
    }

    /// Texts are drawn by one seed, so that the base model is asked once.
    private var common: SettingLayers {
        let seed = layers.text("answer-seed") ?? "\(grid.seeds.first ?? 0)"
        return layers.deciding(["answer-seed": seed, "seed": seed])
    }

    /// config.yaml: complete; runs again by `--config`.
    var record: [(String, JSONValue)] {
        get throws {
            guard let cell = cells.first else { return [] }
            let all =
                model.record + (try evaluation.record) + (try training(of: cell).record)
                + [("report", .string(report.rawValue))]
            let names = SweepGrid.names + SweepGrid.singleNames
            return grid.record
                + all.filter {
                    !names.contains($0.0)
                        && !($0.0 == "eval-every" && layers.text("eval-every") == nil)
                }
        }
    }
}
