import Basics
import Scoring
import Benchmarks
import Evaluation
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
    private var datasets: [String: MMLU] = [:]
    private var questions: [String: TrainingQuestions] = [:]
    private var prompts: [String: (task: EvaluationTask, groups: [PromptGroup])] = [:]
    private var validations: [String: Validation] = [:]
    private var heldOut: [String: Set<String>] = [:]
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
        let key = "\(evaluation.data ?? "") \(evaluation.categoryMap.rawValue)"
        return try Self.held(&datasets, key) { try evaluation.dataset() }
    }

    /// The training questions, as tokens.
    func trainingQuestions(
        _ settings: TrainSettings, _ evaluation: EvaluationSettings, _ category: Benchmarks.Category
    ) throws -> TrainingQuestions {
        let names = ["train-rows", "set", "rationales"]
        let key = key(
            settings.record.filter { names.contains($0.0) }
                + [("category", .string(category.rawValue))], evaluation)
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
        return try Self.held(&prompts, key([], evaluation) + Self.key(others)) {
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
        let words = "\(category.rawValue) \(keeping.evalLimit) \(keeping.evalAnswers) "
        return try Self.held(&validations, words + key([], evaluation) + Self.key(trained)) {
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
        return try Self.held(&heldOut, key([], evaluation)) {
            let dataset = try dataset(evaluation)
            return Set(
                try Benchmarks.Category.allCases.flatMap {
                    try EvaluationTask.holdout(of: $0, evaluation, dataset).map(\.contentHash)
                })
        }
    }

    /// All settings that determine the prompts; `seed` is not among them.
    private func key(
        _ others: [(String, JSONValue)], _ evaluation: EvaluationSettings
    ) -> String {
        let settings = evaluation.record.filter { $0.0 != "seed" } + others
        return JSONValue.object(settings).line
    }

    private static func key(_ hashes: Set<String>) -> String {
        hashes.sorted().joined(separator: " ")
    }

    private static func held<Value>(
        _ values: inout [String: Value], _ key: String, _ make: () throws -> Value
    ) rethrows -> Value {
        if let value = values[key] { return value }
        let value = try make()
        values[key] = value
        return value
    }
}
