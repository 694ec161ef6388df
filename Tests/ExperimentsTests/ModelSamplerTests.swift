import Benchmarks
import Evaluation
import Foundation
import Rationales
import TestSupport
import Testing

@testable import Experiments

/// Rationales that a loaded model draws.
@Suite struct ModelSamplerTests {
    @Test func `an interruption ends the texts between two tokens`() throws {
        struct Enough: Error {}
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(tests: ["philosophy": 4], val: 4, to: folder)
            let evaluation = try evaluationSettings(of: folder, by: Fixture.pocket) {
                ($0.shots, $0.prompt) = ([0], PromptName("plain-cot"))
                $0.generation.maxNewTokens = 50
            }
            let questions = try MMLU(folder: URL(filePath: folder))
                .questions(of: "philosophy", in: .val)
            let sampler = try ModelSampler(
                model: modelSettings(Fixture.pocket), adapter: nil, evaluation: evaluation,
                of: questions)
            let lessons = try questions.map {
                TeacherRequest(
                    question: $0, prompt: try sampler.prompt(for: $0, withHint: false),
                    hasHint: false, attempt: 0)
            }
            var calls = 0
            #expect(throws: Enough.self) {
                try sampler.sample(
                    lessons,
                    interruption: {
                        calls += 1
                        if calls == 3 { throw Enough() }
                    }, report: { _, _ in Issue.record("no text has ended") })
            }
            #expect(calls == 3)
        }
    }
}
