import Foundation
import Tracking
import Testing

/// The only run of a store, to hold beside its folder.
struct StoredRun {
    let store: Store
    let run: RunEntry

    init(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        store = try Store(reading: path)
        let runs = try store.runs()
        #expect(runs.count == 1, sourceLocation: sourceLocation)
        run = try #require(runs.first, sourceLocation: sourceLocation)
    }

    /// Expects every line of metrics.jsonl and answers.jsonl as a row, and the numbers of
    /// results.json in the views.
    func expectSame(
        as folder: String, _ note: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(run.state == .finished, "\(note)", sourceLocation: sourceLocation)
        #expect(
            try JSONText.file(folder + "/run.json").text("id") == run.id,
            sourceLocation: sourceLocation)
        let steps: [StepLine] = try Self.lines(folder + "/metrics.jsonl")
        #expect(
            try store.steps(of: run.id).map(Self.words) == steps.map(Self.words), "\(note)",
            sourceLocation: sourceLocation)
        let answers: [AnswerLine] = try Self.lines(folder + "/answers.jsonl")
        #expect(!answers.isEmpty, sourceLocation: sourceLocation)
        let found = try store.answers(of: run.id)
        #expect(
            found.map(Self.words).sorted() == answers.map(Self.words).sorted(), "\(note)",
            sourceLocation: sourceLocation)
        let results = try JSONDecoder().decode(
            Results.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/results.json")))
        try expectSame(
            try store.accuracies(of: [run.id]), as: results.accuracy, note, sourceLocation)
        try expectSame(
            try store.subjectAccuracies(of: [run.id]), as: results.subjects, note, sourceLocation)
    }

    private func expectSame(
        _ rows: [AccuracyEntry], as lines: [Results.Line], _ note: String, _ place: SourceLocation
    ) throws {
        #expect(!lines.isEmpty && rows.count == lines.count, "\(note)", sourceLocation: place)
        for line in lines {
            let row = try #require(
                rows.first {
                    $0.model == line.model && $0.adapterScale == line.adapter_scale
                        && $0.shots == line.shots && $0.scoring == line.scoring
                        && (line.category == nil || $0.category == line.category)
                        && $0.subject == line.subject
                }, sourceLocation: place)
            #expect(row.mean == line.mean, "\(note)", sourceLocation: place)
            #expect(row.questions == line.questions, sourceLocation: place)
            #expect(row.repeats == line.repeats, sourceLocation: place)
            #expect(row.unreadable == line.unreadable, sourceLocation: place)
            for (found, right) in [
                (row.standardError, line.standard_error),
                (row.itemStandardError, line.item_standard_error),
            ] {
                #expect((found == nil) == (right == nil), sourceLocation: place)
                if let found, let right {
                    // Rounded once or twice more on the one way than on the other.
                    #expect(abs(found - right) <= 1e-14 * right, "\(line)", sourceLocation: place)
                }
            }
        }
    }

    /// results.json.
    private struct Results: Decodable {
        struct Line: Decodable {
            let model: String
            let adapter_scale: Double
            let category: String?
            let subject: String?
            let shots: Int
            let scoring: String
            let mean: Double
            let standard_error: Double?
            let item_standard_error: Double?
            let questions: Int
            let repeats: Int
            let unreadable: Int
        }

        let accuracy: [Line]
        let subjects: [Line]
    }

    /// Lines of the folder's files. Foundation's untyped reader rounds some numbers otherwise.
    private struct StepLine: Decodable {
        let step: Int
        let epoch: Int
        let loss: Double?
        let zero_shot_loss: Double?
        let few_shot_loss: Double?
        let few_shot_weight: Double
        let learning_rate: Double
        let grad_norm: Double?
        let tokens: Int
        let tokens_per_second: Double
    }

    private struct AnswerLine: Decodable {
        let model: String
        let adapter_scale: Double
        let subject: String
        let split: String
        let row: Int
        let shots: Int
        let `repeat`: Int
        let scoring: String
        let answer: String
        let chosen: String?
        let correct: Bool
        let logprobs: [Double]?
        let margin: Double?
        let text: String?
    }

    private static func lines<Line: Decodable>(_ path: String) throws -> [Line] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
    }

    private static func words(_ step: StepEntry) -> String {
        words([
            step.step, step.epoch, step.loss, step.zeroShotLoss, step.fewShotLoss,
            step.fewShotWeight, step.learningRate, step.gradientNorm, step.tokens,
            step.tokensPerSecond,
        ])
    }

    private static func words(_ line: StepLine) -> String {
        words([
            line.step, line.epoch, line.loss, line.zero_shot_loss, line.few_shot_loss,
            line.few_shot_weight, line.learning_rate, line.grad_norm, line.tokens,
            line.tokens_per_second,
        ])
    }

    private static func words(_ line: AnswerLine) -> String {
        words([
            line.model, line.adapter_scale, line.subject, line.split, line.row, line.shots,
            line.repeat, line.scoring, line.answer, line.chosen, line.correct, line.logprobs,
            line.margin, line.text,
        ])
    }

    private static func words(_ answer: AnswerEntry) -> String {
        let logprobs = answer.logprobs.flatMap {
            try? JSONDecoder().decode([Double].self, from: Data($0.utf8))
        }
        return words([
            answer.model, answer.adapterScale, answer.subject, answer.split, answer.row,
            answer.shots, answer.repeat, answer.scoring, answer.answer, answer.chosen,
            answer.correct, logprobs, answer.margin, answer.text,
        ])
    }

    private static func words(_ values: [Any?]) -> String {
        values.map { $0.map { "\($0)" } ?? "nil" }.joined(separator: " | ")
    }
}
