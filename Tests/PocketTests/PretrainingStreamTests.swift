import Benchmarks
import TestSupport
import Testing
import Tokenization

@testable import Pocket

@Suite struct PretrainingStreamTests {
    private static func stream(step: Int = 0) throws -> PretrainingStream {
        try PretrainingStream(
            world: PocketWorld.world, tokenizer: PocketWorld.tokenizer(), seed: 5, step: step)
    }

    @Test func `a sequence is its prompt's tokens and the end`() throws {
        let tokenizer = try PocketWorld.tokenizer()
        let end = try #require(tokenizer.endToken)
        var stream = try Self.stream()
        for step in 0..<4 {
            let prompts = stream.prompts(ofStep: step)
            for (sequence, prompt) in zip(stream.nextStep(), prompts) {
                let text = prompt.text(in: PocketWorld.world)
                #expect(try sequence.tokens == tokenizer.encode(text) + [end])
            }
        }
    }

    @Test func `answers weigh 1, other tokens 0.05, the first nothing`() throws {
        let tokenizer = try PocketWorld.tokenizer()
        var stream = try Self.stream()
        let prompts = stream.prompts(ofStep: 0)
        for (sequence, prompt) in zip(stream.nextStep(), prompts) {
            let heavy = zip(sequence.tokens, sequence.weights).filter { $0.1 == 1 }.map(\.0)
            let words = prompt.questions.flatMap { asked in
                let value = PocketWorld.world.facts.value(of: asked.item, under: asked.relation)
                let rationale = [" Its \(asked.relation.rawValue):", " \(value)"]
                let letter = " \(asked.answer.rawValue)"
                return prompt.answers == .withRationale ? rationale + [letter] : [letter]
            }
            #expect(try heavy == words.flatMap(tokenizer.encode))
            #expect(sequence.weights.count == sequence.tokens.count)
            #expect(sequence.weights.first == 0)
            #expect(sequence.weights.dropFirst().allSatisfy { $0 == 1 || $0 == 0.05 })
        }
    }

    @Test func `the letter is learnt where it is answered, not where it is offered`() throws {
        let tokenizer = try PocketWorld.tokenizer()
        var stream = try Self.stream()
        let answerLine = try #require(try tokenizer.id(ofPiece: "Answer:"))
        let phrase = try #require(try tokenizer.id(ofPiece: "▁The▁answer▁is"))
        for (sequence, prompt) in zip(stream.nextStep(), stream.prompts(ofStep: 0)) {
            let tokens = sequence.tokens
            for (t, token) in tokens.enumerated() where token == answerLine || token == phrase {
                #expect(sequence.weights[t + 1] == 1)
            }
            let marker = prompt.answers == .withRationale ? phrase : answerLine
            #expect(tokens.count { $0 == marker } == prompt.questions.count)
        }
    }

    @Test func `nothing that the world's files ask is shown`() throws {
        let asked = Set(
            PocketWorld.world.rows.map {
                "\($0.content.item) \(Set($0.content.relations.map(\.index)).sorted())"
            })
        let stream = try Self.stream()
        for step in 0..<50 {
            for question in stream.prompts(ofStep: step).flatMap(\.questions) {
                let relations = Set(question.relations.map(\.index)).sorted()
                #expect(relations.count == 4)
                #expect(!asked.contains("\(question.item) \(relations)"))
            }
        }
    }

    @Test func `a prompt has one relation and never repeats a question`() throws {
        let stream = try Self.stream()
        for prompt in (0..<50).flatMap(stream.prompts) {
            #expect(Set(prompt.questions.map(\.relation)).count == 1)
            #expect(Set(prompt.questions.map(\.combination)).count == prompt.questions.count)
            #expect([1, 2, 4, 8].contains(prompt.questions.count))
        }
    }

    @Test(arguments: [1, 7, 256])
    func `a step has exactly its number of questions`(count: Int) throws {
        let stream = try PretrainingStream(
            world: PocketWorld.world, tokenizer: PocketWorld.tokenizer(), seed: 1,
            questionsPerStep: count)
        for step in 0..<20 {
            #expect(stream.prompts(ofStep: step).map(\.questions.count).reduce(0, +) == count)
        }
    }

    @Test func `relations, headers, letters, shots and answers are drawn alike`() throws {
        let stream = try Self.stream()
        let prompts = (0..<200).flatMap(stream.prompts)
        func expectAlike<Key: Hashable>(_ keys: [Key], _ kinds: Int, _ what: String) {
            let counts = Dictionary(grouping: keys, by: \.self).mapValues(\.count)
            let mean = Double(keys.count) / Double(kinds)
            let error = (mean * (1 - 1 / Double(kinds))).squareRoot()
            #expect(counts.count == kinds, "\(what)")
            for count in counts.values {
                #expect(abs(Double(count) - mean) < 4 * error, "\(what): \(counts)")
            }
        }
        // Which of a question's four relations is asked for cannot be told from the question.
        let asked = prompts.flatMap { $0.questions.prefix(1) }
        expectAlike(
            asked.map { question in
                question.relations.count { $0.index < question.relation.index }
            }, 4, "relations")
        expectAlike(prompts.map(\.subject), 16, "headers")
        expectAlike(prompts.flatMap(\.questions).map(\.answer), 4, "letters")
        expectAlike(prompts.map { $0.answers.rawValue }, 2, "answers")
        // Without each step's last ones, which fill it up.
        let free = (0..<200).flatMap { stream.prompts(ofStep: $0).prefix(25) }
        expectAlike(free.map(\.questions.count), 4, "shots")
        // The header says nothing about the relation.
        for relation in Relation.allCases {
            let here = prompts.filter { $0.questions.first?.relation == relation }
            expectAlike(here.map(\.subject), 16, "headers of \(relation)")
        }
    }

    @Test func `a stream begun later goes on as the first one does`() throws {
        var first = try Self.stream()
        let steps = (0..<3).map { _ in first.nextStep() }
        var later = try Self.stream(step: 2)
        #expect(later.nextStep() == steps[2])
        #expect(steps[0] != steps[1])
        #expect(first.step == 3)
    }

    @Test func `a tokenizer that cuts the answers' words is refused`() throws {
        let model = try SentencePieceTrainer.train(
            sentences: [" "], symbols: ["\n"], vocabularyLimit: 1000)
        let tokenizer = try SentencePieceTokenizer(model: model, name: "other.model")
        let words = refusal {
            _ = try PretrainingStream(world: PocketWorld.world, tokenizer: tokenizer, seed: 0)
        }
        #expect(
            words == "the tokenizer: has 10 tokens for ' Its home:'; one is needed, as the world's "
                + "own tokenizer has it")
    }

    @Test func `a tokenizer without an end token is refused`() {
        let words = refusal {
            _ = try PretrainingStream(world: PocketWorld.world, tokenizer: Endless(), seed: 0)
        }
        #expect(
            words == "the tokenizer: has no end token; one is needed, as the world's own tokenizer "
                + "has it")
    }
}

/// A tokenizer that knows one token and no end.
private struct Endless: Tokenizer {
    let vocabularySize = 1
    let endToken: Int32? = nil

    func controlToken(in text: String) -> String? { nil }
    func encode(_ text: String, literal: [Range<Int>]) throws -> [Int32] { [0] }
    func decode(_ ids: [Int32]) throws -> String { "" }
    func id(ofPiece piece: String) throws -> Int32? { nil }
}
