import Basics
import Benchmarks
import Tokenization

/// The token ids of every part of a pretraining prompt. A prompt is assembled from parts instead of
/// encoded: the parts' ids, joined, are the ids of the joined text.
struct PromptPieces: Sendable {
    /// By kind of answers, then by subject.
    private let headers: [[[Int32]]]
    /// By item: "What goes with the fox?"
    private let stems: [[Int32]]
    /// By letter: "\nA."
    private let marks: [[Int32]]
    private let answerLine: [Int32]
    /// By relation, " Its home:"; by letter, " A"; by item and relation, " forest".
    private let relations: [Int32]
    private let letters: [Int32]
    private let values: [[Int32]]
    private let answerPhrase: [Int32]
    private let fullStop: [Int32]
    private let separator: [Int32]
    private let end: Int32

    init(world: World, tokenizer: any Tokenizer) throws {
        func single(_ text: String) throws -> Int32 {
            let ids = try tokenizer.encode(text)
            guard ids.count == 1, let id = ids.first else {
                throw InputError(
                    "the tokenizer: has \(ids.count) tokens for '\(text)'; one is needed, as the "
                        + "world's own tokenizer has it")
            }
            return id
        }
        guard let end = tokenizer.endToken else {
            throw InputError(
                "the tokenizer: has no end token; one is needed, as the world's own tokenizer has it"
            )
        }
        self.end = end
        headers = try PretrainingPrompt.Answers.allCases.map { answers in
            try world.subjects.map { try tokenizer.encode(answers.preset.header(topic: $0.title)) }
        }
        stems = try World.items.map { try tokenizer.encode(WorldText.question(about: $0)) }
        marks = try Letter.allCases.map { try tokenizer.encode("\n\($0.rawValue).") }
        answerLine = try tokenizer.encode("\nAnswer:")
        relations = try Relation.allCases.map { try single(" Its \($0.rawValue):") }
        letters = try Letter.allCases.map { try single(" \($0.rawValue)") }
        values = try World.items.indices.map { item in
            try Relation.allCases.map { try single(" " + world.facts.value(of: item, under: $0)) }
        }
        answerPhrase = try tokenizer.encode(" The answer is")
        fullStop = try tokenizer.encode(".")
        separator = try tokenizer.encode("\n\n")
    }

    func sequence(of prompt: PretrainingPrompt) -> WeightedSequence {
        var result = SequenceBuilder()
        result.append(headers[prompt.answers.rawValue][prompt.subject])
        for (place, question) in prompt.questions.enumerated() {
            append(question, to: &result)
            append(answerOf: question, prompt.answers, to: &result)
            let isLast = place == prompt.questions.count - 1
            result.append(isLast ? [end] : separator)
        }
        return result.sequence
    }

    private func append(_ question: WorldQuestion, to result: inout SequenceBuilder) {
        result.append(stems[question.item])
        for (mark, relation) in zip(marks, question.relations) {
            result.append(mark)
            result.append([values[question.item][relation.index]])
        }
        result.append(answerLine)
    }

    private func append(
        answerOf question: WorldQuestion, _ answers: PretrainingPrompt.Answers,
        to result: inout SequenceBuilder
    ) {
        let letter = letters[question.answer.index]
        switch answers {
        case .lettersOnly:
            result.append(answer: letter)
        case .withRationale:
            result.append(answer: relations[question.relation.index])
            result.append(answer: values[question.item][question.relation.index])
            result.append(fullStop)
            result.append(answerPhrase)
            result.append(answer: letter)
            result.append(fullStop)
        }
    }
}

/// A sequence as it grows.
private struct SequenceBuilder {
    private var tokens: [Int32] = []
    private var weights: [Float] = []

    /// Appends tokens that are not themselves the answer to a question.
    mutating func append(_ ids: [Int32]) {
        tokens += ids
        weights += repeatElement(PretrainingStream.otherWeight, count: ids.count)
    }

    /// Appends a token that is learnt as an answer.
    mutating func append(answer id: Int32) {
        tokens.append(id)
        weights.append(PretrainingStream.answerWeight)
    }

    /// The whole sequence; the first token has no preceding token that predicts it.
    var sequence: WeightedSequence {
        WeightedSequence(tokens: tokens, weights: [0] + weights.dropFirst())
    }
}
