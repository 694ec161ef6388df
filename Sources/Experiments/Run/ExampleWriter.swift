import Basics
import Benchmarks
import Tokenization
import Training

/// Builds training examples from questions and their answers.
struct ExampleWriter: Sendable {
    let preset: any PromptPreset
    let template: ChatTemplate?
    /// The rationales of the targets.
    let rationales: RationaleIndex
    let tokenizer: any Tokenizer
    let contextLength: Int
    /// The number of tokens that the model has rows for; nil where that is not known.
    var vocabularySize: Int?

    /// - Throws: `InputError` when prompt and target exceed the context, or have a token that
    ///   the model has no row for.
    func example(asking question: Question, behind prefix: PromptPrefix) throws -> Example {
        let example = try unchecked(asking: question, behind: prefix)
        guard fits(example) else {
            throw InputError(
                "training on \(question.id.place): its prompt and target have "
                    + "\(example.tokens.count) tokens, the model has room for \(contextLength)")
        }
        try checkVocabulary(example, question)
        return example
    }

    /// The example of a question; nil when prompt and target are too long.
    func fittingExample(
        asking question: Question, behind prefix: PromptPrefix
    ) throws -> Example? {
        let example = try unchecked(asking: question, behind: prefix)
        guard fits(example) else { return nil }
        try checkVocabulary(example, question)
        return example
    }

    private func unchecked(
        asking question: Question, behind prefix: PromptPrefix
    ) throws -> Example {
        try Self.example(
            prompt: prompt(asking: question, behind: prefix),
            target: preset.target(for: question, rationale: rationales.rationale(for: question)),
            appendsEndToken: preset.appendsEndToken, tokenizer: tokenizer)
    }

    private func fits(_ example: Example) -> Bool { example.tokens.count <= contextLength }

    private func checkVocabulary(_ example: Example, _ question: Question) throws {
        guard let vocabularySize,
            let bad = example.tokens.first(where: {
                !(0..<Int32(clamping: vocabularySize)).contains($0)
            })
        else { return }
        throw InputError(
            "training on \(question.id.place): its prompt and target have token \(bad); the model has "
                + "rows for \(vocabularySize) tokens: the tokenizer of this checkpoint is needed")
    }

    /// The prompt as the model reads it.
    func prompt(asking question: Question, behind prefix: PromptPrefix) throws -> String {
        let prompt = try prefix.prompt(asking: question).text
        return template?.asking(prompt) ?? prompt
    }

    /// Tokenises prompt and target as one text where a token ends between them, else separately.
    static func example(
        prompt: String, target: String, appendsEndToken: Bool, tokenizer: any Tokenizer
    ) throws -> Example {
        let prompt = (text: prompt, ids: try tokenizer.encode(prompt))
        let whole = try tokenizer.encode(prompt.text + target)
        var answer =
            whole.starts(with: prompt.ids)
            ? Array(whole[prompt.ids.count...]) : try tokenizer.encode(target)
        if appendsEndToken {
            guard let end = tokenizer.endToken else {
                throw InputError(
                    "training targets end in the end token, and the tokenizer has none")
            }
            answer.append(end)
        }
        return Example(prompt: prompt.ids, answer: answer)
    }
}
