import Benchmarks
import Tokenization
import Torch
import Transformer

/// Asks a model questions and gives one answer each, or one a repeat.
public struct Evaluator {
    public let decoder: Decoder
    public let tokenizer: any Tokenizer
    public let preset: any PromptPreset
    /// Tokens of one pass at most; a single question may exceed it.
    public var tokensPerPass = 16_384
    /// What need not be answered: a pass of nothing else is left out. Passes are cut as if all were
    /// asked, so every answer comes out as it would in an evaluation of all.
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
        let letters = try letterTokens(behind: groups)
        let columns = try Tensor(letters.map(Int.init)).moved(to: decoder.device)
        for batch in PromptBatch.cut(groups, budget: tokensPerPass, extra: 0) {
            if isAnswered(batch, groups, repeats: 1) { continue }
            let (forest, segments) = batch.forest(groups)
            let logprobs: [Float] = try withoutGradient {
                let ends = segments.map { forest.segments[$0].range.upperBound - 1 }
                let logits = try decoder.logits(of: decoder.hidden(forest.pass, rows: ends))
                return try logits.logSoftmax().selecting(columns, along: 1).floats()
            }
            let count = Letter.allCases.count
            try report(
                batch.questions(groups).enumerated().map { index, asked in
                    let scores = logprobs[index * count..<(index + 1) * count].map(Double.init)
                    return Answer(
                        question: asked.question.id, shots: asked.shots, repetition: 0,
                        answer: asked.question.answer, chosen: Self.best(scores),
                        evidence: .letters(scores))
                })
        }
    }

    /// Whether nothing in a batch is left to ask.
    func isAnswered(_ batch: PromptBatch, _ groups: [PromptGroup], repeats: Int) -> Bool {
        !answered.isEmpty
            && batch.questions(groups).allSatisfy { asked in
                (0..<repeats).allSatisfy {
                    answered.contains(
                        AnswerID(
                            question: asked.question.id, shots: asked.shots, repetition: $0))
                }
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

extension PromptBatch {
    /// The batch as a forest, and the segment that ends each question's prompt.
    func forest(_ groups: [PromptGroup]) -> (PackedForest, segments: [Int]) {
        var forest = PackedForest()
        var segments: [Int] = []
        for part in parts {
            let group = groups[part.group]
            let root = group.prefix.isEmpty ? nil : forest.append(group.prefix)
            for item in group.questions[part.questions] {
                segments.append(forest.append(item.suffix, under: root))
            }
        }
        return (forest, segments)
    }

    /// The questions in the order of the forest, with their number of shots.
    func questions(_ groups: [PromptGroup]) -> [(question: Question, shots: Int)] {
        parts.flatMap { part in
            groups[part.group].questions[part.questions].map {
                ($0.question, groups[part.group].shotCount)
            }
        }
    }
}
