import Basics
import Scoring
import Benchmarks
import Evaluation
import Foundation
import Torch

/// answers.jsonl: the answers so far, those of a stopped run among them.
final class AnswerFile {
    private let lines: JSONLinesFile
    private let settings: EvaluationSettings
    private let recorder: RunRecorder?
    /// Of a stopped run, by model, in the file's order.
    private var kept: [AnsweringModel: [Answer]] = [:]

    /// - Parameters:
    ///   - models: who is asked
    ///   - recorder: is given the answers that are kept, then those that are appended
    /// - Throws: `FileError` for a line that answers nothing that this run asks.
    init(
        _ folder: RunDirectory, _ settings: EvaluationSettings, plan: EvaluationTask,
        models: [AnsweringModel], recorder: RunRecorder? = nil
    ) throws {
        self.settings = settings
        self.recorder = recorder
        lines = try folder.lines("answers.jsonl")
        let questions = Dictionary(
            plan.questions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        // Nothing is hashed in a new run.
        let hashes = lines.kept.isEmpty ? [:] : questions.mapValues(\.shortHash)
        var seen: [AnsweringModel: Set<AnswerID>] = [:]
        for (number, text) in lines.kept.enumerated() {
            guard let line = AnswerLine(text), var answer = line.answer,
                let model = line.answeringModel, models.contains(model),
                line.scoring == settings.scoring.rawValue,
                line.prompt == settings.prompt.name,
                questions[answer.question]?.answer == answer.answer,
                answer.questionHash == nil || answer.questionHash == hashes[answer.question],
                settings.shots.contains(answer.shots),
                (0..<settings.repeats).contains(answer.repetition),
                seen[model, default: []].insert(answer.id).inserted
            else {
                throw FileError(
                    path: "\(lines.path), line \(number + 1)",
                    problem: "is no answer to a question of this run, or is its second",
                    remedy: "remove the lines from there on; they are asked again")
            }
            answer.questionHash = hashes[answer.question]
            kept[model, default: []].append(answer)
        }
        for model in models { try recorder?.append(kept(of: model), of: model, settings.scoring) }
    }

    /// The answers that a model need not give again.
    func kept(of model: AnsweringModel) -> [Answer] { kept[model] ?? [] }

    func append(_ answers: [Answer], of model: AnsweringModel) throws {
        try lines.append(answers.map { $0.record(model, settings) })
        try recorder?.append(answers, of: model, settings.scoring)
    }
}

/// A line of answers.jsonl, read.
struct AnswerLine: Decodable {
    let model: String
    let adapter_scale: Double
    let subject: String
    let split: Split
    let row: Int
    /// nil in files of versions that did not write it.
    let question_hash: String?
    let shots: Int
    let `repeat`: Int
    let scoring: String
    let prompt: String
    let answer_: Letter
    let chosen: Letter?
    let correct: Bool
    let logprobs: [Double]?
    let choice_logprobs: [Double]?
    let choice_bytes: [Int]?
    let text: String?

    private enum CodingKeys: String, CodingKey {
        case model, adapter_scale, subject, split, row, question_hash, shots, `repeat`, scoring
        case prompt
        case answer_ = "answer"
        case chosen, correct, logprobs, choice_logprobs, choice_bytes, text
    }

    init?(_ line: String) {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else {
            return nil
        }
        self = read
    }

    /// nil where the file names no model of ours.
    var answeringModel: AnsweringModel? {
        switch model {
        case AnsweringModel.base.name where adapter_scale == 0: .base
        case AnsweringModel.adapted(scale: 1).name: .adapted(scale: adapter_scale)
        default: nil
        }
    }

    /// nil where neither a text nor four log-probabilities stand, with four lengths where they are
    /// of choices, and where what should be a content hash is none.
    var answer: Answer? {
        if let question_hash, !ContentHash.isShort(question_hash) { return nil }
        let evidence: Answer.Evidence
        if let logprobs, logprobs.count == Letter.allCases.count {
            evidence = .letters(logprobs)
        } else if let choice_logprobs, let choice_bytes,
            choice_logprobs.count == Letter.allCases.count,
            choice_bytes.count == Letter.allCases.count
        {
            evidence = .choices(logprobs: choice_logprobs, bytes: choice_bytes)
        } else if let text {
            evidence = .text(text)
        } else {
            return nil
        }
        return Answer(
            question: QuestionID(subject: subject, split: split, row: row),
            questionHash: question_hash, shots: shots, repetition: `repeat`, answer: answer_,
            chosen: chosen, evidence: evidence)
    }
}
