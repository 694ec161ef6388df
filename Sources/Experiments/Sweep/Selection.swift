import Training
import Basics
import Benchmarks
import Foundation
import Statistics
import Torch
import Tracking

/// A candidate's score on the validation questions, by which its group chooses.
public struct ValidationScore: Sendable, Equatable {
    public let correctCount: Int
    public let questionCount: Int
    /// The number of answers to each question.
    public let repeatCount: Int
    /// Answers from which no letter could be parsed; they count as wrong.
    public let unreadableCount: Int
    /// Correct answers to each question; nil in files of versions that did not write them.
    public let correctByQuestion: [Int]?

    public var answerCount: Int { questionCount * repeatCount }
    public var accuracy: Double { Double(correctCount) / Double(answerCount) }

    init(
        correctCount: Int, questionCount: Int, repeatCount: Int = 1, unreadableCount: Int = 0,
        correctByQuestion: [Int]? = nil
    ) {
        self.correctByQuestion = correctByQuestion
        self.correctCount = correctCount
        self.questionCount = questionCount
        self.repeatCount = repeatCount
        self.unreadableCount = unreadableCount
    }

    /// The score of a run's kept adapter, from its evaluations.jsonl.
    ///
    /// - Throws: `FileError` where the file has no score.
    init(run folder: String, keeps rule: CheckpointConfig.Adapter) throws {
        let path = folder + "/" + RunFile.evaluations
        let text = try InputFile.contents(of: path)
            .map { String(decoding: $0, as: UTF8.self) }
        let lines = (text ?? "").split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().compactMap {
                try? JSONValue(parsing: $0.utf8)
            }
        let kept: JSONValue? =
            switch rule {
            case .last: lines.last
            case .best: lines.last { $0["is_best"]?.isTrue == true }
            }
        let limit = 1_000_000_000
        guard let correct = kept?["correct"]?.whole, let count = kept?["questions"]?.whole,
            let repeats = kept?["repeats"]?.whole,
            let unreadable = kept?["unreadable"]?.whole, (1...limit).contains(count),
            (1...limit).contains(repeats), (0...count * repeats).contains(correct),
            (0...count * repeats).contains(unreadable)
        else {
            throw FileError(
                path: path, problem: "does not say how the kept adapter answered",
                remedy: "the file that the run wrote is needed")
        }
        self.init(
            correctCount: correct, questionCount: count, repeatCount: repeats,
            unreadableCount: unreadable, correctByQuestion: Self.byQuestion(kept))
    }
}

extension ValidationScore {
    /// nil where a line has no such value, or an impossible one.
    private static func byQuestion(_ line: JSONValue?) -> [Int]? {
        guard let counts = line?["correct_by_question"]?.elements else { return nil }
        let whole = counts.compactMap(\.whole)
        guard whole.count == counts.count, whole.allSatisfy({ (0...1_000_000_000).contains($0) }),
            whole.reduce(0, +) == line?["correct"]?.whole,
            whole.count == line?["questions"]?.whole
        else { return nil }
        return whole
    }
}

/// The rule by which a group chooses its hyperparameters.
public enum SelectionRule {
    /// The rule's text in results.json.
    public static let text =
        "most right zero-shot answers to the selection sample of the target category by the "
        + "first seed; of several as good the lowest learning rate, then the lowest few-shot weight"

    /// - Parameter scores: scores of the candidates whose training is complete
    /// - Returns: nil without any
    public static func winner(of scores: [(Hyperparameters, ValidationScore)]) -> Hyperparameters? {
        ranked(scores).first?.0
    }

    /// The candidates by rank, the winner first.
    private static func ranked(
        _ scores: [(Hyperparameters, ValidationScore)]
    ) -> [(Hyperparameters, ValidationScore)] {
        func rank(_ entry: (Hyperparameters, ValidationScore)) -> [Double] {
            [-entry.1.accuracy] + preference(entry.0)
        }
        return scores.sorted { rank($0).lexicographicallyPrecedes(rank($1)) }
    }

    /// Breaks ties: the lowest learning rate wins, then the lowest few-shot weight.
    private static func preference(_ candidate: Hyperparameters) -> [Double] {
        [candidate.learningRate, candidate.fewShotWeight ?? 0]
    }

    /// The stability of the choice; nil where the runs do not record which questions were answered
    /// correctly, or there is one candidate.
    static func stability(of scores: [(Hyperparameters, ValidationScore)]) -> ChoiceStability? {
        let candidates = scores.sorted {
            preference($0.0).lexicographicallyPrecedes(preference($1.0))
        }.compactMap { entry in
            entry.1.correctByQuestion.map { $0.map { Double($0) / Double(entry.1.repeatCount) } }
        }
        guard candidates.count == scores.count, candidates.count > 1 else { return nil }
        var generator = SeededGenerator(seed: 0, for: ["selection"])
        return try? ChoiceStability(candidates, using: &generator)
    }
}

extension JSONValue {
    var isTrue: Bool {
        if case .bool(true) = self { true } else { false }
    }
}
