import Scoring
import Benchmarks
import Tokenization
import Torch
import Transformer

/// Asks a model questions and gives one answer each, or one a repeat.
public struct Evaluator {
    public let decoder: Decoder
    public let tokenizer: any Tokenizer
    public let preset: any PromptPreset
    /// Tokens of one pass at most, which a single question may exceed; nil is planned from the memory
    /// that is left.
    public var maxTokensPerMicroBatch: Int?
    /// How much is generated at one time; nil is planned.
    var plannedRoom: KVCacheBudget?
    /// What need not be answered. By letter, a pass of nothing else is left out, and passes are cut as
    /// if all were asked, so every answer comes out as it would in an evaluation of all.
    public var answered: Set<AnswerID> = []

    public init(decoder: Decoder, tokenizer: any Tokenizer, preset: any PromptPreset) {
        self.decoder = decoder
        self.tokenizer = tokenizer
        self.preset = preset
    }

    /// Answers by the likeliest of the four letters behind the prompt.
    ///
    /// - Parameter report: is given each pass's answers; what it throws ends the evaluation
    /// - Throws: `BenchmarkError` when a letter is not one token behind these prompts.
    public func answerByLetter(
        _ groups: [PromptGroup], report: ([Answer]) throws -> Void
    ) throws {
        let scoring = LetterScoring(
            decoder: decoder, groups: groups, passTokens: try passTokens())
        let count = Letter.allCases.count
        try scoring.run(
            letterTokens(behind: groups), except: { isAnswered($0, groups) },
            report: { batch, logprobs in
                try report(
                    batch.questions(groups).enumerated().map { index, asked in
                        let scores = logprobs[index * count..<(index + 1) * count].map(Double.init)
                        return Answer(
                            question: asked.question.id, questionHash: asked.hash,
                            shots: asked.shots, repetition: 0, answer: asked.question.answer,
                            chosen: Self.best(scores), evidence: .letters(scores))
                    })
            })
    }

    /// Whether nothing in a batch is left to ask.
    private func isAnswered(_ batch: PromptBatch, _ groups: [PromptGroup]) -> Bool {
        !answered.isEmpty
            && batch.questions(groups).allSatisfy { asked in
                answered.contains(
                    AnswerID(question: asked.question.id, shots: asked.shots, repetition: 0))
            }
    }

    /// The letter with the largest score; the first of equals, as arg max.
    static func best(_ scores: [Double]) -> Letter {
        var best = 0
        for index in scores.indices where scores[index] > scores[best] { best = index }
        return Letter.allCases[best]
    }

    /// The tokens of the letters A to D behind these prompts, the same behind each.
    ///
    /// Prompts that end in the same tokens are looked at once: a letter joins nothing further back.
    ///
    /// - Throws: `BenchmarkError` when one of them is not one token, or not the same behind each.
    public func letterTokens(behind groups: [PromptGroup]) throws -> [Int32] {
        let decidingCount = 4
        var seen: Set<[Int32]> = []
        var letters: [Int32] = []
        for group in groups {
            for item in group.questions {
                let prompt = group.prefix + item.suffix
                guard seen.insert(prompt.suffix(decidingCount)).inserted else { continue }
                let found = try letterTokens(behind: prompt)
                if letters.isEmpty { letters = found }
                guard found == letters else {
                    let id = item.question.id
                    throw BenchmarkError(
                        "scoring by letter: behind the prompt '\(preset.name)' the letters are the "
                            + "tokens \(letters), but \(found) behind that of \(id.subject) "
                            + "\(id.split.rawValue) row \(id.row); use --scoring generate")
                }
            }
        }
        return letters
    }

    private func letterTokens(behind prompt: [Int32]) throws -> [Int32] {
        let text = try tokenizer.decode(prompt)
        return try Letter.allCases.map { letter in
            let answer = preset.letterText(letter)
            let ids = try tokenizer.encode(text + answer)
            guard ids.count == prompt.count + 1, ids.dropLast().elementsEqual(prompt),
                let token = ids.last
            else {
                throw BenchmarkError(
                    "scoring by letter: '\(answer)' is not one token of its own behind the prompt "
                        + "'\(preset.name)' with this tokenizer; use --scoring generate")
            }
            return token
        }
    }
}
