import Benchmarks
import Evaluation
import Foundation
import Tokenization

/// The questions that a run asks and the shots that it shows them behind.
public struct QuestionPlan: Sendable {
    /// By category, subject and row.
    public let questions: [Question]
    /// By number of shots and subject.
    public let shots: [Int: [String: [Question]]]
    /// Test rows that were not drawn from, because training has them or may have them.
    public let leftOutCount: Int
    private let settings: EvaluationSettings
    private let rationales: RationaleBook

    /// Draws the evaluation sample and chooses the shots.
    ///
    /// The holdout of every category is left out, for the base model and every adapter alike, and so
    /// is what an adapter was trained on.
    ///
    /// - Parameter trained: content hashes of an adapter's training questions
    public init(
        _ settings: EvaluationSettings, dataset: MMLU, trained: Set<String> = []
    ) throws {
        self.settings = settings
        rationales = try settings.shotRationaleBook()
        var excluded = trained
        for category in Benchmarks.Category.allCases {
            excluded.formUnion(
                try Self.holdout(of: category, settings, dataset).map(\.contentHash))
        }
        var questions: [Question] = []
        var leftOutCount = 0
        for category in settings.categories {
            let sample = try Sampling.evaluationSample(
                of: category, split: settings.split, limit: settings.limit,
                sampleSeed: settings.sampleSeed, excluding: excluded, in: dataset)
            questions += sample.questions
            leftOutCount += sample.leftOutCount
        }
        guard !questions.isEmpty else {
            throw BenchmarkError(
                "\(dataset.folder.path): has no \(settings.split.rawValue) question of "
                    + settings.categories.map(\.title).joined(separator: ", ") + " to ask")
        }
        let asked = Set(questions.map(\.contentHash))
        var shots: [Int: [String: [Question]]] = [:]
        for count in settings.shots {
            for subject in Set(questions.map(\.id.subject)) {
                shots[count, default: [:]][subject] = try Shots.select(
                    count: count, for: subject, from: settings.shotSource, in: dataset,
                    trainPool: try Self.trainPool(of: subject, settings, dataset), excluding: asked)
            }
        }
        self.questions = questions
        self.shots = shots
        self.leftOutCount = leftOutCount
    }

    /// The rows kept for training; none in a category too small to have them.
    static func holdout(
        of category: Benchmarks.Category, _ settings: EvaluationSettings, _ dataset: MMLU
    ) throws -> [Question] {
        let available = try dataset.questions(of: category, in: .test).count
        guard available > settings.holdoutCount else { return [] }
        return try Sampling.holdout(
            of: category, count: settings.holdoutCount, sampleSeed: settings.sampleSeed,
            in: dataset)
    }

    private static func trainPool(
        of subject: String, _ settings: EvaluationSettings, _ dataset: MMLU
    ) throws -> [Question] {
        guard settings.shotSource == .trainPool else { return [] }
        return try holdout(
            of: Subjects.subject(named: subject).category, settings, dataset)
    }

    /// The prompts as tokens, by shots and subject.
    public func groups(
        tokenizer: any Tokenizer, contextLength: Int
    ) throws -> [PromptGroup] {
        let room = settings.scoring == .generate ? settings.generation.longestAnswer : 0
        let bySubject = Dictionary(grouping: questions, by: \.id.subject)
        return try settings.shots.flatMap { count in
            try bySubject.keys.sorted().flatMap { subject in
                let shown = shots[count]?[subject] ?? []
                let prefix = PromptPrefix(
                    settings.prompt, topic: try Subjects.subject(named: subject).title,
                    shots: shown, rationales: rationales)
                return try PromptGroup.groups(
                    subject: subject, shots: shown, prefix: prefix,
                    questions: bySubject[subject] ?? [], template: settings.template,
                    tokenizer: tokenizer, longest: contextLength - room)
            }
        }
    }

    /// questions.json
    var record: JSONValue {
        let bySubject = Dictionary(grouping: questions, by: \.id.subject)
        return .object([
            ("sample_seed", .whole(settings.sampleSeed)),
            (
                "questions",
                .object(
                    bySubject.keys.sorted().map { subject in
                        (subject, Self.places(bySubject[subject] ?? []))
                    })
            ),
            ("shots", shotRecord),
        ])
    }

    /// For each number of shots and subject the rows shown.
    var shotRecord: JSONValue {
        .object(
            settings.shots.map { count in
                (
                    "\(count)",
                    .object(
                        (shots[count] ?? [:]).sorted { $0.key < $1.key }.map {
                            ($0.key, Self.places($0.value))
                        })
                )
            })
    }

    private static func places(_ questions: [Question]) -> JSONValue {
        .array(
            questions.map {
                .object([("split", .string($0.id.split.rawValue)), ("row", .whole($0.id.row))])
            })
    }
}
