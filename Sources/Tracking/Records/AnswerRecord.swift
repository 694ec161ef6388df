import Basics
import Benchmarks
import Foundation
import Scoring

/// A model's answer to one question in one repeat: a line of answers.jsonl, and a row of the
/// store's table `answer`.
public struct AnswerRecord: Hashable, Sendable, FileRecord {
    /// "base" or "adapted".
    public var model: String
    /// 0 for the base model.
    public var adapterScale: Double
    public var subject: String
    public var split: String
    /// From 0, in the subject's file of that split.
    public var row: Int
    /// The first 16 hexadecimal digits of the question's content hash; nil where the run did not
    /// write it.
    public var questionHash: String?
    /// Shown before the question.
    public var shots: Int
    /// From 0.
    public var `repeat`: Int
    /// "letter", "choice" or "generate".
    public var scoring: String
    /// The prompt preset's name; nil in a row of the store, which keeps it with the run.
    public var prompt: String?
    /// The correct letter, "A" to "D".
    public var answer: String
    /// nil where none could be read.
    public var chosen: String?
    public var correct: Bool
    /// Of the letters A to D, in nats.
    public var logprobs: [Double]?
    /// Of the best letter from the second, in nats.
    public var margin: Double?
    /// Log-probabilities of the choices' texts, in nats; the store has them in the column
    /// `logprobs`.
    public var choiceLogprobs: [Double]?
    /// Lengths of the choices' texts.
    public var choiceBytes: [Int]?
    /// The generated text.
    public var text: String?
    /// The subject's, in the run's category map; nil in the file.
    public var category: String?

    package static let omittedKeys: Set = [
        "questionHash", "prompt", "logprobs", "margin", "choiceLogprobs", "choiceBytes", "text",
        "category",
    ]
}

extension AnswerRecord {
    package init(
        _ answer: Answer, of model: AnsweringModel, scoring: Scoring, prompt: String? = nil
    ) {
        self.init(
            model: model.name, adapterScale: model.scale, subject: answer.question.subject,
            split: answer.question.split.rawValue, row: answer.question.row,
            questionHash: answer.questionHash, shots: answer.shots, repeat: answer.repetition,
            scoring: scoring.rawValue, prompt: prompt, answer: answer.answer.rawValue,
            chosen: answer.chosen?.rawValue, correct: answer.isCorrect)
        switch answer.evidence {
        case .letters(let logprobs):
            self.logprobs = logprobs
            margin = answer.margin
        case .choices(let logprobs, let bytes):
            choiceLogprobs = logprobs
            choiceBytes = bytes
        case .text(let text): self.text = text
        }
    }

    /// A line of answers.jsonl; nil where it is none.
    package init?(line: some Sequence<UInt8>) {
        guard let read = try? Self(json: Data(line)), read.prompt != nil else { return nil }
        self = read
    }

    /// nil where the record names no model of ours.
    package var answeringModel: AnsweringModel? {
        switch model {
        case AnsweringModel.base.name where adapterScale == 0: .base
        case AnsweringModel.adapted(scale: 1).name: .adapted(scale: adapterScale)
        default: nil
        }
    }

    /// The record as an `Answer`.
    ///
    /// nil without a text or four log-probabilities, and without four lengths where the
    /// log-probabilities are of choices. Also nil where a name is none of ours.
    package var observation: Answer? {
        let count = Letter.allCases.count
        guard let split = Split(rawValue: split), let answer = Letter(rawValue: answer),
            chosen == nil || Letter(rawValue: chosen ?? "") != nil,
            questionHash.map(ContentHash.isShort) ?? true
        else { return nil }
        let evidence: Answer.Evidence
        if let logprobs, logprobs.count == count {
            evidence = .letters(logprobs)
        } else if let choiceLogprobs, let choiceBytes, choiceLogprobs.count == count,
            choiceBytes.count == count
        {
            evidence = .choices(logprobs: choiceLogprobs, bytes: choiceBytes)
        } else if let text {
            evidence = .text(text)
        } else {
            return nil
        }
        return Answer(
            question: QuestionID(subject: subject, split: split, row: row),
            questionHash: questionHash, shots: shots, repetition: `repeat`, answer: answer,
            chosen: chosen.flatMap(Letter.init(rawValue:)), evidence: evidence)
    }
}
