import Basics
import Benchmarks
import Evaluation
import Scoring
import Tokenization
import Torch
import Training

/// The validation questions of a training: val rows of the category, evaluated zero-shot, or the
/// reported questions.
///
/// No question of the validation sample equals, in content, a training question, a question kept
/// for training, or a reported question.
public struct Validation {
    /// A model's score on the questions of a category with a number of shots.
    public struct Part: Sendable, Equatable {
        public var category: Benchmarks.Category
        public var shots: Int
        public var split: Split
        public var score: Score
    }

    /// A model's score on the validation questions.
    public struct Score: Sendable, Equatable {
        public var correctCount: Int
        public var questionCount: Int
        /// The number of answers to each question.
        public var repeatCount = 1
        /// Answers from which no letter could be parsed; they count as wrong.
        public var unreadableCount: Int
        /// Correct answers to each question, in the sample's order.
        public var correctByQuestion: [Int] = []
    }

    private let settings: EvaluationSettings
    let groups: [PromptGroup]
    /// A sentence with the number and names of questions that exceed the context; nil where there
    /// are none.
    let tooLongNotice: String?
    private let loaded: LoadedModel
    private let tokenizer: any Tokenizer

    /// - Parameters:
    ///   - limit: the maximum number of questions
    ///   - answers: greedy, or sampled as the evaluation settings say
    ///   - trained: content hashes of the training questions
    /// - Throws: `UsageError` when no val row is left to evaluate.
    init(
        of category: Benchmarks.Category, limit: Int,
        answers: CheckpointConfig.Answers = .greedy, _ evaluation: EvaluationSettings,
        trained: Set<String>, dataset: MMLU? = nil, loaded: LoadedModel,
        tokenizer: any Tokenizer
    ) throws {
        let dataset = try dataset ?? evaluation.dataset()
        let reported = try EvaluationTask(evaluation, dataset: dataset, trained: trained).questions
        let excluded = trained.union(reported.map(\.contentHash))
        let rows = try dataset.questions(of: category, in: .val)
        guard rows.contains(where: { !excluded.contains($0.contentHash) }) else {
            throw UsageError(
                "--eval-every: all \(rows.count) val questions of \(category.title) are trained on, "
                    + "shown as demonstrations or evaluated afterwards; train on the holdout, with "
                    + "--few-shot-source pool or dev, or leave it out")
        }
        var settings = evaluation
        settings.split = .val
        settings.config.questions = nil
        settings.config.questionSets = nil
        settings.config.categories = CategoryList([category])
        settings.shots = [0]
        settings.config.limit = .count(limit)
        if answers == .greedy { settings.config.generation.sampler.temperature = 0 }
        let prompts = try EvaluationTask(settings, dataset: dataset, trained: excluded).prompts(
            tokenizer: tokenizer, contextLength: loaded.contextLength,
            vocabularySize: loaded.vocabularySize)
        groups = prompts.groups
        tooLongNotice = prompts.task.tooLongNotice
        if settings.scoring == .letter {
            _ = try Evaluator(
                decoder: loaded.decoder, tokenizer: tokenizer, preset: settings.prompt
            ).letterTokens(after: groups)
        }
        self.settings = settings
        self.loaded = loaded
        self.tokenizer = tokenizer
    }

    /// The validation on the reported questions.
    init(
        reporting groups: [PromptGroup], _ evaluation: EvaluationSettings, loaded: LoadedModel,
        tokenizer: any Tokenizer
    ) {
        self.groups = groups
        settings = evaluation
        tooLongNotice = nil
        self.loaded = loaded
        self.tokenizer = tokenizer
    }

    /// Evaluates the current model.
    ///
    /// - Parameter report: receives the number of answers so far, and the total; an error that it
    ///   throws ends the evaluation
    /// - Returns: scores by category and number of shots
    func score(report: (RunEvent) throws -> Void) throws -> [Part] {
        let count = groups.reduce(0) { $0 + $1.answerCount(repeats: settings.repeats) }
        var answers: [Answer] = []
        try withoutGradient {
            var evaluator = Evaluator(
                decoder: loaded.decoder, tokenizer: tokenizer, preset: settings.prompt)
            evaluator.maxTokensPerMicroBatch = settings.batchTokens
            try evaluator.evaluate(
                groups, settings, endTokens: loaded.endTokens,
                watch: { try report(.validated(answers.count, of: count, writing: $0)) }
            ) {
                answers += $0
                try report(.validated(answers.count, of: count))
            }
        }
        return try settings.categories.flatMap { category in
            try settings.shots.map { shots in
                Part(
                    category: category, shots: shots, split: settings.split,
                    score: score(
                        answers.filter { $0.shots == shots },
                        of: try groups.filter {
                            try $0.shotCount == shots
                                && settings.categoryMap.category(ofSubject: $0.subject) == category
                        }.flatMap { $0.questions.map(\.question.id) }))
            }
        }
    }

    private func score(_ answers: [Answer], of questions: [QuestionID]) -> Score {
        var seen: Set<QuestionID> = []
        let questions = questions.filter { seen.insert($0).inserted }
        let answers = answers.filter { seen.contains($0.question) }
        let correct = Dictionary(grouping: answers.filter(\.isCorrect), by: \.question)
        return Score(
            correctCount: answers.count { $0.isCorrect }, questionCount: questions.count,
            repeatCount: settings.repeats, unreadableCount: answers.count { $0.chosen == nil },
            correctByQuestion: questions.map { correct[$0]?.count ?? 0 })
    }
}
