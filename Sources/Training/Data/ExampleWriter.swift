import Basics
import Benchmarks
import Tokenization

/// Builds training examples from questions and their answers.
package struct ExampleWriter: Sendable {
    package let preset: any PromptPreset
    let encoder: PromptEncoder
    /// The rationales of the targets.
    let rationales: RationaleIndex
    let contextLength: Int
    /// The number of tokens that the model has rows for; nil where that is not known.
    let vocabularySize: Int?

    package init(
        preset: any PromptPreset, encoder: PromptEncoder, rationales: RationaleIndex,
        contextLength: Int, vocabularySize: Int? = nil
    ) {
        self.preset = preset
        self.encoder = encoder
        self.rationales = rationales
        self.contextLength = contextLength
        self.vocabularySize = vocabularySize
    }

    /// - Throws: `InputError` when prompt and target exceed the context, or have a token that
    ///   the model has no row for.
    func example(of question: Question, after prefix: PromptPrefix) throws -> Example {
        let example = try unchecked(of: question, after: prefix)
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
        of question: Question, after prefix: PromptPrefix
    ) throws -> Example? {
        let example = try unchecked(of: question, after: prefix)
        guard fits(example) else { return nil }
        try checkVocabulary(example, question)
        return example
    }

    private func unchecked(
        of question: Question, after prefix: PromptPrefix
    ) throws -> Example {
        try Self.example(
            prompt: prompt(of: question, after: prefix),
            target: preset.target(
                for: question.mapTexts(encoder.marked),
                rationale: rationales.rationale(for: question).map(encoder.marked)),
            appendsEndToken: preset.appendsEndToken, encoder: encoder)
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
    func prompt(of question: Question, after prefix: PromptPrefix) throws -> String {
        try encoder.prompt(prefix.prompt(asking: question).text)
    }

    /// Tokenises prompt and target as one text where a token ends between them, else separately.
    ///
    /// The target ends in the end token where the preset wants one, else in what the tokenizer's
    /// files put after a text.
    static func example(
        prompt: String, target: String, appendsEndToken: Bool, encoder: PromptEncoder
    ) throws -> Example {
        let ids = try encoder.encode(prompt)
        let whole = try encoder.encode(prompt + target)
        var answer =
            whole.starts(with: ids)
            ? Array(whole[ids.count...]) : try encoder.encode(part: target)
        if appendsEndToken {
            guard let end = encoder.tokenizer.endToken else {
                throw InputError(
                    "training targets end in the end token, and the tokenizer has none")
            }
            answer.append(end)
        } else if encoder.chat == nil {
            answer += encoder.tokenizer.specialSuffix
        }
        return Example(prompt: ids, answer: answer)
    }
}
