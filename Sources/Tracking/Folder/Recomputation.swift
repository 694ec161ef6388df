import Basics
import Benchmarks
import Foundation
import Scoring

/// A run's numbers, computed again from its answers alone.
public struct Recomputation: Sendable {
    public let answers: RecordedAnswers
    public let results: RunResults
    /// Whether the run has a results.json, and is therefore complete.
    public let isComplete: Bool
    /// The new file: the existing fields for settings and versions, then the numbers.
    public let document: String
    private let folder: String

    /// - Parameters:
    ///   - folder: a run's
    ///   - map: the run's
    ///   - target: the category that was trained on; nil where it is not known
    /// - Throws: `FileError` for a damaged answers.jsonl or results.json.
    package init(
        folder: String, by map: CategoryMap, target: Benchmarks.Category?, marginPoints: Double
    ) throws {
        self.folder = folder
        let answers = try RecordedAnswers(folder: folder)
        self.answers = answers
        results = try RunResults(
            models: try answers.models.map {
                ModelResult(model: $0, table: try AccuracyTable(answers[$0], by: map))
            }, target: target, marginPoints: marginPoints)
        let path = folder + "/" + RunFile.results
        let former = try FileFormat.json.contents(of: path).map {
            try ResultsRecord.contents($0, of: path).fields
        }
        isComplete = former != nil
        let numbers = try NumbersRecord(results, answers.scoring).json.fields
        let names = Set(numbers.map(\.0))
        document =
            JSONValue.object((former ?? []).filter { !names.contains($0.0) } + numbers).document
    }

    /// Whether results.json is equal, to the last byte.
    public var agrees: Bool {
        (try? InputFile.contents(of: folder + "/" + RunFile.results)) == Data(document.utf8)
    }

    /// Writes the results to results.json, or to another path.
    public func write(to path: String? = nil) throws {
        try AtomicFile.write(document, to: path ?? folder + "/" + RunFile.results)
    }
}
