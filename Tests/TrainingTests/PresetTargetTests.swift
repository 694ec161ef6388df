import Benchmarks
import Foundation
import TestSupport
import Testing
import Tokenization

@testable import Training

/// What each preset wants a model to learn, as text and as tokens.
@Suite struct PresetTargetTests {
    private let tokenizer: BPETokenizer
    private let tea = Question(
        id: QuestionID(subject: "virology", split: .val, row: 0), question: "What warms tea?",
        choices: ["Fire", "Ice", "Snow", "None"], answer: .a)

    init() throws {
        let file = Fixture.repository.appending(path: "Tests/Fixtures/tokenizer/split.json")
        tokenizer = try BPETokenizer(
            json: Array(Data(contentsOf: file)), name: "split.json", endPiece: "<|im_end|>")
    }

    @Test(arguments: [
        ("hendrycks", " A"), ("lm-eval", " A"), ("llama-factory", "A<|im_end|>\n"),
        ("llama-factory-0.9.2", "A<|im_end|>\n"), ("chat", "A<|im_end|>"),
        ("cot", "Fire is hot. The answer is A.<|im_end|>"),
        ("plain-cot", " Fire is hot. The answer is A.<|im_end|>"), ("continuation", " Fire"),
    ])
    func `targets have their spaces, end tokens and newlines`(name: String, target: String) throws {
        let preset = try Prompts.preset(named: name)
        let rationale = RationaleRow(
            question: tea, rationale: "Fire is hot.", teacher: nil, accepted: true)
        let writer = ExampleWriter(
            preset: preset,
            encoder: try PromptEncoder(
                tokenizer, chat: preset.usesChatTemplate ? Conversation.qwen25Instruct() : nil),
            rationales: RationaleIndex(rows: [rationale]), contextLength: 4096)
        let prefix = PromptPrefix(preset, topic: "virology")
        let example = try writer.example(of: tea, after: prefix)
        let learnt = zip(example.tokens, example.weights).filter { $0.1 != 0 }.map(\.0)
        #expect(try tokenizer.decode(learnt) == target)
        #expect(example.tokens.suffix(learnt.count).elementsEqual(learnt))
        let prompt = try writer.prompt(of: tea, after: prefix)
        #expect(
            try example.tokens.dropLast(learnt.count).elementsEqual(tokenizer.encode(prompt)))
        let end = try #require(try tokenizer.id(ofPiece: "<|im_end|>"))
        #expect(learnt.count { $0 == end } == (target.contains("<|im_end|>") ? 1 : 0))
    }
}
