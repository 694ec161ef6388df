import Benchmarks
import Foundation
import TestSupport
import Testing

@testable import Evaluation
@testable import Experiments

/// The questions by which a training is watched.
@Suite struct ValidationTests {
    /// Nine val rows of two humanities, one of them equal to a test question, and ten of STEM.
    private func withQuestions(_ body: (EvaluationSettings, MMLU) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(
                tests: ["philosophy": 12, "prehistory": 6], val: 4, to: folder)
            try QuestionFolder.write(tests: ["astronomy": 5], val: 10, to: folder)
            let path = folder + "/val/philosophy_val.csv"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try (text + QuestionFolder.row("philosophy", "test", 3).uppercased() + "\n")
                .write(toFile: path, atomically: false, encoding: .utf8)
            let settings = try evaluationSettings(of: folder, by: Fixture.pocket) {
                ($0.shots, $0.limit, $0.prompt) = ([0, 1], .all, PromptName("plain-cot"))
                $0.generation.maxNewTokens = 4
            }
            try body(settings, MMLU(folder: URL(filePath: folder)))
        }
    }

    private func loaded() throws -> LoadedModel {
        try LoadedModel(modelSettings(Fixture.pocket))
    }

    private func validation(
        _ settings: EvaluationSettings, limit: Int = 100, trained: Set<String> = []
    ) throws -> Validation {
        let loaded = try loaded()
        return try Validation(
            of: .humanities, limit: limit, settings, trained: trained, loaded: loaded,
            tokenizer: loaded.tokenizer())
    }

    private func asked(_ validation: Validation) -> [Question] {
        validation.groups.flatMap { $0.questions.map(\.question) }
    }

    @Test
    func `val rows of the category are evaluated zero-shot, none that is evaluated afterwards`()
        throws
    {
        try withQuestions { settings, dataset in
            let validation = try validation(settings)
            let copy = try dataset.questions(of: "philosophy", in: .val)[4]
            #expect(
                try asked(validation)
                    == dataset.questions(of: .humanities, in: .val).filter { $0 != copy })
            #expect(validation.groups.allSatisfy { $0.shots.isEmpty })
        }
    }

    @Test func `none that is trained on is asked, in whatever split it stands`() throws {
        try withQuestions { settings, dataset in
            let trained =
                try dataset.questions(of: "prehistory", in: .val).prefix(3)
                + dataset.questions(of: "philosophy", in: .val).prefix(1)
            let hashes = Set(trained.map(\.contentHash))
            let questions = try asked(validation(settings, trained: hashes))
            #expect(questions.count == 4)
            #expect(questions.allSatisfy { !hashes.contains($0.contentHash) })
        }
    }

    @Test func `a limit counts questions`() throws {
        try withQuestions { settings, _ in
            try #expect(asked(validation(settings, limit: 3)).count == 3)
        }
    }

    @Test func `where all val rows are trained on, none are left to watch by`() throws {
        try withQuestions { settings, dataset in
            let hashes = Set(try dataset.questions(of: .humanities, in: .val).map(\.contentHash))
            expectRefusal(
                "--eval-every: all 9 val questions of humanities are trained on, shown as "
                    + "demonstrations or evaluated afterwards; train on the holdout, with "
                    + "--few-shot-source pool or dev, or leave it out"
            ) { try validation(settings, trained: hashes) }
        }
    }

    @Test func `each question is answered once, the same whenever it is asked`() throws {
        try withQuestions { settings, _ in
            var settings = settings
            for scoring in Scoring.allCases {
                settings.config.scoring = scoring
                if scoring == .letter { settings.prompt = try Prompts.preset(named: "hendrycks") }
                let validation = try validation(settings)
                var told: [Int] = []
                var longest: [Int] = []
                let parts = try validation.score { event in
                    guard case .validated(let done, let total, let writing) = event else {
                        Issue.record("\(event)")
                        return
                    }
                    told.append(done)
                    #expect(total == 8)
                    if let writing { longest.append(writing.longest) }
                }
                #expect(parts.map(\.score.questionCount) == [8])
                #expect(parts.map(\.shots) == [0])
                #expect(told.last == 8)
                #expect(longest.prefix(3) == (scoring == .generate ? [0, 1, 2] : []))
                #expect(try validation.score { _ in } == parts)
            }
        }
    }
}
