import Benchmarks
import Scoring
import TestSupport
import Testing
import Tokenization
import Torch
import Transformer

@testable import Evaluation

@Suite struct ChoiceAnswerTests {
    private let evaluator: Evaluator
    private let groups: [PromptGroup]

    init() throws {
        evaluator = try SmallModel.evaluator()
        groups = try SmallModel.groups(evaluator, scoring: .choice)
    }

    private func answers(_ groups: [PromptGroup], budget: Int) throws -> [Answer] {
        var evaluator = evaluator
        evaluator.maxTokensPerMicroBatch = budget
        var answers: [Answer] = []
        try evaluator.answerByChoice(groups) { answers += $0 }
        return answers
    }

    /// Log-probabilities of each choice's text behind its prompt, each in a sequence of its own.
    private func alone() throws -> [[Double]] {
        try groups.flatMap { group in
            let title = try Subjects.subject(named: group.subject).title
            let prefix = PromptPrefix(evaluator.preset, topic: title, shots: group.shots)
            return try group.questions.map { item in
                let text = try prefix.prompt(asking: item.question).text
                let start = try evaluator.tokenizer.encode(text).count
                return try item.question.choices.map { choice in
                    let tokens = try evaluator.tokenizer.encode(text + " " + choice)
                    let rows = try withoutGradient {
                        try evaluator.decoder.logits(PackedForest(roots: [tokens])).logSoftmax()
                    }
                    return try (start..<tokens.count).reduce(0) { sum, place in
                        let row: [Float] = try rows.selecting(Tensor([place - 1])).values()
                        return sum + Double(row[Int(tokens[place])])
                    }
                }
            }
        }
    }

    @Test(arguments: [1, 250, 600, 100_000])
    func `choices under a shared prompt score as in sequences of their own`(budget: Int) throws {
        let answers = try answers(groups, budget: budget)
        let expected = try alone()
        #expect(answers.count == 7 && expected.count == 7)
        let questions = groups.flatMap { $0.questions.map(\.question) }
        for (answer, (scores, question)) in zip(answers, zip(expected, questions)) {
            guard case .choices(let found, let bytes) = answer.evidence else {
                Issue.record("\(answer) has no scores of choices")
                continue
            }
            try expectClose(Tensor(found), Tensor(scores), .absolute(1e-5), "\(question.id)")
            #expect(bytes == question.choices.map(\.utf8.count))
            let perByte = zip(scores, question.choices).map { $0 / Double($1.utf8.count) }
            #expect(answer.chosen == Evaluator.best(perByte))
            #expect(answer.question == question.id)
            #expect(answer.answer == question.answer)
        }
        #expect(answers.map(\.shots) == [0, 0, 0, 0, 2, 2, 2])
        #expect(answers.allSatisfy { $0.margin == nil && $0.repetition == 0 })
    }

    @Test func `some of the choices have several tokens, and their lengths differ`() {
        let counts = groups.flatMap { $0.choices.flatMap { $0.map(\.count) } }
        #expect((counts.min() ?? 0) < 5)
        #expect((counts.max() ?? 0) > 10)
    }

    /// By letter the first is the likeliest, by the sum the last, a byte the third.
    @Test func `rules disagree on the same question`() throws {
        let letters = [-1.0, -2, -3, -4]
        let sums = [-10.0, -9, -12, -8]
        let bytes = [10, 3, 20, 2]
        #expect(Evaluator.best(letters) == .a)
        #expect(Evaluator.best(sums) == .d)
        #expect(Evaluator.best(sums, bytes: bytes) == .c)
    }

    @Test func `what is answered is left out, pass by pass`() throws {
        var evaluator = evaluator
        evaluator.maxTokensPerMicroBatch = 600
        var passes: [[Answer]] = []
        try evaluator.answerByChoice(groups) { passes.append($0) }
        #expect(passes.count > 1)
        evaluator.answered = Set(passes[0].map(\.id))
        var again: [[Answer]] = []
        try evaluator.answerByChoice(groups) { again.append($0) }
        #expect(again == Array(passes.dropFirst()))
    }

    /// "Answer:" and a choice without a space join to one token.
    @Test func `a choice that joins the prompt is tokenised by itself`() throws {
        let evaluator = try SmallModel.evaluator(symbols: SmallModel.symbols + [":x"])
        let question = Question(
            id: QuestionID(subject: "philosophy", split: .test, row: 0), question: "why",
            choices: ["x", "y", "z", "w"], answer: .a)
        let prefix = PromptPrefix(Unspaced(), topic: "philosophy")
        let writer = try PromptBuilder(
            PromptEncoder(evaluator.tokenizer), scoring: .choice, longest: 1000)
        let prompt = try TokenizedPrompt(of: question, after: prefix, writer)
        #expect(try prompt.choices == question.choices.map { try evaluator.tokenizer.encode($0) })
        #expect(try prompt.tokens == evaluator.tokenizer.encode("why:"))
        #expect(
            prompt.longestCount == prompt.tokens.count + (prompt.choices.map(\.count).max() ?? 0))
    }

    private struct Unspaced: PromptPreset {
        let name = "unspaced"
        let defaultScoring = Scoring.choice
        let usesChatTemplate = false
        let appendsEndToken = false
        func header(topic: String) -> String { "" }
        func question(_ question: Question) -> String { question.question + ":" }
        func shot(_ question: Question, rationale: String?) -> String {
            self.question(question) + shotEnd
        }
        func target(for question: Question, rationale: String?) -> String { "" }
        func letterText(_ letter: Letter) -> String { letter.rawValue }
    }
}
