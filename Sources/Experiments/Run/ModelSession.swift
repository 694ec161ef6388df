import Training
import Basics
import Scoring
import Benchmarks
import Evaluation
import Tokenization
import Transformer

/// A model in memory, and what was read and tokenised for it: several runs share one.
///
/// A run finds everything here as it would have read it by itself.
public final class ModelSession {
    public let model: ModelSettings
    /// Of the base model, asked before with the same settings: a run copies what it would ask.
    var baseAnswers: [Answer] = []
    private var held: LoadedModel?
    private var heldTokenizer: (any Tokenizer)?
    private var datasets: [String: MMLU] = [:]
    private var questions: [String: TrainingQuestions] = [:]
    private var prompts: [String: (plan: EvaluationTask, groups: [PromptGroup])] = [:]
    private var validations: [String: Validation] = [:]
    private var heldOut: [String: Set<String>] = [:]
    /// How often something was tokenised; equal requests count once.
    private(set) var tokenizedCount = 0

    public init(_ model: ModelSettings) { self.model = model }

    /// Gives the model's memory back; it is loaded again when it is needed.
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

    /// The questions that training reads, as tokens.
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

    /// What is asked, and the prompts as tokens.
    ///
    /// - Parameter trained: content hashes of what must not be asked
    func prompts(
        _ evaluation: EvaluationSettings, trained: Set<String>
    ) throws -> (plan: EvaluationTask, groups: [PromptGroup]) {
        // What is never asked anyway changes nothing.
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

    /// The questions by which a training is watched.
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
        // Of a list of questions nothing is left out but what was trained on.
        if evaluation.questions != nil { return [] }
        return try Self.held(&heldOut, key([], evaluation)) {
            let dataset = try dataset(evaluation)
            return Set(
                try Benchmarks.Category.allCases.flatMap {
                    try EvaluationTask.holdout(of: $0, evaluation, dataset).map(\.contentHash)
                })
        }
    }

    /// All of the settings that decide on prompts: seeds do not.
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
