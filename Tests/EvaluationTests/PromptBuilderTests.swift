import Benchmarks
import Scoring
import TestSupport
import Testing
import Tokenization

@testable import Evaluation

/// Prompts that the model has no room for.
@Suite struct PromptBuilderTests {
    private let evaluator: Evaluator
    private let shots = SmallModel.questions("philosophy", .dev, 3)
    private let questions: [Question]

    init() throws {
        evaluator = try SmallModel.evaluator()
        var questions = SmallModel.questions("philosophy", .test, 4)
        // The second question is longer by two shots, the third by three and a half.
        let shot = try evaluator.tokenizer.encode(Hendrycks().shot(shots[1], rationale: nil)).count
        let fox =
            try evaluator.tokenizer.encode("a fox a fox").count
            - evaluator.tokenizer.encode("a fox").count
        questions[1].question += String(repeating: " a fox", count: 2 * shot / fox)
        questions[2].question += String(repeating: " a fox", count: 7 * shot / (2 * fox))
        self.questions = questions
    }

    private func prefix(_ shots: [Question]) -> PromptPrefix {
        PromptPrefix(Hendrycks(), topic: "philosophy", shots: shots)
    }

    private func count(_ question: Question, shots count: Int) throws -> Int {
        let text = try prefix(Array(shots.prefix(count))).prompt(asking: question).text
        return try evaluator.tokenizer.encode(text).count
    }

    private func writer(
        longest: Int, _ tooLong: PromptBuilder.TooLong, _ scoring: Scoring = .letter
    ) throws -> PromptBuilder {
        try PromptBuilder(
            PromptEncoder(evaluator.tokenizer), scoring: scoring, longest: longest, tooLong: tooLong
        )
    }

    private func groups(_ writer: PromptBuilder) throws -> [PromptGroup] {
        try writer.groups(
            subject: "philosophy", shots: shots, questions: questions, prefix: prefix)
    }

    @Test func `a question without room shows as many of the first shots as fit`() throws {
        // With room for the second and two shots, the third fits without any, the others with three.
        let room = try count(questions[1], shots: 2)
        #expect(try count(questions[2], shots: 0) <= room)
        #expect(try count(questions[2], shots: 1) > room)
        #expect(try count(questions[1], shots: 3) > room)
        let groups = try groups(writer(longest: room, .dropShots))
        #expect(groups.map { $0.shots.count } == [3, 2, 0])
        #expect(groups.map(\.shotCount) == [3, 3, 3])
        #expect(
            groups.map { $0.questions.map(\.question.id.row) } == [[0, 3], [1], [2]])
        for group in groups {
            #expect(group.shots == Array(shots.prefix(group.shots.count)))
            for item in group.questions {
                let text = try prefix(group.shots).prompt(asking: item.question).text
                #expect(try group.prefix + item.suffix == evaluator.tokenizer.encode(text))
            }
        }
        var answers: [Answer] = []
        try evaluator.answerByLetter(groups) { answers += $0 }
        #expect(answers.map(\.shots) == [3, 3, 3, 3])
    }

    @Test func `with room for all there is one group, however long prompts are treated`() throws {
        let room = try questions.map { try count($0, shots: 3) }.max() ?? 0
        for tooLong in PromptBuilder.TooLong.allCases {
            let groups = try groups(writer(longest: room, tooLong))
            #expect(groups.map { $0.shots.count } == [3])
            #expect(groups[0].questions.count == 4)
        }
    }

    @Test func `a prompt without room is refused with what it has and what would help`() throws {
        let count = try count(questions[2], shots: 3)
        expectRefusal(
            "the 3-shot prompt of philosophy test row 2 has \(count) tokens; the model has room "
                + "for \(count - 1): use fewer --shots, or --too-long drop-shots or skip"
        ) { try groups(writer(longest: count - 1, .refuse)) }
        let bare = try self.count(questions[2], shots: 0)
        expectRefusal(
            "the 0-shot prompt of philosophy test row 2 has \(bare) tokens; the model has room "
                + "for \(bare - 1): use a model with a longer context, or --too-long skip"
        ) { try groups(writer(longest: bare - 1, .dropShots)) }
    }

    @Test func `a prompt without room is left out where it may be`() throws {
        let counts = try questions.map { try count($0, shots: 3) }
        let most = try #require(counts.max())
        let groups = try groups(writer(longest: most - 1, .skip))
        let left = questions.indices.filter { counts[$0] < most }
        #expect(groups.flatMap { $0.questions.map(\.question.id.row) }.sorted() == left)
        #expect(groups.allSatisfy { $0.shots.count == 3 })
        #expect(try self.groups(writer(longest: 5, .skip)).isEmpty)
    }

    @Test func `an answer's room stands in the refusal`() throws {
        let count = try count(questions[2], shots: 3)
        var writer = try writer(longest: count - 1, .refuse)
        writer.maxNewTokens = 9
        let words = refusal { try groups(writer) }
        #expect(
            words?.contains(
                " has \(count) tokens, and its answer up to 9; the model has room for \(count + 8): "
            )
                == true)
    }

    @Test func `a token that the model has no row for is refused, of a choice too`() throws {
        let prompts = try questions.map {
            try TokenizedPrompt(
                of: $0, after: prefix(shots), writer(longest: .max, .refuse, .choice))
        }
        let largest = try #require(prompts.flatMap(\.tokens).max())
        var letters = try writer(longest: .max, .refuse)
        letters.vocabularySize = Int(largest) + 1
        #expect(try groups(letters).count == 1)
        letters.vocabularySize = Int(largest)
        let row = try #require(prompts.firstIndex { $0.tokens.contains(largest) })
        expectRefusal(
            "the 3-shot prompt of philosophy test row \(row) has token \(largest); the model has rows "
                + "for \(largest) tokens: the tokenizer of this checkpoint is needed"
        ) { try groups(letters) }
        let chosen = try #require(prompts.flatMap { $0.choices.joined() }.max())
        var choices = try writer(longest: .max, .refuse, .choice)
        choices.vocabularySize = Int(max(largest, chosen)) + 1
        #expect(try groups(choices).count == 1)
    }

    @Test func `a choice needs room too`() throws {
        let bare = try questions.map { try count($0, shots: 3) }.max() ?? 0
        let choices = try TokenizedPrompt(
            of: questions[2], after: prefix(shots), writer(longest: .max, .refuse, .choice))
        let room = choices.longestCount
        #expect(room > bare)
        #expect(try groups(writer(longest: room, .refuse, .choice)).count == 1)
        let words = refusal { try groups(writer(longest: room - 1, .refuse, .choice)) }
        #expect(words?.contains("has \(room) tokens") == true)
    }

    @Test func `letters are looked at behind every group, and must be the same`() throws {
        let two = try SmallModel.groups(evaluator)
        let letters = try Letter.allCases.map {
            try #require(evaluator.tokenizer.encode(" \($0.rawValue)").first)
        }
        #expect(try evaluator.letterTokens(after: two) == letters)
        // A second group whose prompts end in a token that joins the letter.
        let joining = try SmallModel.evaluator(symbols: SmallModel.symbols + ["? A"])
        let good = try SmallModel.groups(joining)
        let ending = try joining.tokenizer.encode("why?")
        let question = SmallModel.questions("philosophy", .test, 1)[0]
        let bad = PromptGroup(
            subject: "philosophy", shots: [], prefix: [], questions: [(question, ending)])
        #expect(try joining.letterTokens(after: good).count == 4)
        expectRefusal(
            "scoring by letter: ' A' is not one token of its own after the prompt 'hendrycks' "
                + "with this tokenizer; use --scoring generate"
        ) { try joining.letterTokens(after: good + [bad]) }
    }
}
