import Benchmarks
import TestSupport
import Testing

@testable import Evaluation

@Suite struct PromptGroupTests {
    private let evaluator: Evaluator

    init() throws { evaluator = try SmallModel.evaluator() }

    private func asking(_ texts: [String]) -> [Question] {
        texts.enumerated().map { row, text in
            Question(
                id: QuestionID(subject: "philosophy", split: .test, row: row), question: text,
                choices: ["a", "b", "c", "d"], answer: .a)
        }
    }

    private func group(_ questions: [Question], shots: Int = 1) throws -> PromptGroup {
        try SmallModel.group("philosophy", shots: shots, questions: questions, evaluator)
    }

    @Test func `prefix and suffix are the tokens of the whole prompt`() throws {
        let questions = SmallModel.questions("philosophy", .test, 4)
        let group = try group(questions, shots: 2)
        let prefix = PromptPrefix(Hendrycks(), topic: "philosophy", shots: group.shots)
        for (item, question) in zip(group.questions, questions) {
            let text = try prefix.prompt(asking: question).text
            #expect(try group.prefix + item.suffix == evaluator.tokenizer.encode(text))
            #expect(item.question == question)
        }
    }

    @Test func `no longer beginning is shared`() throws {
        let group = try group(SmallModel.questions("philosophy", .test, 4))
        #expect(Set(group.questions.map { $0.suffix[0] }).count > 1)
    }

    @Test func `what is shared is counted in tokens, not in characters`() throws {
        let group = try group(asking(["the fox", "the foxglove"]))
        let fox = try #require(try evaluator.tokenizer.encode(" fox").first)
        let foxglove = try #require(try evaluator.tokenizer.encode(" foxglove").first)
        #expect(group.questions.map { $0.suffix[0] } == [fox, foxglove])
        #expect(try evaluator.tokenizer.decode(group.prefix).hasSuffix("\n\nthe"))
    }

    @Test func `a prompt that begins another keeps its last token`() {
        #expect(PromptGroup.sharedCount([[1, 2, 3], [1, 2, 3, 4]]) == 2)
        #expect(PromptGroup.sharedCount([[1], [1, 2]]) == 0)
    }

    @Test func `equal questions keep a token each`() throws {
        let group = try group(asking(["the same", "the same"]))
        #expect(group.questions.map(\.suffix.count) == [1, 1])
        #expect(group.questions[0].suffix == group.questions[1].suffix)
    }

    @Test func `a lone question keeps one token`() throws {
        #expect(try group(asking(["why"])).questions.map(\.suffix.count) == [1])
    }

    @Test func `a prompt too long for the model is refused`() throws {
        let questions = SmallModel.questions("philosophy", .test, 3)
        let prefix = PromptPrefix(Hendrycks(), topic: "philosophy")
        let counts = try questions.map {
            try evaluator.tokenizer.encode(prefix.prompt(asking: $0).text).count
        }
        let longest = try #require(counts.max())
        let row = try #require(counts.firstIndex(of: longest))
        func group(longest: Int) throws -> PromptGroup {
            try PromptGroup(
                subject: "philosophy", shots: [], prefix: prefix, questions: questions,
                tokenizer: evaluator.tokenizer, longest: longest)
        }
        #expect(try group(longest: longest).questions.count == 3)
        expectRefusal(
            "the 0-shot prompt of philosophy test row \(row) has \(longest) tokens; the model has "
                + "room for \(longest - 1): ask other questions, or a model with more room"
        ) { try group(longest: longest - 1) }
    }

    @Test func `a shot that is asked is refused`() throws {
        let shot = SmallModel.questions("philosophy", .dev, 1)
        let words = refusal { try group(shot) }
        #expect(words?.contains("shows that question among its shots") == true)
    }
}
