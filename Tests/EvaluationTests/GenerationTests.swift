import Benchmarks
import Scoring
import TestSupport
import Testing
import Torch
import Transformer

@testable import Evaluation

@Suite struct GenerationTests {
    private let evaluator: Evaluator
    private let groups: [PromptGroup]

    init() throws {
        evaluator = try SmallModel.evaluator()
        groups = try SmallModel.groups(evaluator)
    }

    private var greedy: GenerationSettings {
        var settings = GenerationSettings()
        settings.sampler.temperature = 0
        settings.maxNewTokens = 12
        return settings
    }

    /// Draws from all tokens, so that texts differ.
    private var sampling: GenerationSettings {
        var settings = GenerationSettings()
        settings.sampler.temperature = 1.5
        settings.sampler.topP = 1
        settings.sampler.topK = 0
        settings.maxNewTokens = 8
        settings.seed = 3
        return settings
    }

    private func answers(
        _ groups: [PromptGroup], _ settings: GenerationSettings, budget: Int = 100_000
    ) throws -> [Answer] {
        var evaluator = evaluator
        evaluator.maxTokensPerMicroBatch = budget
        var answers: [Answer] = []
        try evaluator.answerByGenerating(groups, settings) { answers += $0 }
        return answers
    }

    private var prompts: [[Int32]] {
        groups.flatMap { group in group.questions.map { group.prefix + $0.suffix } }
    }

    /// The likeliest tokens behind a prompt, all tokens computed anew for each.
    private func naive(_ prompt: [Int32], count: Int, penalty: Float = 1) throws -> [Int32] {
        var tokens = prompt
        for _ in 0..<count {
            let rows = try withoutGradient {
                try evaluator.decoder.logits(PackedForest(roots: [tokens]))
            }
            var last: [Float] = try rows.selecting(Tensor([tokens.count - 1])).values()
            for token in Set(tokens) {
                let score = last[Int(token)]
                last[Int(token)] = score > 0 ? score / penalty : score * penalty
            }
            let best = try #require(last.indices.max { last[$0] < last[$1] })
            tokens.append(Int32(best))
        }
        return Array(tokens[prompt.count...])
    }

    private func texts(_ answers: [Answer]) -> [String] {
        answers.compactMap { if case .text(let text) = $0.evidence { text } else { nil } }
    }

    @Test(arguments: [1, 400, 100_000])
    func `greedy texts equal those of a loop that computes everything anew`(budget: Int) throws {
        let expected = try prompts.map {
            try evaluator.tokenizer.decode(naive($0, count: greedy.maxNewTokens))
        }
        #expect(try texts(answers(groups, greedy, budget: budget)) == expected)
    }

    @Test func `a repetition penalty counts prompt and text`() throws {
        var settings = greedy
        settings.sampler.repetitionPenalty = 1.7
        let expected = try prompts.map {
            try evaluator.tokenizer.decode(naive($0, count: settings.maxNewTokens, penalty: 1.7))
        }
        #expect(try texts(answers(groups, settings)) == expected)
        #expect(try texts(answers(groups, greedy)) != expected)
    }

    @Test func `an end token ends its own text and is left out`() throws {
        let whole = try prompts.map { try naive($0, count: greedy.maxNewTokens) }
        var settings = greedy
        settings.endTokens = [whole[0][3], whole[5][0]]
        let expected = try whole.map { text in
            try evaluator.tokenizer.decode(Array(text.prefix { !settings.endTokens.contains($0) }))
        }
        #expect(try texts(answers(groups, settings)) == expected)
        #expect(expected[5].isEmpty)
        #expect(Set(expected.map(\.count)).count > 1)
    }

    @Test func `the longest answer counts tokens`() throws {
        var settings = greedy
        settings.maxNewTokens = 1
        let expected = try prompts.map { try evaluator.tokenizer.decode(naive($0, count: 1)) }
        #expect(try texts(answers(groups, settings)) == expected)
    }

    /// As a signal must end long texts of a large model.
    @Test func `what the watch throws ends the texts between two tokens`() throws {
        struct Enough: Error {}
        var seen: [GenerationProgress] = []
        #expect(throws: Enough.self) {
            try evaluator.answerByGenerating(
                groups, greedy,
                watch: {
                    seen.append($0)
                    if $0.longest == 3 { throw Enough() }
                }, report: { _ in Issue.record("no text has ended") })
        }
        #expect(seen.map(\.longest) == [0, 1, 2, 3])
        #expect(seen.map(\.count) == [0, 7, 7, 7])
    }

    @Test func `greedy makes one text, sampling as many as asked for`() throws {
        #expect(try answers(groups, greedy).map(\.repetition) == .init(repeating: 0, count: 7))
        let sampled = try answers(groups, sampling)
        #expect(sampled.map(\.repetition) == (0..<7).flatMap { _ in [0, 1, 2] })
        let ids = groups.flatMap { $0.questions.map(\.question.id) }
        #expect(sampled.map(\.question) == ids.flatMap { [$0, $0, $0] })
        #expect(
            sampled.map(\.shots) == .init(repeating: 0, count: 12) + .init(repeating: 2, count: 9))
    }

    @Test(arguments: [1, 500, 100_000])
    func `a sampled text is the same alone and in any batch`(budget: Int) throws {
        let alone = try SmallModel.apart(groups, evaluator).flatMap { try answers([$0], sampling) }
        #expect(try answers(groups, sampling, budget: budget) == alone)
        let backwards = try SmallModel.apart(groups, evaluator).reversed()
        let again = try answers(Array(backwards), sampling, budget: budget)
        for answer in alone { #expect(again.contains(answer)) }
    }

    /// One text at a time, and more, in no more room than they need: a text that ends makes room.
    @Test(arguments: [1, 3, 4, 6, 100])
    func `a text is the same however many grow beside it`(leafLimit: Int) throws {
        var settings = sampling
        let ends = try evaluator.tokenizer.encode("eat").suffix(3)
        settings.endTokens = Set(ends)
        let all = try answers(groups, settings)
        #expect(Set(texts(all).map(\.count)).count > 3)
        let longest = groups.map { $0.prefix.count + ($0.questions.map(\.suffix.count).max() ?? 0) }
        let question = (longest.max() ?? 0) + 3 * settings.maxNewTokens
        var evaluator = evaluator
        evaluator.plannedRoom = KVCacheBudget(
            leafLimit: leafLimit, promptTokens: 1, cacheTokens: (1 + leafLimit / 3) * question)
        var found: [Answer] = []
        try evaluator.answerByGenerating(groups, settings) { found += $0 }
        #expect(found == all)
    }

    @Test func `no room for one question is an error, not a wait`() throws {
        var evaluator = evaluator
        evaluator.plannedRoom = KVCacheBudget(leafLimit: 3, promptTokens: 1, cacheTokens: 10)
        let words = refusal { try evaluator.answerByGenerating(groups, sampling) { _ in } }
        #expect(
            words
                == "generation: the KV cache is too small for a prompt and its generations; use a "
                + "smaller --max-new-tokens"
        )
    }

    @Test func `as many texts grow as memory allows`() {
        func room(_ bytes: Int) -> KVCacheBudget {
            KVCacheBudget(
                groups, sampling, cacheBytes: bytes, bytesPerToken: 100, promptTokens: 500)
        }
        #expect(room(0).leafLimit == 3)
        #expect(room(1 << 30).leafLimit == 21)
        let prefix = groups.map(\.prefix.count).max() ?? 0
        let question = (groups.flatMap { $0.questions.map(\.suffix.count) }.max() ?? 0) + 3 * 8
        #expect(room(100 * (2 * prefix + 4 * question)).leafLimit == 9)
        #expect(room(100 * (2 * prefix + 4 * question) - 1).leafLimit == 6)
        #expect(room(100 * (2 * prefix + 4 * question)).cacheTokens == 2 * prefix + 4 * question)
    }

    @Test func `fewer repeats are the first of more`() throws {
        var one = sampling
        one.repeats = 1
        let first = try answers(groups, sampling).filter { $0.repetition == 0 }
        #expect(try answers(groups, one) == first)
    }

    @Test func `seed and repeat each change a text`() throws {
        var other = sampling
        other.seed = 4
        let base = try texts(answers(groups, sampling))
        #expect(try texts(answers(groups, other)) != base)
        #expect(Set(base.prefix(3)).count == 3)
    }

    @Test func `the letter is read from the text`() throws {
        for answer in try answers(groups, sampling) {
            guard case .text(let text) = answer.evidence else { continue }
            #expect(answer.chosen == AnswerReader.letter(in: text))
        }
    }

    @Test(arguments: ["<think>", "<think>\n", "[THINK]"])
    func `a text that begins in a think block is unreadable until the block ends`(
        opening: String
    ) throws {
        let tokens = try evaluator.tokenizer.encode(opening)
        let open = groups.map { group in
            PromptGroup(
                subject: group.subject, shots: group.shots, prefix: group.prefix,
                questions: group.questions.map { ($0.question, $0.suffix + tokens) })
        }
        // A model of one layer's depth hardly writes letters: few tokens, many texts.
        var settings = sampling
        settings.repeats = 40
        settings.maxNewTokens = 2
        let plain = try answers(groups, settings)
        #expect(plain.contains { $0.chosen != nil })
        let inside = try answers(open, settings)
        #expect(inside.count == plain.count)
        #expect(inside.allSatisfy { $0.chosen == nil })
        #expect(
            inside.contains { answer in
                guard case .text(let text) = answer.evidence else { return false }
                return AnswerReader.letter(in: text) != nil
            })
        let marker = opening.filter { $0 != "\n" }
        #expect(try evaluator.thinkOpening(of: open[0], question: 0) == marker)
        #expect(try evaluator.thinkOpening(of: groups[0], question: 0).isEmpty)
    }
}
