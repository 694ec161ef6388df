import Scoring
import Basics
import Benchmarks
import Evaluation
import Foundation
import Torch

/// A run's numbers, computed again from its answers alone.
public struct Recomputation: Sendable {
    public let answers: RecordedAnswers
    public let results: RunResults
    /// What the run's results.json says before the numbers, as it stands there; nil where none
    /// stands.
    private let head: String?
    private let folder: String

    /// - Parameter folder: a run's
    /// - Throws: `FileError` for a damaged answers.jsonl or results.json.
    public init(folder: String) throws {
        self.folder = folder
        let answers = try RecordedAnswers(folder: folder)
        self.answers = answers
        results = try RunResults(
            models: try answers.models.map {
                ModelResult(
                    model: $0,
                    table: try AccuracyTable(answers[$0], by: answers.categoryMap))
            }, target: Self.target(of: folder), marginPoints: Self.marginPoints(of: folder))
        head = try Self.head(of: folder + "/" + Self.name)
    }

    public static let name = "results.json"

    /// Whether the run has a results.json, which is to say that it is complete.
    public var isComplete: Bool { head != nil }

    /// The file: what it said of settings and versions, then the numbers.
    public var document: String {
        let numbers = JSONValue.object(results.record(answers.scoring)).document
        return (head ?? Self.opening) + numbers.dropFirst(Self.opening.count)
    }

    /// Whether results.json says the same, to the last byte.
    public var agrees: Bool {
        (try? InputFile.contents(of: folder + "/" + Self.name)) == Data(document.utf8)
    }

    /// Puts the file in the place of results.json, or elsewhere.
    public func write(to path: String? = nil) throws {
        try AtomicFile.write(document, to: path ?? folder + "/" + Self.name)
    }

    private static let opening = "{\n"
    private static let firstNumbers = "\n  \"accuracy\": ["

    private static func head(of path: String) throws -> String? {
        guard let data = try FileFormat.json.contents(of: path) else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        guard text.hasPrefix(opening), let place = text.range(of: firstNumbers) else {
            throw FileError(
                path: path, problem: "has no \"accuracy\" where ft-mmlu writes it",
                remedy: "the file as ft-mmlu wrote it is needed, or none")
        }
        return String(text[..<place.lowerBound]) + "\n"
    }

    /// What config.yaml says, or what runs of versions that did not say it are compared with.
    private static func marginPoints(of folder: String) throws -> Double {
        try RunDirectory.settings(in: folder)["margin"].flatMap(Double.init)
            ?? ComparisonTable.usualMarginPoints
    }

    /// What config.yaml says was trained on: `category` of a training, `target-category` of an
    /// evaluation.
    private static func target(of folder: String) throws -> Benchmarks.Category? {
        let settings = try RunDirectory.settings(in: folder)
        return try (settings["category"] ?? settings["target-category"]).map {
            try Benchmarks.Category(parsing: $0)
        }
    }
}
