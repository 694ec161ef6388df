import Basics
import Evaluation
import Tracking
import Training

/// The record of what a run reads.
extension Run {
    /// - Parameters:
    ///   - validation: nil where the training has none
    ///   - prompts: the prompts of the evaluation; none where nothing is evaluated
    func inputs(
        _ settings: TrainSettings, _ set: TrainingSet, _ validation: Validation?,
        prompts: [PromptGroup]
    ) throws -> InputRecord {
        var inputs = InputRecord(model, evaluation, settings)
        try inputs.add(model, adapter: settings.initAdapter)
        inputs.add(examples: set.examples)
        if let category = settings.category, settings.examples == nil {
            inputs.checksums["prompt preset"] = evaluation.prompt.promptHash
            if settings.objective == .zeroShotAndFewShot, settings.fewShot.source != .pool {
                inputs.add(
                    demonstrations: try settings.fewShot.questions(
                        of: category, in: session.dataset(evaluation), pool: []))
            }
        }
        if let validation { inputs.add(prompts: validation.groups, as: "validation questions") }
        inputs.add(prompts: prompts, as: "prompts")
        return inputs
    }

    func inputs(
        _ config: AdapterEvaluationConfig, prompts: [PromptGroup]
    ) throws -> InputRecord {
        var inputs = InputRecord(model, evaluation, config)
        try inputs.add(model, adapter: config.adapter)
        inputs.checksums["prompt preset"] = evaluation.prompt.promptHash
        inputs.add(prompts: prompts, as: "prompts")
        return inputs
    }
}

extension InputRecord {
    /// The settings of a training, and the files that they name.
    init(_ model: ModelSettings, _ evaluation: EvaluationSettings, _ training: TrainSettings) {
        self.init(
            Self.settings(model, evaluation, training),
            unnamed: evaluation.unnamedFiles + training.unnamedFiles)
    }

    /// The settings of an evaluation, and the files that they name.
    init(
        _ model: ModelSettings, _ evaluation: EvaluationSettings, _ config: AdapterEvaluationConfig
    ) {
        self.init(
            Self.settings(model, evaluation, config), unnamed: evaluation.unnamedFiles)
    }

    /// - Parameter unnamed: files that are read without being named
    init(_ settings: [(String, JSONValue)], unnamed: [(String, JSONValue)]) {
        add(settings: settings)
        add(filesOf: settings + unnamed)
    }

    /// Adds the files of the model, and of the adapter that is evaluated or trained further.
    mutating func add(_ model: ModelSettings, adapter: String?) throws {
        try add(model: model.folder)
        // Unlike the samples of the files, it meets every tensor.
        checksums["model weights"] = try BaseModel(model)?.checksum()
        if let adapter { try add(adapter: adapter) }
    }

    /// The settings of a training, as config.yaml has them.
    static func settings(
        _ model: ModelSettings, _ evaluation: EvaluationSettings, _ training: TrainSettings
    ) -> [(String, JSONValue)] { model.record + evaluation.record + training.record }

    /// The settings of an evaluation, as config.yaml has them.
    static func settings(
        _ model: ModelSettings, _ evaluation: EvaluationSettings, _ config: AdapterEvaluationConfig
    ) -> [(String, JSONValue)] {
        model.record + evaluation.record + ConfigCoder.settings(of: config)
    }
}

/// The first comparison of a resumed run, before its model is loaded.
extension RunDirectory {
    /// Compares the settings, and the files of the settings and the model, with those that the
    /// training began with.
    ///
    /// - Throws: `FileError` that names what has changed.
    public func check(
        _ model: ModelSettings, _ evaluation: EvaluationSettings, _ training: TrainSettings
    ) throws {
        try check(InputRecord(model, evaluation, training), model, training.initAdapter)
    }

    /// The same for an evaluation.
    public func check(
        _ model: ModelSettings, _ evaluation: EvaluationSettings, _ config: AdapterEvaluationConfig
    ) throws {
        try check(InputRecord(model, evaluation, config), model, config.adapter)
    }

    private func check(_ now: InputRecord, _ model: ModelSettings, _ adapter: String?) throws {
        guard let began = try InputRecord.read(from: path) else { return }
        var now = now
        // What cannot be read is refused where it is used.
        try? now.add(model, adapter: adapter)
        try began.check(now, in: path)
    }
}
