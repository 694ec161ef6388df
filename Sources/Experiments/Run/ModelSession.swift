import Basics
import Benchmarks
import Evaluation
import Scoring
import Tokenization
import Training
import Transformer

/// A loaded model with its tokenised data, which several runs share.
///
/// A run finds everything here as if it had read it by itself.
public final class ModelSession {
    public let model: ModelSettings
    /// Answers of the base model from an earlier evaluation with the same settings; a run copies
    /// those that it needs.
    var baseAnswers: [Answer] = []
    private var held: LoadedModel?
    private var heldTokenizer: (any Tokenizer)?
    private var datasets: [DatasetKey: MMLU] = [:]
    private var questions: [TrainingKey: TrainingQuestions] = [:]
    private var prompts: [PromptKey: (task: EvaluationTask, groups: [PromptGroup])] = [:]
    private var validations: [ValidationKey: Validation] = [:]
    private var heldOut: [EvaluationConfig: Set<String>] = [:]
    /// The number of tokenisations; equal requests count once.
    private(set) var tokenizedCount = 0

    public init(_ model: ModelSettings) { self.model = model }

    /// Frees the model's memory; the model is loaded again when needed.
    func forget() { held = nil }

    public func loaded() throws -> LoadedModel {
        if let held { return held }
        let loaded = try LoadedModel(model)
        held = loaded
        return loaded
    }

    public func tokenizer() throws -> any Tokenizer {
        if let heldTokenizer { return heldTokenizer }
        let tokenizer = try loaded().tokenizer()
        heldTokenizer = tokenizer
        return tokenizer
    }

    /// - Throws: `UsageError` when there is no folder to read them from.
    func dataset(_ evaluation: EvaluationSettings) throws -> MMLU {
        let key = DatasetKey(data: evaluation.data, map: evaluation.categoryMap)
        return try Self.held(&datasets, key) { try evaluation.dataset() }
    }

    /// The training questions, as tokens.
    func trainingQuestions(
        _ settings: TrainSettings, _ evaluation: EvaluationSettings, _ category: Benchmarks.Category
    ) throws -> TrainingQuestions {
        let key = TrainingKey(
            evaluation: evaluation.promptConfig, category: category, rows: settings.trainRows,
            sets: settings.set, rationales: settings.config.rationales)
        return try Self.held(&questions, key) {
            tokenizedCount += 1
            return try TrainingQuestions(
                settings, evaluation, category: category, dataset: dataset(evaluation),
                tokenizer: tokenizer(), contextLength: loaded().contextLength,
                vocabularySize: loaded().vocabularySize)
        }
    }

    /// The evaluation task, and its prompts as tokens.
    ///
    /// - Parameter trained: content hashes of questions that must not be evaluated
    func prompts(
        _ evaluation: EvaluationSettings, trained: Set<String>
    ) throws -> (task: EvaluationTask, groups: [PromptGroup]) {
        // Questions that are never evaluated anyway have no effect on the result.
        let others = trained.subtracting(try holdouts(evaluation))
        let key = PromptKey(evaluation: evaluation.promptConfig, excluded: others)
        return try Self.held(&prompts, key) {
            tokenizedCount += 1
            return try EvaluationTask(
                evaluation, dataset: dataset(evaluation), trained: trained
            ).prompts(
                tokenizer: tokenizer(), contextLength: loaded().contextLength,
                vocabularySize: loaded().vocabularySize)
        }
    }

    /// The validation questions of a training.
    func validation(
        of category: Benchmarks.Category, _ keeping: CheckpointConfig,
        _ evaluation: EvaluationSettings, trained: Set<String>
    ) throws -> Validation {
        let key = ValidationKey(
            evaluation: evaluation.promptConfig, category: category, limit: keeping.evalLimit,
            answers: keeping.evalAnswers, trained: trained)
        return try Self.held(&validations, key) {
            tokenizedCount += 1
            return try Validation(
                of: category, limit: keeping.evalLimit, answers: keeping.evalAnswers,
                evaluation, trained: trained,
                dataset: dataset(evaluation), loaded: loaded(), tokenizer: tokenizer())
        }
    }

    private func holdouts(_ evaluation: EvaluationSettings) throws -> Set<String> {
        // A list of questions excludes only the training questions.
        if evaluation.questions != nil { return [] }
        return try Self.held(&heldOut, evaluation.promptConfig) {
            let dataset = try dataset(evaluation)
            return Set(
                try Benchmarks.Category.allCases.flatMap {
                    try EvaluationTask.holdout(of: $0, evaluation, dataset).map(\.contentHash)
                })
        }
    }

    private static func held<Key: Hashable, Value>(
        _ values: inout [Key: Value], _ key: Key, _ make: () throws -> Value
    ) rethrows -> Value {
        if let value = values[key] { return value }
        let value = try make()
        values[key] = value
        return value
    }
}

private struct DatasetKey: Hashable {
    let data: String?
    let map: CategoryMap
}

private struct TrainingKey: Hashable {
    let evaluation: EvaluationConfig
    let category: Benchmarks.Category
    let rows: String
    let sets: CommaList<String>?
    let rationales: String?
}

private struct PromptKey: Hashable {
    let evaluation: EvaluationConfig
    let excluded: Set<String>
}

private struct ValidationKey: Hashable {
    let evaluation: EvaluationConfig
    let category: Benchmarks.Category
    let limit: Int
    let answers: CheckpointConfig.Answers
    let trained: Set<String>
}

extension EvaluationSettings {
    /// All settings that determine the prompts; `seed` is not among them.
    fileprivate var promptConfig: EvaluationConfig {
        var config = config
        config.seed = 0
        return config
    }
}
