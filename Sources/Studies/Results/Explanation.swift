import Benchmarks
import Evaluation
import Foundation
import Torch

/// Why two results differ: what was set otherwise, what was asked otherwise, what was answered
/// otherwise.
public struct Explanation: Sendable {
    /// Something that the two say otherwise; nil where one of them does not say it.
    public struct Difference: Sendable, Equatable {
        public let name: String
        public let first: String?
        public let second: String?
    }

    public let first: String
    public let second: String
    /// By name; shots of subjects after the rest.
    public let differences: [Difference]
    /// nil unless answers.jsonl lies beside both.
    public let answers: [AnswerComparison]?

    /// - Parameters:
    ///   - models: which of the first's models is set beside which of the second's; nil is the same
    ///     model of both, or in one and the same results the base model beside each adapted one
    /// - Throws: `UsageError` where no model of one can be set beside one of the other.
    public init(
        _ first: ResultsDocument, _ second: ResultsDocument,
        models: (AnsweringModel, AnsweringModel)? = nil
    ) throws {
        self.first = first.path
        self.second = second.path
        differences =
            Self.differences(first.facts, second.facts)
            + Self.differences(first.shots, second.shots)
        let pairs = try Self.pairs(first, second, models)
        if let one = first.answers, let other = second.answers {
            answers = try pairs.map { try AnswerComparison((one, $0.0), (other, $0.1)) }
        } else {
            answers = nil
        }
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

    private static func pairs(
        _ first: ResultsDocument, _ second: ResultsDocument,
        _ wanted: (AnsweringModel, AnsweringModel)?
    ) throws -> [(AnsweringModel, AnsweringModel)] {
        if let wanted {
            for (document, model) in [(first, wanted.0), (second, wanted.1)]
            where !document.models.contains(model) {
                throw UsageError(
                    "--models: \(document.path) has no \(model.label); it has "
                        + document.models.map(\.label).joined(separator: ", "))
            }
            return [wanted]
        }
        let isSame = resolved(first.path) == resolved(second.path)
        let pairs =
            isSame
            ? first.models.filter { $0 != .base && first.models.contains(.base) }
                .map { (AnsweringModel.base, $0) }
            : first.models.filter(second.models.contains).map { ($0, $0) }
        if !pairs.isEmpty { return pairs }
        if isSame, first.models.count == 1 {
            throw UsageError(
                "\(first.path) has only \(first.models[0].label); there is no second model to set "
                    + "beside it")
        }
        guard first.models.count == 1, second.models.count == 1, !isSame else {
            throw UsageError(
                "\(first.path) has \(first.models.map(\.label).joined(separator: ", ")), "
                    + "\(second.path) has \(second.models.map(\.label).joined(separator: ", ")); "
                    + "name two of them by --models FIRST,SECOND")
        }
        return [(first.models[0], second.models[0])]
    }

    /// The place itself, however it is written.
    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardized.path
    }
}
