import Basics
import Benchmarks
import Evaluation
import Tracking
import Training
import Transformer

/// The settings of a sweep: its grid, and the common settings of its trainings.
public struct SweepSettings: Sendable {
    public let grid: SweepGrid
    public let report: SweepConfig.Report
    public let model: ModelSettings
    private let train: TrainConfig
    private let evaluationConfig: EvaluationConfig
    private let world: BuiltInWorld?

    /// The names of all settings of a sweep.
    public static let names = SweepConfig.names + RunConfig.names
    /// The names of settings that may be lists in a file.
    public static let lists = SweepConfig.names + RunConfig.lists

    /// A sweep's own defaults: more validation questions than a training has, evaluated like the
    /// reported questions.
    ///
    /// With greedy answers, many hyperparameters would answer all of them correctly.
    public static let defaults: [String: JSONValue] = [
        "eval-limit": .whole(250), "eval-answers": .string("sampled"),
    ]

    /// - Throws: `UsageError`; whatever a run would refuse is refused here
    public init(_ layers: ConfigLayers, model: ModelSettings, world: BuiltInWorld?) throws {
        self.model = model
        self.world = world
        let config = try ConfigCoder.decode(SweepConfig(), over: layers)
        var train = try ConfigCoder.check(
            TrainConfig(), over: layers.without(SweepConfig.names))
        grid = try SweepGrid(config, train: train)
        report = config.report
        if train.initAdapter != nil || train.examples != nil {
            throw UsageError(
                "--init-adapter, --examples: a sweep trains fresh adapters on a category's questions; "
                    + "leave them out")
        }
        train.noEval = false
        self.train = train
        // Generations are drawn by one seed, so that the base model is evaluated once.
        var evaluation = try ConfigCoder.decode(EvaluationConfig(), over: layers)
        evaluation.seed = evaluation.answerSeed ?? grid.seeds.first ?? 0
        evaluation.answerSeed = evaluation.seed
        evaluationConfig = try EvaluationSettings(
            evaluation, model: model, world: world, evaluatesZeroShot: true, layers: layers
        ).config
        for cell in cells {
            let training = try training(of: cell)
            if selects, training.checkpoints.evalQuestions == .reported {
                throw UsageError(
                    "--eval-questions reported: this study chooses settings, by questions that are not "
                        + "reported; leave it out, or use --report all")
            }
        }
    }

    /// Whether a group chooses between settings, by questions that are not reported.
    public var selects: Bool { Self.selects(grid, report) }

    private static func selects(_ grid: SweepGrid, _ report: SweepConfig.Report) -> Bool {
        report == .winners && grid.families.contains { $0.candidates.count > 1 }
    }

    /// Whether the groups of a sweep's folder choose between settings.
    ///
    /// - Throws: `FileError` where its config.yaml is not as ft-mmlu wrote it.
    static func selects(_ folder: SweepDirectory) throws -> Bool {
        let layers = ConfigLayers([
            .init(origin: "", try RunDirectory.written(in: folder.path).values)
        ])
        do {
            let config = try ConfigCoder.decode(SweepConfig(), over: layers)
            return selects(try SweepGrid(config, train: TrainConfig()), config.report)
        } catch let error as UsageError {
            throw FileError(path: folder.config, problem: error.message)
        }
    }

    /// The row of the table that a training belongs to: its group's row, or, where nothing is
    /// chosen, one row for each of the group's settings.
    func title(of cell: Trial) -> String {
        selects || cell.family.candidates.count == 1
            ? cell.family.name : "\(cell.family.name), \(cell.candidate.text)"
    }

    /// Whether the study itself says when its trainings are evaluated.
    var impliesEvaluations: Bool { train.checkpoints.evalEvery == nil }

    /// When every training is saved and evaluated; nil where there is none.
    var checkpoints: CheckpointConfig? {
        get throws { try cells.first.map { try training(of: $0).checkpoints } }
    }

    /// Every possible training.
    var cells: [Trial] {
        grid.families.flatMap { family in
            family.candidates.flatMap { candidate in
                grid.seeds.map { family.cell(candidate, seed: $0) }
            }
        }
    }

    /// The evaluation settings of every reported model, with the same draws.
    public var evaluation: EvaluationSettings {
        get throws { try EvaluationSettings(evaluationConfig, model: model, world: world) }
    }

    /// The settings of a run, as `ft-mmlu train` would have them.
    ///
    /// - Parameter stepCount: the steps of a training; nil where they are not known yet
    func training(of cell: Trial, stepCount: Int? = nil) throws -> TrainSettings {
        var config = train
        config.adapter.target = ProjectionSet(cell.family.targets)
        config.category = cell.family.category
        config.learningRate = cell.candidate.learningRate
        config.objective = cell.family.weights.isEmpty ? .zeroShot : .zeroShotAndFewShot
        config.fewShot.weight = cell.candidate.fewShotWeight ?? 1
        config.seed = cell.seed
        // The evaluation is after the last step.
        if selects, train.checkpoints.evalEvery == nil {
            config.checkpoints.evalEvery = stepCount ?? 1
        }
        try config.validate()
        return try TrainSettings(config, model: model, world: world, data: evaluationConfig.data)
    }

    func evaluation(of cell: Trial) throws -> EvaluationSettings {
        var config = evaluationConfig
        config.seed = cell.seed
        return try EvaluationSettings(config, model: model, world: world)
    }

    /// `config.yaml`: complete; runs again by `--config`.
    var record: [(String, JSONValue)] {
        get throws {
            guard let cell = cells.first else { return [] }
            let all =
                try model.record + evaluation.record + training(of: cell).record
            let others =
                SweepConfig.names + [
                    "target", "learning-rate", "few-shot-weight", "objective", "seed", "no-eval",
                ]
            return ConfigCoder.settings(of: grid.config(report: report))
                + all.filter {
                    !others.contains($0.0)
                        && !($0.0 == "eval-every" && train.checkpoints.evalEvery == nil)
                }
        }
    }
}
