import Basics
import Benchmarks
import Foundation
import Scoring
import TestSupport
import Testing
import Tracking

@testable import Evaluation
@testable import Experiments

/// Answers that a stopped run left.
@Suite struct AnswerLogTests {
    private let models: [AnsweringModel] = [.base, .adapted(scale: 1)]

    /// A run over eight questions with shots 0 and 1, two repeats.
    private func withRun(
        scoring: Scoring? = nil,
        _ body: (RunDirectory, EvaluationSettings, EvaluationTask) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(tests: ["nutrition": 8], to: folder + "/data")
            let settings = try evaluationSettings(of: folder + "/data") {
                ($0.shots, $0.scoring, $0.generation.repeats) = ([0, 1], scoring, 2)
            }
            let plan = try EvaluationTask(settings, dataset: settings.dataset())
            try "with-base: true\n".write(
                toFile: folder + "/config.yaml", atomically: false, encoding: .utf8)
            try body(RunDirectory(resuming: folder), settings, plan)
        }
    }

    private func log(
        _ run: RunDirectory, _ settings: EvaluationSettings, _ plan: EvaluationTask
    ) throws -> AnswerLog {
        try AnswerLog(
            run, questions: plan.questions, shots: settings.shots, repeats: settings.repeats,
            scoring: settings.scoring, prompt: settings.prompt.name, models: models)
    }

    private func answer(
        _ question: Question, shots: Int = 0, repetition: Int = 0, _ evidence: Answer.Evidence
    ) -> Answer {
        Answer(
            question: question.id, questionHash: question.shortHash, shots: shots,
            repetition: repetition, answer: question.answer, chosen: shots == 0 ? nil : .b,
            evidence: evidence)
    }

    @Test func `answers of either kind are read as they were written`() throws {
        for (scoring, evidence) in [
            (Scoring.generate, Answer.Evidence.text("a \"b\"\nü")),
            (.letter, .letters([-0.1, -12.345678901234567, -1e-9, -3])),
            (.choice, .choices(logprobs: [-1, -2.5, -1e-9, -30], bytes: [3, 14, 1, 5])),
        ] {
            try withRun(scoring: scoring) { run, settings, plan in
                let base = plan.questions.prefix(3).map { answer($0, evidence) }
                let adapted = plan.questions.prefix(2).map { answer($0, shots: 1, evidence) }
                let file = try log(run, settings, plan)
                #expect(file.kept(of: .base) == [])
                try file.append(base, of: .base)
                try file.append(adapted, of: .adapted(scale: 1))
                let again = try log(run, settings, plan)
                #expect(again.kept(of: .base) == base)
                #expect(again.kept(of: .adapted(scale: 1)) == adapted)
            }
        }
    }

    @Test func `a torn last answer is asked again`() throws {
        try withRun(scoring: .generate) { run, settings, plan in
            let answers = plan.questions.prefix(2).map { answer($0, .text("x")) }
            try log(run, settings, plan).append(
                answers, of: .base)
            let path = run.path + "/answers.jsonl"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try String(text.dropLast(3)).write(toFile: path, atomically: false, encoding: .utf8)
            let file = try log(run, settings, plan)
            #expect(file.kept(of: .base) == Array(answers.prefix(1)))
            try file.append([answers[1]], of: .base)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
    }

    @Test func `lines of a version that wrote no content hashes are gone on from`() throws {
        try withRun(scoring: .generate) { run, settings, plan in
            let answers = plan.questions.prefix(2).map { answer($0, .text("x")) }
            var old = answers[0]
            old.questionHash = nil
            try log(run, settings, plan).append(
                [old], of: .base)
            let path = run.path + "/answers.jsonl"
            #expect(try !String(contentsOfFile: path, encoding: .utf8).contains("question_hash"))
            let file = try log(run, settings, plan)
            #expect(file.kept(of: .base) == [answers[0]])
            try file.append([answers[1]], of: .base)
            #expect(
                try RecordedAnswers(folder: run.path)[.base].map(\.questionHash) == [
                    nil, answers[1].questionHash,
                ])
        }
    }

    @Test func `a line that answers nothing of the run is refused`() throws {
        try withRun(scoring: .generate) { run, settings, plan in
            let path = run.path + "/answers.jsonl"
            let question = plan.questions[0]
            let good = try AnswerRecord(
                answer(question, .text("x")), of: .base, scoring: settings.scoring,
                prompt: settings.prompt.name
            ).json.line
            func expectRefused(_ bad: String, line: Int = 2, _ first: String = good) throws {
                try (first + "\n" + bad + "\n").write(
                    toFile: path, atomically: false, encoding: .utf8)
                expectRefusal(
                    "\(path), line \(line): is no answer to a question of this run, or is its "
                        + "second; remove the lines from there on; they are evaluated again"
                ) { try log(run, settings, plan) }
            }
            try expectRefused(good)
            try expectRefused("{}")
            try expectRefused("torn, and yet with an end")
            for (part, other) in [
                ("\"base\"", "\"other\""), ("\"adapter_scale\": 0.0", "\"adapter_scale\": 0.5"),
                ("nutrition", "astronomy"), ("\"row\": 0", "\"row\": 99"),
                (question.shortHash, plan.questions[1].shortHash),
                (question.shortHash, String(question.shortHash.dropLast())),
                ("\"shots\": 0", "\"shots\": 7"), ("\"repeat\": 0", "\"repeat\": 2"),
                ("\"generate\"", "\"letter\""), ("\"prompt\": \"", "\"prompt\": \"x"),
                ("\"answer\": \"A\"", "\"answer\": \"C\""), ("\"text\": \"x\"", "\"text\": null"),
            ] {
                let bad = good.replacing(part, with: other)
                #expect(bad != good)
                try expectRefused(good, line: 1, bad)
            }
        }
    }
}
