import Benchmarks
import Tokenization
import Torch
import Transformer

@testable import Evaluation

/// A random model of two layers, a tokenizer of letters, and questions for them.
enum SmallModel {
    /// Pieces that prompts are made of, beside single letters; anything else falls back to bytes.
    static let symbols = ["\n", "Answer:", " A", " B", " C", " D", " fox", " foxglove"]

    static func tokenizer(symbols: [String] = symbols) throws -> SentencePieceTokenizer {
        let model = try SentencePieceTrainer.train(
            sentences: [" "] + "abcdefghijklmnopqrstuvwxyz".map(String.init), symbols: symbols,
            vocabularyLimit: 1000)
        return try SentencePieceTokenizer(model: model, name: "small.model")
    }

    /// - Parameter deviation: of the weights; large enough that some tokens are much likelier
    static func decoder(
        _ tokenizer: some Tokenizer, deviation: Double = 0.25, dtype: DType = .float32
    ) throws -> Decoder {
        let configuration = ModelConfiguration(
            family: .qwen2, vocabularySize: tokenizer.vocabularySize, width: 32, layerCount: 2,
            headCount: 4, keyHeadCount: 2, headSize: 8, hiddenWidth: 48, normEpsilon: 1e-6,
            ropeTheta: 10_000, contextLength: 2048, tiesEmbeddings: true,
            hasQueryKeyValueBias: true, normalizesQueryAndKey: false, storedDtype: .float32)
        let weights = RandomWeights(using: try Generator(seed: 5), deviation: deviation)
        return try Decoder(configuration, weights: weights, dtype: dtype, device: .cpu)
    }

    static func evaluator(
        symbols: [String] = symbols, dtype: DType = .float32
    ) throws -> Evaluator {
        let tokenizer = try tokenizer(symbols: symbols)
        return Evaluator(
            decoder: try decoder(tokenizer, dtype: dtype), tokenizer: tokenizer, preset: Hendrycks()
        )
    }

    /// Questions of several lengths.
    static func questions(_ subject: String, _ split: Split, _ count: Int) -> [Question] {
        (0..<count).map { row in
            let words = ["one fox", "two", "more than three", "a fourth of"]
            return Question(
                id: QuestionID(subject: subject, split: split, row: row),
                question: "what is \(words[row % 4]) of \(split) \(row)",
                choices: (0..<4).map { words[($0 + row) % 4] }, answer: Letter.allCases[row % 4])
        }
    }

    /// A group of a subject's test questions behind its first dev questions.
    static func group(
        _ subject: String, shots: Int, questions: [Question], _ evaluator: Evaluator,
        scoring: Scoring = .letter
    ) throws -> PromptGroup {
        let shown = Self.questions(subject, .dev, shots)
        let title = try Subjects.subject(named: subject).title
        let writer = try PromptBuilder(
            PromptEncoder(evaluator.tokenizer), scoring: scoring, longest: 2048)
        let groups = try writer.groups(subject: subject, shots: shown, questions: questions) {
            PromptPrefix(evaluator.preset, topic: title, shots: $0)
        }
        precondition(groups.count == 1, "these questions leave the prefix's tokens as they are")
        return groups[0]
    }

    /// Two subjects with different shots: seven prompts in all.
    static func groups(
        _ evaluator: Evaluator, scoring: Scoring = .letter
    ) throws -> [PromptGroup] {
        [
            try group(
                "philosophy", shots: 0, questions: questions("philosophy", .test, 4), evaluator,
                scoring: scoring),
            try group(
                "astronomy", shots: 2, questions: questions("astronomy", .test, 3), evaluator,
                scoring: scoring),
        ]
    }

    /// The same prompts, each in a group of its own.
    static func apart(_ groups: [PromptGroup], _ evaluator: Evaluator) throws -> [PromptGroup] {
        try groups.flatMap { whole in
            try whole.questions.map {
                try group(
                    whole.subject, shots: whole.shots.count, questions: [$0.question], evaluator)
            }
        }
    }

    /// The same prompts, each in a group of its own that shares nothing: all of it is its suffix.
    static func unshared(_ groups: [PromptGroup]) -> [PromptGroup] {
        groups.flatMap { whole in
            whole.questions.map {
                PromptGroup(
                    subject: whole.subject, shots: whole.shots, prefix: [],
                    questions: [($0.question, whole.prefix + $0.suffix)])
            }
        }
    }
}
