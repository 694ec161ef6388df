import Benchmarks
import TestSupport
import Testing
import Tokenization

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

    @Test func `what is shared does not depend on what is asked together`() throws {
        let questions = SmallModel.questions("philosophy", .test, 4)
        let whole = try group(questions, shots: 2)
        let opening = PromptPrefix(Hendrycks(), topic: "philosophy", shots: whole.shots).text
        #expect(try whole.prefix == evaluator.tokenizer.encode(opening))
        for (item, question) in zip(whole.questions, questions) {
            let alone = try group([question], shots: 2)
            #expect(alone.prefix == whole.prefix)
            #expect(alone.questions[0].suffix == item.suffix)
        }
    }

    @Test func `a question that changes the prefix's last token has a group of its own`() throws {
        // "\n\nab" is one token where a question begins with "ab".
        let evaluator = try SmallModel.evaluator(symbols: SmallModel.symbols + ["\n\nab"])
        let questions = asking(["the fox", "abroad", "a fox"])
        let prefix = PromptPrefix(Hendrycks(), topic: "philosophy")
        let groups = try PromptBuilder(PromptEncoder(evaluator.tokenizer), longest: 2048).groups(
            subject: "philosophy", shots: [], questions: questions
        ) { _ in prefix }
        #expect(groups.map { $0.questions.map(\.question.id.row) } == [[0, 2], [1]])
        #expect(groups[1].prefix.count == groups[0].prefix.count - 2)
        for group in groups {
            for item in group.questions {
                let text = try prefix.prompt(asking: item.question).text
                #expect(try group.prefix + item.suffix == evaluator.tokenizer.encode(text))
            }
        }
    }

    @Test func `a chat template's beginning is shared too`() throws {
        let prefix = PromptPrefix(Hendrycks(), topic: "philosophy")
        let groups = try PromptBuilder(
            PromptEncoder(evaluator.tokenizer, chat: Conversation.qwen25Base()), longest: 2048
        ).groups(
            subject: "philosophy", shots: [],
            questions: SmallModel.questions("philosophy", .test, 2)
        ) { _ in prefix }
        let opening =
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n"
        #expect(try groups.map(\.prefix) == [evaluator.tokenizer.encode(opening + prefix.text)])
    }

    @Test func `a prompt keeps at least its last token`() {
        #expect(PromptGroup.sharedCount([1, 2, 3], [1, 2, 3, 4]) == 3)
        #expect(PromptGroup.sharedCount([1, 2, 3], [1, 2, 3]) == 2)
        #expect(PromptGroup.sharedCount([1, 2, 3], [1, 9, 3, 4]) == 1)
        #expect(PromptGroup.sharedCount([1, 2], [1]) == 0)
        #expect(PromptGroup.sharedCount([], [1]) == 0)
    }

    @Test func `a prompt too long for the model is refused`() throws {
        let questions = SmallModel.questions("philosophy", .test, 3)
        let prefix = PromptPrefix(Hendrycks(), topic: "philosophy")
        let counts = try questions.map {
            try evaluator.tokenizer.encode(prefix.prompt(asking: $0).text).count
        }
        let longest = try #require(counts.max())
        let row = try #require(counts.firstIndex(of: longest))
        func groups(longest: Int) throws -> [PromptGroup] {
            try PromptBuilder(PromptEncoder(evaluator.tokenizer), longest: longest).groups(
                subject: "philosophy", shots: [], questions: questions
            ) { _ in prefix }
        }
        #expect(try groups(longest: longest).map(\.questions.count) == [3])
        expectRefusal(
            "the 0-shot prompt of philosophy test row \(row) has \(longest) tokens; the model has "
                + "room for \(longest - 1): use a model with a longer context, or --too-long skip"
        ) { try groups(longest: longest - 1) }
    }

    @Test func `a shot that is asked is refused`() throws {
        let shot = SmallModel.questions("philosophy", .dev, 1)
        let words = refusal { try group(shot) }
        #expect(words?.contains("has that question among its shots") == true)
    }
}
