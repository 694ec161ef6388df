import Benchmarks
import Scoring
import TestSupport
import Testing

@testable import Evaluation

/// An evaluation that goes on where another stopped.
@Suite struct ContinuedAnswersTests {
    private let evaluator: Evaluator
    private let groups: [PromptGroup]

    init() throws {
        evaluator = try SmallModel.evaluator()
        groups = try SmallModel.groups(evaluator)
    }

    private var sampling: GenerationSettings {
        var settings = GenerationSettings()
        settings.sampler.temperature = 1.5
        settings.sampler.topK = 0
        settings.maxNewTokens = 6
        settings.repeats = 2
        return settings
    }

    /// The answers of each pass, without those that are there already.
    private func passes(
        _ scoring: Scoring, except answered: [Answer] = [], budget: Int
    ) throws -> [[Answer]] {
        var evaluator = evaluator
        evaluator.maxTokensPerMicroBatch = budget
        evaluator.answered = Set(answered.map(\.id))
        var passes: [[Answer]] = []
        switch scoring {
        case .letter: try evaluator.answerByLetter(groups) { passes.append($0) }
        case .choice:
            try evaluator.answerByChoice(SmallModel.groups(evaluator, scoring: .choice)) {
                passes.append($0)
            }
        case .generate:
            try evaluator.answerByGenerating(groups, sampling) { passes.append($0) }
        }
        return passes
    }

    @Test(arguments: Scoring.allCases)
    func `passes that are answered are left out, the others stay as they are`(
        scoring: Scoring
    ) throws {
        let all = try passes(scoring, budget: 250)
        #expect(all.count >= 3)
        for count in 0...all.count {
            let answered = Array(all.prefix(count).joined())
            #expect(
                try passes(scoring, except: answered, budget: 250) == Array(all.dropFirst(count)))
        }
    }

    @Test func `a pass of letters with one open answer is asked whole`() throws {
        let all = try passes(.letter, budget: 250)
        for open in all[1] {
            let answered = all.joined().filter { $0 != open }
            #expect(try passes(.letter, except: answered, budget: 250) == [all[1]])
        }
    }

    @Test func `of texts only those that are open are generated`() throws {
        let all = try passes(.generate, budget: 250).flatMap { $0 }
        for open in all {
            let answered = all.filter { $0 != open }
            #expect(try passes(.generate, except: answered, budget: 250) == [[open]])
        }
    }

    @Test func `an answer is another with another question, number of shots or repeat`() throws {
        let ids = try Set(passes(.generate, budget: 100_000).joined().map(\.id))
        #expect(ids.count == 14)
        let id = AnswerID(
            question: QuestionID(subject: "philosophy", split: .test, row: 3), shots: 0,
            repetition: 1)
        #expect(ids.contains(id))
        var other = id
        other.shots = 2
        #expect(!ids.contains(other))
    }
}
