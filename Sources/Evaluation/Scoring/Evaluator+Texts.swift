import Benchmarks
import Torch
import Transformer

/// A text that a model generated for the prompt of a question.
public struct WrittenText: Sendable, Equatable {
    public var question: QuestionID
    /// The text; it begins with the marker of a think block where the prompt ends in one.
    public var text: String
    /// Whether an end token or stop text ended it, and not its length.
    public var isComplete: Bool
    public var promptTokenCount: Int
    public var tokenCount: Int
}

extension Evaluator {
    /// Generates one text for each prompt, as `answerByGenerating` does, and does not parse it.
    ///
    /// - Parameters:
    ///   - repetition: which of a question's generations is wanted; each has its own random numbers
    ///   - watch: receives the generations in progress before each decoding step; an error that it
    ///     throws ends the generation
    ///   - report: receives each generation when it ends; an error that it throws ends the
    ///     generation
    public func writeTexts(
        _ groups: [PromptGroup], _ settings: GenerationSettings,
        repetition: (QuestionID) -> Int, watch: (GenerationProgress) throws -> Void = { _ in },
        report: (WrittenText) throws -> Void
    ) throws {
        var settings = settings
        settings.repeats = 1
        settings.samples = 1
        let jobs = groups.enumerated().flatMap { place, group in
            group.questions.enumerated().map { index, item in
                let wanted = repetition(item.question.id)
                return ContinuousBatchGenerator.Job(
                    group: place, question: index,
                    generators: [
                        (wanted, generator(item.question, group.shotCount, wanted, settings.seed))
                    ])
            }
        }
        let writer = ContinuousBatchGenerator(
            decoder: decoder, groups: groups, settings: settings,
            budget: try cacheBudget(groups, settings), vocabularySize: tokenizer.vocabularySize,
            stops: StopTexts(settings.stopTexts, tokenizer))
        try writer.run(jobs, watch: watch) { text in
            let group = groups[jobs[text.job].group]
            let item = group.questions[jobs[text.job].question]
            try report(
                WrittenText(
                    question: item.question.id,
                    text: try thinkOpening(of: group, question: jobs[text.job].question)
                        + tokenizer.decode(text.tokens),
                    isComplete: text.tokens.count < settings.maxNewTokens,
                    promptTokenCount: group.prefix.count + item.suffix.count,
                    tokenCount: text.tokens.count))
        }
    }
}
