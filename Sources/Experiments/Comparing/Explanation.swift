import Basics
import Benchmarks
import Evaluation
import Scoring
import Torch
import Tracking

/// An explanation of why two results differ: differences in settings, in questions and prompts, and
/// in answers.
public struct Explanation: Sendable {
    /// A value that differs between the two results; nil where one of them lacks it.
    public struct Difference: Sendable, Equatable, FileRecord {
        public let name: String
        public let first: String?
        public let second: String?
    }

    public let first: String
    public let second: String
    /// The loss that differences are tested against, in percentage points.
    public let marginPoints: Double
    /// Differences by name; the shots of subjects come last.
    public let differences: [Difference]
    /// nil unless both folders have an answers.jsonl.
    public let answers: [AnswerComparison]?

    /// - Parameters:
    ///   - models: which of the first's models are compared with which of the second's
    ///   - marginPoints: the loss that differences are tested against, in percentage points
    /// - Throws: `UsageError` where no model of one can be compared with one of the other;
    ///   `FileError` where both have answers, and no question of one is a question of the other.
    public init(
        _ first: ResultsRecord, _ second: ResultsRecord, models: ModelPairs,
        marginPoints: Double = ComparisonTable.usualMarginPoints
    ) throws {
        self.marginPoints = marginPoints
        self.first = first.path
        self.second = second.path
        differences =
            Self.differences(first.facts, second.facts)
            + Self.differences(first.shots, second.shots) + Self.prompts(first, second)
        let pairs = try models.pairs(first, second)
        if let one = first.answers, let other = second.answers {
            let isOneSource =
                ModelPairs.areOfOneRun(first, second)
                || first.promptChecksum != nil && first.promptChecksum == second.promptChecksum
            let map = try RunDirectory.categoryMap(in: first.folder)
            let found = try pairs.map {
                try AnswerComparison(
                    ($0.0, one[$0.0]), ($0.1, other[$0.1]), by: map,
                    areOfOneSource: isOneSource, marginPoints: marginPoints)
            }
            if found.allSatisfy({ $0.commonCount == 0 }), let none = found.first {
                throw none.refusal(of: "\(first.path), \(second.path)")
            }
            answers = found
        } else {
            answers = nil
        }
    }

    /// The difference in prompt checksums, where both have one: shots in the same rows may have
    /// other words.
    private static func prompts(
        _ first: ResultsRecord, _ second: ResultsRecord
    ) -> [Difference] {
        guard let one = first.promptChecksum, let other = second.promptChecksum, one != other
        else { return [] }
        return [
            Difference(
                name: "checksum of all prompts", first: String(one.prefix(16)),
                second: String(other.prefix(16)))
        ]
    }

    /// The settings of evaluation that differ, where both results record them: the prompt, the
    /// shots, and how answers were taken.
    public var askedOtherwise: [Difference] {
        let settings = [
            "prompt", "chat-template", "scoring", "shot-source", "shot-order", "shot-seed",
            "shot-rationales", "too-long",
        ]
        return differences.filter { settings.contains($0.name) }
    }

    /// The number of subjects that have as many shots in both results, but different ones.
    public var otherShotsCount: Int {
        let names = differences.filter { $0.first != nil && $0.second != nil }
            .compactMap { $0.name.split(separator: " shots of ").dropFirst().first }
        return Set(names).count
    }

    private static func differences(
        _ first: [(name: String, value: String)], _ second: [(name: String, value: String)]
    ) -> [Difference] {
        let here = Dictionary(first.map { ($0.name, $0.value) }) { one, _ in one }
        let there = Dictionary(second.map { ($0.name, $0.value) }) { one, _ in one }
        let names = first.map(\.name) + second.map(\.name).filter { here[$0] == nil }
        return names.filter { here[$0] != there[$0] }.map {
            Difference(name: $0, first: here[$0], second: there[$0])
        }
    }
}
