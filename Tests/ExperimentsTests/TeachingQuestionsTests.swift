import Benchmarks
import Evaluation
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite struct TeachingQuestionsTests {
    @Test func `what may be evaluated is every test question outside the holdouts`() throws {
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(tests: ["philosophy": 30, "nutrition": 8], to: folder)
            let dataset = MMLU(folder: URL(fileURLWithPath: folder))
            let settings = try evaluationSettings(of: folder) {
                ($0.holdout, $0.shots) = (10, [0])
            }
            let taught = try settings.trainingQuestions(of: .humanities, rows: .holdout)
            let evaluable = try settings.evaluableHashes()
            #expect(taught.count == 10)
            #expect(evaluable.count == 20 + 8)
            #expect(evaluable.isDisjoint(with: taught.map(\.contentHash)))
            let nutrition = try dataset.questions(of: "nutrition", in: .test)
            #expect(nutrition.allSatisfy { evaluable.contains($0.contentHash) })
        }
    }
}
