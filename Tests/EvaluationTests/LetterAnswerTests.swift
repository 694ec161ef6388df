import Benchmarks
import Scoring
import TestSupport
import Testing
import Torch
import Transformer

@testable import Evaluation

@Suite struct LetterAnswerTests {
    private let evaluator: Evaluator
    private let groups: [PromptGroup]

    init() throws {
        evaluator = try SmallModel.evaluator()
        groups = try SmallModel.groups(evaluator)
    }

    private func answers(_ groups: [PromptGroup], budget: Int) throws -> [Answer] {
        var evaluator = evaluator
        evaluator.maxTokensPerMicroBatch = budget
        var answers: [Answer] = []
        try evaluator.answerByLetter(groups) { answers += $0 }
        return answers
    }

    /// Log-probabilities of the letters behind each prompt, computed alone over all its tokens.
    private func alone() throws -> [[Double]] {
        let letters = try Letter.allCases.map {
            Int(try #require(evaluator.tokenizer.encode(" \($0.rawValue)").first))
        }
        return try groups.flatMap { group in
            try group.questions.map { item in
                let prompt = group.prefix + item.suffix
                let rows = try withoutGradient {
                    try evaluator.decoder.logits(PackedForest(roots: [prompt])).logSoftmax()
                }
                let last: [Float] = try rows.selecting(Tensor([prompt.count - 1])).values()
                return letters.map { Double(last[$0]) }
            }
        }
    }

    private func expectAlone(_ answers: [Answer]) throws {
        let expected = try alone()
        #expect(answers.count == expected.count)
        for (answer, scores) in zip(answers, expected) {
            guard case .letters(let found) = answer.evidence else {
                Issue.record("\(answer) has no log-probabilities")
                continue
            }
            try expectClose(Tensor(found), Tensor(scores), .absolute(1e-5), "\(answer.question)")
            #expect(answer.chosen == Evaluator.best(scores))
        }
    }

    @Test(arguments: [1, 250, 600, 100_000])
    func `batches answer as one question at a time`(budget: Int) throws {
        try expectAlone(answers(groups, budget: budget))
    }

    @Test func `prompts that share nothing answer the same`() throws {
        try expectAlone(answers(SmallModel.apart(groups, evaluator), budget: 100_000))
        try expectAlone(answers(SmallModel.unshared(groups), budget: 100_000))
    }

    @Test func `an answer names its question, shots and right letter`() throws {
        let answers = try answers(groups, budget: 600)
        #expect(answers.map(\.question) == groups.flatMap { $0.questions.map(\.question.id) })
        #expect(answers.map(\.shots) == [0, 0, 0, 0, 2, 2, 2])
        #expect(answers.map(\.answer) == [.a, .b, .c, .d, .a, .b, .c])
        #expect(answers.allSatisfy { $0.repetition == 0 })
    }

    @Test func `the first of equal letters is chosen`() {
        #expect(Evaluator.best([-2, -1, -1, -3]) == .b)
        #expect(Evaluator.best([-1, -1, -1, -1]) == .a)
        #expect(Evaluator.best([-4, -3, -2, -1]) == .d)
    }

    @Test func `the margin is the distance of the two best letters`() {
        var answer = Answer(
            question: QuestionID(subject: "philosophy", split: .test, row: 0), shots: 0,
            repetition: 0, answer: .a, chosen: .c, evidence: .letters([-5, -2, -1.5, -9]))
        #expect(answer.margin == 0.5)
        #expect(!answer.isCorrect)
        answer.chosen = .a
        answer.evidence = .text("A")
        #expect(answer.margin == nil)
        #expect(answer.isCorrect)
    }

    @Test func `letters that are not one token are refused`() throws {
        let evaluator = try SmallModel.evaluator(symbols: ["\n", " A", " B", " D"])
        let groups = try SmallModel.groups(evaluator)
        expectRefusal(
            "scoring by letter: ' C' is not one token of its own after the prompt 'hendrycks' "
                + "with this tokenizer; use --scoring generate"
        ) { try evaluator.answerByLetter(groups) { _ in } }
    }

    /// A token whose embedding is infinite stands in the third question alone.
    @Test(arguments: [Scoring.letter, .choice, .generate])
    func `the question with a logit that is not finite is named, and those before it answered`(
        scoring: Scoring
    ) throws {
        let tokenizer = evaluator.tokenizer
        var shape = evaluator.decoder.configuration
        shape.tiesEmbeddings = false
        let decoder = try Decoder(
            shape, weights: RandomWeights(using: Generator(seed: 5), deviation: 0.25),
            dtype: .float32, device: .cpu)
        let groups = try SmallModel.groups(evaluator, scoring: scoring)
        let used = Set(
            groups.flatMap { group in
                group.prefix + group.questions.flatMap(\.suffix)
                    + group.choices.flatMap { $0.flatMap { $0 } }
            })
        let own = try #require((3..<Int32(tokenizer.vocabularySize)).first { !used.contains($0) })
        var questions = groups[0].questions
        questions[2].suffix[0] = own
        let changed = PromptGroup(
            subject: groups[0].subject, shots: groups[0].shots, prefix: groups[0].prefix,
            questions: questions, choices: groups[0].choices)
        let name = "model.embed_tokens.weight"
        let embedding = try #require(decoder.weights.first { $0.name == name }).tensor
        try embedding.narrowed(to: Int(own)..<Int(own) + 1).fill(.infinity)
        var evaluator = Evaluator(decoder: decoder, tokenizer: tokenizer, preset: Hendrycks())
        evaluator.maxTokensPerMicroBatch = 1
        evaluator.plannedRoom = KVCacheBudget(
            leafLimit: 1, promptTokens: 4000, cacheTokens: 16_000)
        var answered: [Int] = []
        let words = refusal {
            switch scoring {
            case .letter:
                try evaluator.answerByLetter([changed]) { answered += $0.map(\.question.row) }
            case .choice:
                try evaluator.answerByChoice([changed]) { answered += $0.map(\.question.row) }
            case .generate:
                var settings = GenerationSettings()
                settings.sampler.temperature = 0
                settings.maxNewTokens = 3
                try evaluator.answerByGenerating([changed], settings) {
                    answered += $0.map(\.question.row)
                }
            }
        }
        #expect(
            words == "philosophy test row 2, 0 shots: a logit of the model is not a finite number; "
                + "finite ones are needed: look for a damaged weight by ft-mmlu doctor, or try "
                + "--dtype fp32")
        #expect(answered == [0, 1])
    }

    @Test func `logits that overflow are refused`() throws {
        let decoder = evaluator.decoder
        let norm = try #require(decoder.weights.first { $0.name == "model.norm.weight" }).tensor
        try norm.fill(3e38)
        let words = refusal { try evaluator.answerByLetter(groups) { _ in } }
        #expect(
            words?.hasPrefix("philosophy test row 0, 0 shots: a logit of the model is not a finite")
                == true)
    }

    @Test func `what the receiver throws ends the evaluation`() throws {
        struct Enough: Error {}
        var evaluator = evaluator
        evaluator.maxTokensPerMicroBatch = 1
        var passes = 0
        #expect(throws: Enough.self) {
            try evaluator.answerByLetter(groups) { _ in
                passes += 1
                if passes == 2 { throw Enough() }
            }
        }
        #expect(passes == 2)
    }
}
