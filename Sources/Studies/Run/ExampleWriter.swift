import Benchmarks
import Tokenization
import Training

/// Writes questions with their answers as examples to learn from.
struct ExampleWriter: Sendable {
    let preset: any PromptPreset
    let template: ChatTemplate?
    /// Of the targets.
    let rationales: RationaleBook
    let tokenizer: any Tokenizer
    let contextLength: Int

    /// - Throws: `BenchmarkError` when prompt and target are too long for the model.
    func example(asking question: Question, behind prefix: PromptPrefix) throws -> Example {
        let example = try Self.example(
            prompt: prompt(asking: question, behind: prefix),
            target: preset.target(for: question, rationale: rationales.rationale(for: question)),
            appendsEndToken: preset.appendsEndToken, tokenizer: tokenizer)
        guard example.tokens.count <= contextLength else {
            throw BenchmarkError(
                "training on \(question.id.subject) \(question.id.split.rawValue) row "
                    + "\(question.id.row): its prompt and target have \(example.tokens.count) "
                    + "tokens, the model has room for \(contextLength)")
        }
        return example
    }

    /// The prompt as the model reads it.
    func prompt(asking question: Question, behind prefix: PromptPrefix) throws -> String {
        let prompt = try prefix.prompt(asking: question).text
        return template?.asking(prompt) ?? prompt
    }

    /// Prompt and target are tokenised as one text where a token ends between them, else each.
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
                throw BenchmarkError(
                    "training targets end in the end token, and the tokenizer has none")
            }
            answer.append(end)
        }
        return Example(prompt: prompt.ids, answer: answer)
    }
}
