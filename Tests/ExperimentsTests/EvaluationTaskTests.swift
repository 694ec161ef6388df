import Basics
import Benchmarks
import Experiments
import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct EvaluationTaskTests {
    /// Two humanities of 30 and 20 test questions, a small subject of "other".
    private func withQuestions(_ body: (String, MMLU) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(
                tests: ["philosophy": 30, "world_religions": 20, "nutrition": 8], to: folder)
            try body(folder, MMLU(folder: URL(fileURLWithPath: folder)))
        }
    }

    /// Zero-shot, all questions without the holdout.
    private func settings(of folder: String, holdout: Int) throws -> EvaluationSettings {
        try evaluationSettings(of: folder) {
            ($0.holdout, $0.limit, $0.shots) = (holdout, .all, [0])
        }
    }

    private func append(_ row: String, to path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try (text + row + "\n").write(toFile: path, atomically: false, encoding: .utf8)
    }

    private func hashes(_ questions: [Question]) -> Set<String> {
        Set(questions.map(\.contentHash))
    }

    @Test func `the holdout is never asked, nor a question equal to one of it`() throws {
        try withQuestions { folder, dataset in
            let settings = try settings(of: folder, holdout: 10)
            let held = try TrainRows.holdout.questions(
                of: .humanities, in: dataset, sampleSeed: 0, holdoutCount: 10)
            let plan = try EvaluationTask(settings, dataset: dataset)
            #expect(hashes(plan.questions).isDisjoint(with: hashes(held)))
            #expect(plan.questions.count == 40 + 8)
            #expect(plan.leftOutCount == 10)
        }
    }

    @Test func `a copy of a held-out question is left out too`() throws {
        try withQuestions { folder, dataset in
            // With a holdout of all but one the copy of some row is certain to be of a held-out one
            // unless the draw holds out the copy itself, which leaves out the row.
            let row = QuestionFolder.row("philosophy", "test", 4)
            try append(row.uppercased(), to: folder + "/test/philosophy_test.csv")
            let settings = try settings(of: folder, holdout: 50)
            let held = try TrainRows.holdout.questions(
                of: .humanities, in: dataset, sampleSeed: 0, holdoutCount: 50)
            let all = try dataset.questions(of: .humanities, in: .test)
            let plan = try EvaluationTask(settings, dataset: dataset)
            #expect(hashes(plan.questions).isDisjoint(with: hashes(held)))
            let askable = all.filter { !hashes(held).contains($0.contentHash) }
            #expect(plan.questions.filter { $0.id.subject != "nutrition" } == askable)
        }
    }

    @Test func `what an adapter was trained on is never asked, and is counted`() throws {
        try withQuestions { folder, dataset in
            let settings = try settings(of: folder, holdout: 10)
            let base = try EvaluationTask(settings, dataset: dataset)
            let trained = hashes(Array(base.questions.prefix(7)))
            let plan = try EvaluationTask(settings, dataset: dataset, trained: trained)
            #expect(plan.questions == Array(base.questions.dropFirst(7)))
            #expect(plan.leftOutCount == base.leftOutCount + 7)
        }
    }

    @Test func `every seed asks the same, another sample seed asks others`() throws {
        try withQuestions { folder, dataset in
            func asked(seed: Int = 0, sampleSeed: Int = 0) throws -> [Question] {
                let settings = try evaluationSettings(of: folder) {
                    ($0.holdout, $0.limit, $0.shots) = (10, .count(6), [0])
                    ($0.seed, $0.sampleSeed) = (seed, sampleSeed)
                }
                return try EvaluationTask(settings, dataset: dataset).questions
            }
            let first = try asked()
            #expect(first.count == 12)
            #expect(try asked(seed: 1) == first)
            #expect(try asked(sampleSeed: 1) != first)
        }
    }

    @Test func `a category with no more than the holdout keeps all its questions`() throws {
        try withQuestions { folder, dataset in
            let settings = try settings(of: folder, holdout: 8)
            let plan = try EvaluationTask(settings, dataset: dataset)
            #expect(plan.questions.count { $0.id.subject == "nutrition" } == 8)
            #expect(plan.questions.count == 42 + 8)
        }
    }

    @Test func `only the given categories are evaluated, in proportion`() throws {
        try withQuestions { folder, dataset in
            let settings = try evaluationSettings(of: folder) {
                $0.categories = CategoryList([.humanities])
                ($0.limit, $0.shots) = (.count(10), [0])
            }
            let plan = try EvaluationTask(settings, dataset: dataset)
            #expect(plan.questions.count { $0.id.subject == "philosophy" } == 6)
            #expect(plan.questions.count { $0.id.subject == "world_religions" } == 4)
            let words = refusal {
                try EvaluationTask(
                    evaluationSettings(of: folder) { $0.categories = CategoryList([.stem]) },
                    dataset: dataset)
            }
            #expect(words == "\(folder): has no test question of stem to evaluate")
        }
    }

    @Test func `shots are dev then val, none of them asked`() throws {
        try withQuestions { folder, dataset in
            let asked = QuestionFolder.row("nutrition", "dev", 1)
            try append(asked.uppercased(), to: folder + "/test/nutrition_test.csv")
            let settings = try evaluationSettings(of: folder) {
                $0.categories = CategoryList([.other])
                ($0.limit, $0.shots) = (.all, [2, 7])
            }
            let plan = try EvaluationTask(settings, dataset: dataset)
            func places(_ count: Int) -> [String] {
                (plan.shots[count]?["nutrition"] ?? []).map { "\($0.id.split) \($0.id.row)" }
            }
            #expect(plan.questions.count == 9)
            #expect(places(2) == ["dev 0", "dev 2"])
            #expect(
                places(7) == ["dev 0", "dev 2", "dev 3", "dev 4", "val 0", "val 1", "val 2"])
            for shots in plan.shots.values {
                for shown in shots.values {
                    #expect(hashes(shown).isDisjoint(with: hashes(plan.questions)))
                }
            }
        }
    }

    @Test func `shots from the training pool are of the holdout`() throws {
        try withQuestions { folder, dataset in
            let settings = try evaluationSettings(of: folder) {
                $0.categories = CategoryList([.humanities])
                ($0.holdout, $0.shotSource, $0.shots) = (10, .trainPool, [3])
            }
            let held = try TrainRows.holdout.questions(
                of: .humanities, in: dataset, sampleSeed: 0, holdoutCount: 10)
            let shots = try EvaluationTask(settings, dataset: dataset).shots[3]
            #expect(shots?["philosophy"] == Array(held.prefix(3)))
        }
    }

    @Test func `prompts leave room for the answer`() throws {
        try withQuestions { folder, dataset in
            let settings = try evaluationSettings(of: folder) {
                ($0.limit, $0.shots, $0.scoring) = (.count(2), [0, 1], .generate)
                $0.generation.maxNewTokens = 30
            }
            let tokenizer = try smallTokenizer()
            let plan = try EvaluationTask(settings, dataset: dataset)
            let groups = try plan.groups(tokenizer: tokenizer, contextLength: 2000)
            #expect(groups.map { $0.shots.count } == [0, 0, 0, 1, 1, 1])
            #expect(
                groups.map(\.subject)
                    == Array(
                        ["nutrition", "philosophy", "world_religions"] + [
                            "nutrition", "philosophy", "world_religions",
                        ]))
            let longest =
                groups.flatMap { group in
                    group.questions.map { group.prefix.count + $0.suffix.count }
                }.max() ?? 0
            #expect(
                try plan.groups(tokenizer: tokenizer, contextLength: longest + 30).count == 6)
            let words = refusal {
                try plan.groups(tokenizer: tokenizer, contextLength: longest + 29)
            }
            #expect(
                words?.contains(
                    " has \(longest) tokens, and its answer up to 30; the model has room for "
                        + "\(longest + 29): use fewer --shots") == true)
        }
    }
}
