import Training
import Basics
import Scoring
import Benchmarks
import Evaluation
import Tokenization
import Torch

/// Questions by which a training is watched: val rows of the category, asked zero-shot; or what is
/// asked after the training.
///
/// No validation question equals, in content, a question that is trained on, kept for training, or
/// asked after the training.
public struct Validation {
    /// How a model answered the questions of a category behind a number of shots.
    public struct Part: Sendable, Equatable {
        public var category: Benchmarks.Category
        public var shots: Int
        public var split: Split
        public var score: Score
    }

    /// How a model answered.
    public struct Score: Sendable, Equatable {
        public var correctCount: Int
        public var questionCount: Int
        /// Answers to each question.
        public var repeatCount = 1
        /// Answers in which no letter could be read; they count as wrong.
        public var unreadableCount: Int
        /// Right answers to each question, in the sample's order.
        public var correctByQuestion: [Int] = []
    }

    private let settings: EvaluationSettings
    let groups: [PromptGroup]
    /// Counts and names the questions that the model has no room for; nil where there are none.
    let tooLongNotice: String?
    private let loaded: LoadedModel
    private let tokenizer: any Tokenizer

    /// - Parameters:
    ///   - limit: questions at most
    ///   - answers: greedy, or drawn as the settings of evaluation say
    ///   - trained: content hashes of the training questions
    /// - Throws: `UsageError` when no val row is left to ask.
    init(
        of category: Benchmarks.Category, limit: Int,
        answers: CheckpointConfig.Answers = .greedy, _ evaluation: EvaluationSettings,
        trained: Set<String>, dataset: MMLU? = nil, loaded: LoadedModel,
        tokenizer: any Tokenizer
    ) throws {
        let dataset = try dataset ?? evaluation.dataset()
        let asked = try EvaluationTask(evaluation, dataset: dataset, trained: trained).questions
        let excluded = trained.union(asked.map(\.contentHash))
        let rows = try dataset.questions(of: category, in: .val)
        guard rows.contains(where: { !excluded.contains($0.contentHash) }) else {
            throw UsageError(
                "--eval-every: all \(rows.count) val questions of \(category.title) are trained on, "
                    + "shown as demonstrations or asked afterwards; train on the holdout, with "
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
        tooLongNotice = prompts.plan.tooLongNotice
        if settings.scoring == .letter {
            _ = try Evaluator(
                decoder: loaded.decoder, tokenizer: tokenizer, preset: settings.prompt
            ).letterTokens(behind: groups)
        }
        self.settings = settings
        self.loaded = loaded
        self.tokenizer = tokenizer
    }

    /// What is asked after the training.
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

    /// Asks the model as it is now.
    ///
    /// - Parameter report: is given the number of answers so far, of all; what it throws ends the asking
    /// - Returns: by category and number of shots
    func score(report: (RunEvent) throws -> Void) throws -> [Part] {
        let count = groups.reduce(0) { $0 + $1.answerCount(repeats: settings.repeats) }
        var answers: [Answer] = []
        try withoutGradient {
            try settings.ask(
                groups, of: loaded, tokenizer,
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

    private func score(_ answers: [Answer], of places: [QuestionID]) -> Score {
        var seen: Set<QuestionID> = []
        let places = places.filter { seen.insert($0).inserted }
        let answers = answers.filter { seen.contains($0.question) }
        let right = Dictionary(grouping: answers.filter(\.isCorrect), by: \.question)
        return Score(
            correctCount: answers.count { $0.isCorrect }, questionCount: places.count,
            repeatCount: settings.repeats, unreadableCount: answers.count { $0.chosen == nil },
            correctByQuestion: places.map { right[$0]?.count ?? 0 })
    }
}
