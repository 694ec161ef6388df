import Benchmarks
import Foundation
import TestSupport
import Testing

@testable import Evaluation
@testable import Experiments

/// What a sweep chooses by and what it reports.
@Suite struct SweepQuestionsTests {
    /// Of two humanities; the first four val rows of one say what test rows say, in capitals.
    private func withSettings(
        _ flags: [String: String] = [:], _ body: (SweepSettings, MMLU) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(
                tests: ["philosophy": 20, "prehistory": 12], val: 9, to: folder)
            let path = folder + "/val/philosophy_val.csv"
            let rows = try String(contentsOfFile: path, encoding: .utf8)
                .split(separator: "\n").map(String.init)
            let copies = (0..<4).map {
                QuestionFolder.row("philosophy", "test", $0).uppercased()
            }
            try (copies + rows.dropFirst(4)).joined(separator: "\n").write(
                toFile: path, atomically: false, encoding: .utf8)
            let given = try GivenLayers(
                [
                    "model": Fixture.pocket, "data": folder, "shots": "0,2", "limit": "15",
                    "holdout": "8", "batch-size": "4", "epochs": "2", "max-new-tokens": "4",
                    "prompt": "plain-cot", "targets": "V", "category": "humanities",
                    "learning-rates": "1e-3,1e-2", "eval-limit": "50",
                ].merging(flags) { $1 }, folder: folder)
            try body(
                SweepSettings(given.layers, model: given.model, world: nil),
                MMLU(folder: URL(filePath: folder)))
        }
    }

    private func questions(_ settings: SweepSettings) throws -> SweepQuestions {
        try SweepQuestions(settings, ModelSession(settings.model)) { _ in }
    }

    @Test func `both samples are disjoint in content from each other and from training`() throws {
        try withSettings { settings, dataset in
            let part = try #require(try questions(settings).parts.first)
            let selection = try #require(part.validation).groups
                .flatMap { $0.questions.map(\.question.contentHash) }
            let reported = part.task.questions.map(\.contentHash)
            let trained = try Sampling.holdout(
                of: .humanities, count: 8, sampleSeed: 0, in: dataset
            ).map(\.contentHash)
            #expect(reported.count == 15)
            // The copies stand in test, and each of those rows is trained on, reported, or left.
            let copies = try dataset.questions(of: "philosophy", in: .val).prefix(4)
                .map(\.contentHash)
            let used = Set(reported + trained)
            #expect(!used.isDisjoint(with: copies))
            let usable = 18 - copies.count { used.contains($0) }
            #expect(selection.count == usable)
            #expect(Set(selection).isDisjoint(with: used))
            #expect(Set(reported).isDisjoint(with: trained))
        }
    }

    @Test func `steps are those of the epochs, or as many as are allowed`() throws {
        try withSettings { settings, _ in
            try #expect(questions(settings).stepCounts == ["humanities": 4])
        }
        try withSettings(["max-steps": "3"]) { settings, _ in
            try #expect(questions(settings).stepCounts == ["humanities": 3])
        }
    }

    @Test func `nothing is tokenised twice, whatever the loss, the rate or the seed`() throws {
        try withSettings(["few-shot-weights": "none,0.5,1", "seeds": "0,1"]) { settings, _ in
            let session = ModelSession(settings.model)
            _ = try SweepQuestions(settings, session) { _ in }
            // What is trained on, reported, and chosen by.
            #expect(session.tokenizedCount == 3)
            let run = Run(
                model: settings.model, evaluation: try settings.evaluation, session: session
            ) { _ in }
            for cell in settings.cells {
                let training = try settings.training(of: cell, stepCount: 4)
                let set = try run.trainingSet(training)
                _ = try run.checkedPrompts(trained: set.hashes ?? [])
                _ = try run.validation(training, trained: set.hashes ?? [])
            }
            #expect(settings.cells.count == 12)
            #expect(session.tokenizedCount == 3)
        }
    }

    @Test func `without a val row to choose by, it is refused before anything is trained`() throws {
        try withSettings(["train-rows": "dev+val"]) { settings, _ in
            let words = refusal { try questions(settings) }
            #expect(
                words?.hasPrefix("--eval-every: all 18 val questions of humanities are trained on")
                    == true, "\(words ?? "")")
        }
    }

    @Test func `where there is one candidate a family, nothing is chosen`() throws {
        try withSettings(["learning-rates": "1e-3", "seeds": "0,1"]) { settings, _ in
            #expect(!settings.selects)
            try #expect(questions(settings).parts.first?.validation == nil)
            #expect(TrialSlot.all(of: settings).map(\.role) == [.base, .report, .report])
        }
        try withSettings(["report": "all"]) { settings, _ in
            #expect(!settings.selects)
            #expect(
                settings.cells.map(settings.title)
                    == ["ZS on V, rate 1e-3", "ZS on V, rate 1e-2"])
        }
    }
}
