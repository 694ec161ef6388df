import Basics
import Evaluation
import Foundation
import Scoring
import Tracking

/// Which models of two results are compared with each other.
///
/// If both names refer to the same results, each adapted model is compared with their base model.
public enum ModelPairs: Sendable {
    /// The same models of both results: whether their answers have changed.
    case same
    /// The subject of each result: its adapted models, or its base model where it has no other.
    ///
    /// Adapted models of the same scale are paired; a base model is paired with each adapted one.
    case subjects
    case named(AnsweringModel, AnsweringModel)

    /// - Throws: `UsageError` where there is no such pair.
    func pairs(
        _ first: ResultsRecord, _ second: ResultsRecord
    ) throws -> [(AnsweringModel, AnsweringModel)] {
        for document in [first, second] where document.models.isEmpty {
            throw UsageError(
                "\(document.path) has no row of accuracy; results with a model's answers are needed"
            )
        }
        if case .named(let one, let other) = self {
            for (document, model) in [(first, one), (second, other)]
            where !document.models.contains(model) {
                throw UsageError(
                    "--models: \(document.path) has no \(model.label); it has \(Self.list(document))"
                )
            }
            return [(one, other)]
        }
        if Self.areOfOneRun(first, second) {
            return try Self.pairs(within: first)
        }
        let (one, other) =
            switch self {
            case .subjects: (Self.subjects(first), Self.subjects(second))
            case .same, .named: (first.models, second.models)
            }
        let same = one.filter(other.contains).map { ($0, $0) }
        if !same.isEmpty { return same }
        if one == [.base] || other == [.base] || one.count == 1 && other.count == 1 {
            return one.flatMap { model in other.map { (model, $0) } }
        }
        throw UsageError(
            "\(first.path) has \(Self.list(first)), \(second.path) has \(Self.list(second)); "
                + "name two of them by --models FIRST,SECOND")
    }

    private static func pairs(
        within document: ResultsRecord
    ) throws -> [(AnsweringModel, AnsweringModel)] {
        let adapted = document.models.filter { $0 != .base }
        guard document.models.count > 1 else {
            throw UsageError(
                "\(document.path) has only \(Self.list(document)); there is no second model to set "
                    + "beside it")
        }
        guard document.models.contains(.base) else {
            throw UsageError(
                "\(document.path) has \(Self.list(document)) and no base; name two of them by "
                    + "--models FIRST,SECOND")
        }
        return adapted.map { (.base, $0) }
    }

    /// Whether both are results of the same run, whatever their paths.
    static func areOfOneRun(_ first: ResultsRecord, _ second: ResultsRecord) -> Bool {
        resolved(first.path) == resolved(second.path)
    }

    private static func subjects(_ document: ResultsRecord) -> [AnsweringModel] {
        let adapted = document.models.filter { $0 != .base }
        return adapted.isEmpty ? [.base] : adapted
    }

    private static func list(_ document: ResultsRecord) -> String {
        document.models.map(\.label).joined(separator: ", ")
    }

    /// The resolved path: of a run, the folder or its results.json.
    private static func resolved(_ path: String) -> String {
        let place = URL(fileURLWithPath: FilePath.real(path) ?? path)
        return place.lastPathComponent == RunFile.results
            ? place.deletingLastPathComponent().path : place.path
    }
}
