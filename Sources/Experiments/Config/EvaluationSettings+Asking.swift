import Scoring
import Evaluation
import Tokenization

extension EvaluationSettings {
    /// Evaluates a model, with the scoring of the settings.
    ///
    /// - Parameters:
    ///   - answered: answers that are known already
    ///   - maxTokensPerMicroBatch: the maximum number of tokens in a forward pass; nil is as in the
    ///     settings
    ///   - watch: receives the generations in progress before each decoding step; an error that it
    ///     throws ends the evaluation
    ///   - report: receives the answers of each forward pass; an error that it throws ends the
    ///     evaluation
    func ask(
        _ groups: [PromptGroup], of loaded: LoadedModel, _ tokenizer: any Tokenizer,
        except answered: Set<AnswerID> = [], maxTokensPerMicroBatch: Int? = nil,
        watch: (GenerationProgress) throws -> Void, report: ([Answer]) throws -> Void
    ) throws {
        var evaluator = Evaluator(decoder: loaded.decoder, tokenizer: tokenizer, preset: prompt)
        evaluator.maxTokensPerMicroBatch = maxTokensPerMicroBatch ?? batchTokens
        evaluator.answered = answered
        switch scoring {
        case .letter: try evaluator.answerByLetter(groups, report: report)
        case .choice: try evaluator.answerByChoice(groups, report: report)
        case .generate:
            var generation = generation
            generation.stopTexts = prompt.stopTexts
            generation.endTokens = loaded.endTokens.union(tokenizer.endToken.map { [$0] } ?? [])
            try evaluator.answerByGenerating(groups, generation, watch: watch, report: report)
        }
    }
}
