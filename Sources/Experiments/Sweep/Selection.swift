import Basics
import Benchmarks
import Foundation
import Statistics
import Torch
import Tracking
import Training

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
        let lines = try (FileFormat.jsonLines.lines(of: path) ?? []).filter(\.isEnded)
            .compactMap { ValidationRecord(line: $0.bytes) }
        let kept =
            switch rule {
            case .last: lines.last
            case .best: lines.last(where: \.isBest)
            }
        let limit = 1_000_000_000
        guard let kept, (1...limit).contains(kept.questions), (1...limit).contains(kept.repeats),
            (0...kept.questions * kept.repeats).contains(kept.correct),
            (0...kept.questions * kept.repeats).contains(kept.unreadable)
        else {
            throw FileError(
                path: path, problem: "does not say how the kept adapter answered",
                remedy: "the file that the run wrote is needed")
        }
        let counts = kept.correctByQuestion.flatMap { counts in
            counts.count == kept.questions && counts.allSatisfy { (0...limit).contains($0) }
                && counts.reduce(0, +) == kept.correct ? counts : nil
        }
        self.init(
            correctCount: kept.correct, questionCount: kept.questions, repeatCount: kept.repeats,
            unreadableCount: kept.unreadable, correctByQuestion: counts)
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
