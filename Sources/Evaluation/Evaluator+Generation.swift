import Benchmarks
import Torch
import Transformer

/// How texts are generated.
public struct GenerationSettings: Sendable, Equatable {
    public var sampler = TokenSampler()
    /// Texts for each question; a greedy sampler makes one.
    public var repeats = 3
    /// Tokens after which a text ends by itself.
    public var longestAnswer = 512
    public var seed = 0
    /// Tokens that end a text.
    public var endTokens: Set<Int32> = []

    public init() {}

    /// One when greedy: every further text would be the same.
    public var effectiveRepeats: Int { sampler.isGreedy ? 1 : repeats }
}

extension Evaluator {
    /// Answers by generating texts and reading a letter from each.
    ///
    /// The random numbers of a text depend on the seed, its question, shots and repeat, and on
    /// nothing else, so it is the same alone and in any batch.
    ///
    /// - Parameter report: is given each pass's answers; what it throws ends the evaluation
    public func answerByGenerating(
        _ groups: [PromptGroup], _ settings: GenerationSettings,
        report: ([Answer]) throws -> Void
    ) throws {
        let repeats = settings.effectiveRepeats
        let batches = PromptBatch.cut(
            groups, budget: tokensPerPass, extra: repeats * settings.longestAnswer)
        for batch in batches where !isAnswered(batch, groups, repeats: repeats) {
            let (forest, segments) = batch.forest(groups)
            let asked = batch.questions(groups)
            let texts = try generate(
                forest, leaves: segments.flatMap { Array(repeating: $0, count: repeats) },
                generators: asked.flatMap { item in
                    (0..<repeats).map { generator(item.question, item.shots, $0, settings.seed) }
                }, settings)
            try report(
                asked.enumerated().flatMap { index, item in
                    try (0..<repeats).map { repetition in
                        let text = try tokenizer.decode(texts[index * repeats + repetition])
                        return Answer(
                            question: item.question.id, shots: item.shots, repetition: repetition,
                            answer: item.question.answer, chosen: AnswerReader.letter(in: text),
                            evidence: .text(text))
                    }
                })
        }
    }

    private func generator(
        _ question: Question, _ shots: Int, _ repetition: Int, _ seed: Int
    ) -> SeededGenerator {
        SeededGenerator(
            seed: UInt64(bitPattern: Int64(seed)),
            for: [
                "answer", question.id.subject, question.id.split.rawValue, "\(question.id.row)",
                "\(shots)", "\(repetition)",
            ])
    }

    /// Continues each leaf until its end token, which is left out, or the longest answer.
    private func generate(
        _ forest: PackedForest, leaves: [Int], generators: [SeededGenerator],
        _ settings: GenerationSettings
    ) throws -> [[Int32]] {
        var generators = generators
        var texts = [[Int32]](repeating: [], count: leaves.count)
        var seen =
            settings.sampler.repetitionPenalty == 1
            ? [] : leaves.map { Set(forest.path(to: $0)) }
        /// Texts that are still growing, by their place among the leaves.
        var active = Array(leaves.indices)
        let growing = try GrowingForest(
            forest, leaves: leaves, largestLength: settings.longestAnswer, decoder: decoder)
        while true {
            var drawing = active.map { generators[$0] }
            let tokens = try settings.sampler.draw(
                spellable(growing.logits), texts: seen.isEmpty ? [] : active.map { seen[$0] },
                using: &drawing)
            var kept: [Int] = []
            for (place, leaf) in active.enumerated() {
                generators[leaf] = drawing[place]
                if settings.endTokens.contains(tokens[place]) { continue }
                texts[leaf].append(tokens[place])
                if !seen.isEmpty { seen[leaf].insert(tokens[place]) }
                if texts[leaf].count < settings.longestAnswer { kept.append(place) }
            }
            if kept.isEmpty { return texts }
            try growing.retain(kept)
            active = kept.map { active[$0] }
            try growing.grow(by: kept.map { tokens[$0] })
        }
    }

    /// Without the rows of the head that pad the vocabulary and stand for no text.
    private func spellable(_ logits: Tensor) throws -> Tensor {
        let count = tokenizer.vocabularySize
        return logits.shape[1] > count ? try logits.narrowed(to: 0..<count, along: 1) : logits
    }
}
