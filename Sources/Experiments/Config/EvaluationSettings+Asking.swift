import Scoring
import Evaluation
import Tokenization

extension EvaluationSettings {
    /// Asks a model, scoring as the settings say.
    ///
    /// - Parameters:
    ///   - answered: what need not be asked
    ///   - maxTokensPerMicroBatch: of a forward pass at most; nil is as the settings say
    ///   - watch: is told of the answers that are being written, before each of their tokens; what it
    ///     throws ends the evaluation
    ///   - report: is given each pass's answers; what it throws ends the evaluation
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
