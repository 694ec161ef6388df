import Basics
import Benchmarks
import Scoring
import Tokenization
import Torch
import Transformer

/// Evaluates a model on questions and gives one answer to each, or one per repeat.
public struct Evaluator {
    public let decoder: Decoder
    public let tokenizer: any Tokenizer
    public let preset: any PromptPreset
    /// The maximum number of tokens in a forward pass, which a single question may exceed; nil is
    /// planned from the free memory.
    public var maxTokensPerMicroBatch: Int?
    /// The KV cache budget of generation; nil is planned.
    var plannedRoom: KVCacheBudget?
    /// Answers that are known already.
    ///
    /// By letter, a forward pass that computes only known answers is left out. Batches are cut as
    /// if all questions were evaluated, so every answer equals that of a complete evaluation.
    public var answered: Set<AnswerID> = []

    public init(decoder: Decoder, tokenizer: any Tokenizer, preset: any PromptPreset) {
        self.decoder = decoder
        self.tokenizer = tokenizer
        self.preset = preset
    }

    /// Answers by the likeliest of the four letters after the prompt.
    ///
    /// - Parameter report: receives the answers of each forward pass; an error that it throws ends
    ///   the evaluation
    /// - Throws: `InputError` when a letter is not one token after these prompts.
    public func answerByLetter(
        _ groups: [PromptGroup], report: ([Answer]) throws -> Void
    ) throws {
        let scoring = LetterScoring(
            decoder: decoder, groups: groups, passTokens: try passTokens())
        let count = Letter.allCases.count
        try scoring.run(
            letterTokens(after: groups), except: { isAnswered($0, groups) },
            report: { batch, logprobs in
                try report(
                    batch.questions(groups).enumerated().map { index, item in
                        let scores = logprobs[index * count..<(index + 1) * count].map(Double.init)
                        return Answer(
                            question: item.question.id, questionHash: item.hash,
                            shots: item.shots, repetition: 0, answer: item.question.answer,
                            chosen: Self.best(scores), evidence: .letters(scores))
                    })
            })
    }

    /// Whether every question of a batch is answered.
    private func isAnswered(_ batch: PromptBatch, _ groups: [PromptGroup]) -> Bool {
        !answered.isEmpty
            && batch.questions(groups).allSatisfy { item in
                answered.contains(
                    AnswerID(question: item.question.id, shots: item.shots, repetition: 0))
            }
    }

    /// The letter with the largest score; the first of equals, as arg max.
    static func best(_ scores: [Double]) -> Letter {
        var best = 0
        for index in scores.indices where scores[index] > scores[best] { best = index }
        return Letter.allCases[best]
    }

    /// The tokens of the letters A to D after these prompts, the same after each.
    ///
    /// Prompts that end in the same tokens are checked once: a letter joins nothing further back.
    ///
    /// - Throws: `InputError` when a letter is not one token, or not the same after each
    ///   prompt.
    public func letterTokens(after groups: [PromptGroup]) throws -> [Int32] {
        var seen: Set<[Int32]> = []
        var letters: [Int32] = []
        for group in groups {
            for item in group.questions {
                let prompt = group.prefix + item.suffix
                guard seen.insert(prompt.suffix(Self.decidingCount)).inserted else { continue }
                let found = try letterTokens(after: prompt)
                if letters.isEmpty { letters = found }
                guard found == letters else {
                    let id = item.question.id
                    throw InputError(
                        "scoring by letter: after the prompt '\(preset.name)' the letters are the "
                            + "tokens \(letters), but \(found) after that of \(id.subject) "
                            + "\(id.split.rawValue) row \(id.row); use --scoring generate")
                }
            }
        }
        return letters
    }

    private func letterTokens(after prompt: [Int32]) throws -> [Int32] {
        // Text whose control tokens' names are text does not encode to the same ids again; the last
        // tokens decide what a letter joins.
        let tails = [
            prompt[...], prompt.suffix(Self.longestTail), prompt.suffix(Self.shortestTail),
        ]
        return try Letter.allCases.map { letter in
            let answer = preset.letterText(letter)
            for tail in tails {
                let ids = try tokenizer.encode(tokenizer.decode(Array(tail)) + answer)
                let isWhole = ids.dropLast().elementsEqual(tail)
                let isTail =
                    tail.count < prompt.count
                    && ids.dropLast().suffix(Self.decidingCount).elementsEqual(
                        tail.suffix(Self.decidingCount))
                if isWhole || isTail, let token = ids.last { return token }
            }
            throw InputError(
                "scoring by letter: '\(answer)' is not one token of its own after the prompt "
                    + "'\(preset.name)' with this tokenizer; use --scoring generate")
        }
    }

    /// The number of last tokens that a letter may join.
    private static let decidingCount = 4
    private static let longestTail = 64
    private static let shortestTail = 8
}
