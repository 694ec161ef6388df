import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Which settings a family chooses, by hand-made scores.
@Suite struct SelectionRuleTests {
    private func score(_ correct: Int, of count: Int = 80) -> ValidationScore {
        ValidationScore(correctCount: correct, questionCount: count)
    }

    private func winner(_ entries: [(Double, Double?, Int)]) -> Hyperparameters? {
        SelectionRule.winner(
            of: entries.map {
                (Hyperparameters(learningRate: $0.0, fewShotWeight: $0.1), score($0.2))
            })
    }

    @Test func `most right answers win`() {
        let chosen = winner([(1e-4, nil, 40), (1e-3, nil, 61), (1e-2, nil, 60)])
        #expect(chosen == Hyperparameters(learningRate: 1e-3, fewShotWeight: nil))
    }

    @Test func `of several as good the lowest rate wins, in whatever order they stand`() {
        let entries: [(Double, Double?, Int)] = [
            (1e-2, nil, 80), (1e-3, nil, 80), (3e-4, nil, 79), (3e-3, nil, 80),
        ]
        let expected = Hyperparameters(learningRate: 1e-3, fewShotWeight: nil)
        #expect(winner(entries) == expected)
        #expect(winner(entries.reversed()) == expected)
    }

    @Test func `of several at the lowest rate the lowest weight wins`() {
        let chosen = winner([
            (1e-2, 0.1, 80), (1e-3, 1, 80), (1e-3, 0.3, 80), (3e-4, 0.1, 70),
        ])
        #expect(chosen == Hyperparameters(learningRate: 1e-3, fewShotWeight: 0.3))
    }

    @Test func `without candidates nobody wins`() { #expect(winner([]) == nil) }

    @Test func `a run says how the adapter that it kept answered`() throws {
        try Fixture.withTemporaryFolder { folder in
            func line(_ step: Int, _ correct: Int, best: Bool) -> String {
                "{\"step\": \(step), \"questions\": 20, \"correct\": \(correct), \"repeats\": 2, \"unreadable\": 1, "
                    + "\"accuracy\": 0.5, \"is_best\": \(best)}\n"
            }
            try
                (line(2, 9, best: true) + line(4, 12, best: true) + line(6, 11, best: false)
                + "{\"step\": 8")
                .write(
                    toFile: folder + "/evaluations.jsonl", atomically: false, encoding: .utf8)
            #expect(
                try ValidationScore(run: folder, keeps: .last)
                    == ValidationScore(
                        correctCount: 11, questionCount: 20, repeatCount: 2, unreadableCount: 1))
            #expect(try ValidationScore(run: folder, keeps: .best).correctCount == 12)
            #expect(try ValidationScore(run: folder, keeps: .best).accuracy == 0.3)
        }
    }

    @Test func `a run that says nothing is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            expectRefusal(
                "\(folder)/evaluations.jsonl: does not say how the kept adapter answered; the file "
                    + "that the run wrote is needed"
            ) { try ValidationScore(run: folder, keeps: .last) }
        }
    }
}
