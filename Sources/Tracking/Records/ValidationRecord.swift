import Basics
import Foundation

/// An evaluation while a model trains: a line of evaluations.jsonl.
public struct ValidationRecord: Hashable, Sendable, FileRecord {
    /// Steps made.
    public var step: Int
    public var epoch: Int?
    /// Which questions are evaluated: validation or reported.
    public var source: String?
    public var category: String?
    public var split: String?
    public var shots: Int?
    public var questions: Int
    /// Over all repeats, like the fields after it.
    public var correct: Int
    public var repeats: Int
    public var accuracy: Double
    public var unreadable: Int
    /// Whether the adapter is the best so far.
    public var isBest: Bool
    /// Correct answers to each question, in the sample's order.
    public var correctByQuestion: [Int]?

    private enum CodingKeys: String, CodingKey {
        case step, epoch
        case source = "asked"
        case category, split, shots, questions, correct, repeats, accuracy, unreadable, isBest
        case correctByQuestion
    }

    package init(
        step: Int, epoch: Int, source: String, category: String, split: String, shots: Int,
        questions: Int, correct: Int, repeats: Int, unreadable: Int, isBest: Bool,
        correctByQuestion: [Int]
    ) {
        self.step = step
        self.epoch = epoch
        self.source = source
        self.category = category
        self.split = split
        self.shots = shots
        self.questions = questions
        self.correct = correct
        self.repeats = repeats
        accuracy = Double(correct) / Double(questions * repeats)
        self.unreadable = unreadable
        self.isBest = isBest
        self.correctByQuestion = correctByQuestion
    }

    /// nil where the line is none.
    package init?(line: some Sequence<UInt8>) {
        guard let read = try? Self(json: Data(line)) else { return nil }
        self = read
    }
}

extension MeasurementEntry {
    /// The accuracy of an evaluation while a model trains.
    package init(_ record: ValidationRecord) {
        guard record.source == "reported", let category = record.category,
            let shots = record.shots
        else {
            self.init("validationAccuracy", "step \(record.step)", record.accuracy)
            return
        }
        self.init(
            "checkpointAccuracy", "step \(record.step), \(shots)-shot \(category)", record.accuracy)
    }
}
