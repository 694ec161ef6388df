import Benchmarks
import Evaluation
import Tokenization
import Torch

/// Questions by which a training is watched: val rows of the category, asked zero-shot.
///
/// None of them equals, in content, a question that is trained on, kept for training, or asked after
/// the training.
public struct Validation {
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
        answers: KeepingSettings.Answers = .greedy, _ evaluation: EvaluationSettings,
        trained: Set<String>, dataset: MMLU? = nil, loaded: LoadedModel,
        tokenizer: any Tokenizer
    ) throws {
        let dataset = try dataset ?? evaluation.dataset()
        let asked = try QuestionPlan(evaluation, dataset: dataset, trained: trained).questions
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
        settings.categories = [category]
        settings.shots = [0]
        settings.limit = limit
        if answers == .greedy { settings.generation.sampler.temperature = 0 }
        let prompts = try QuestionPlan(settings, dataset: dataset, trained: excluded).prompts(
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

    /// Asks the model as it is now.
    ///
    /// - Parameter report: is given the number of answers so far, of all; what it throws ends the asking
    func score(report: (StudyEvent) throws -> Void) throws -> Score {
        let questionCount = groups.reduce(0) { $0 + $1.questions.count }
        let count = questionCount * settings.repeats
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
        let right = Dictionary(grouping: answers.filter(\.isCorrect), by: \.question)
        return Score(
            correctCount: answers.count { $0.isCorrect }, questionCount: questionCount,
            repeatCount: settings.repeats, unreadableCount: answers.count { $0.chosen == nil },
            correctByQuestion: groups.flatMap(\.questions).map { right[$0.question.id]?.count ?? 0 }
        )
    }
}
