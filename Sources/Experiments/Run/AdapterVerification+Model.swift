import Evaluation
import Training
import Transformer

extension AdapterVerification {
    /// Loads a model with an adapter and verifies it.
    ///
    /// - Parameters:
    ///   - adapter: a folder in PEFT's format
    ///   - evaluation: what to evaluate; its scoring is ignored
    ///   - isStrict: whether an adapter that was trained on another model is an error
    ///   - notice: receives messages to the user
    ///   - report: receives the number of answers so far, and the total
    public init(
        model: ModelSettings, adapter: String, evaluation: EvaluationSettings,
        isStrict: Bool, notice: (String) throws -> Void, report: (Int, Int) throws -> Void
    ) throws {
        var evaluation = evaluation
        evaluation.config.scoring = .letter
        let dataset = try evaluation.dataset()
        let loaded = try LoadedModel(model)
        try BaseModel(model)?.check(adapter, isStrict: isStrict, notice: notice)
        try AdapterFiles.read(from: adapter, onto: loaded.decoder)
        let tokenizer = try loaded.tokenizer()
        let (task, groups) = try EvaluationTask(
            evaluation, dataset: dataset, trained: TrainingManifest.read(from: adapter) ?? []
        ).prompts(
            tokenizer: tokenizer, contextLength: loaded.contextLength,
            vocabularySize: loaded.vocabularySize)
        if let sentence = task.tooLongNotice { try notice(sentence) }
        var evaluator = Evaluator(
            decoder: loaded.decoder, tokenizer: tokenizer, preset: evaluation.prompt)
        evaluator.maxTokensPerMicroBatch = evaluation.batchTokens
        try self.init(evaluator, groups, report: report)
    }
}
