import Statistics
import Transformer

/// What a standard error is over.
public enum ErrorKind: String, Sendable, CaseIterable {
    case seeds, repeats, questions
}

/// A row of a study's table: a family's reported runs together, or the base model.
public struct StudyRow: Sendable {
    /// Behind a number of shots in a category.
    public struct Value: Sendable {
        public let category: String
        public let shots: Int
        /// Over the seeds, of their means over repeats.
        public let mean: Double
        /// Of that over the seeds; with one seed the run's own.
        public let standardError: Double?
        /// What the error is over; nil without one.
        public let errorKind: ErrorKind?
        /// From the base model on the same questions, which each run asks; nil in its own row.
        public let difference: Double?
    }

    /// What the trained changes of a projection are like, over layers and seeds.
    public struct Rank: Sendable {
        public let projection: Projection
        public let effectiveRank: Range
        public let participationRatio: Range
        public let firstShare: Range

        /// In the order of the model; a change that is zero has no rank.
        public static func all(of spectra: [AdapterSpectrum]) -> [Rank] {
            Projection.allCases.compactMap { projection in
                let spectra = spectra.filter { $0.projection == projection }
                    .compactMap { Spectrum(singularValues: $0.singularValues) }
                guard let rank = Range(spectra.map(\.effectiveRank)),
                    let ratio = Range(spectra.map(\.participationRatio)),
                    let share = Range(spectra.map(\.firstShare))
                else { return nil }
                return Rank(
                    projection: projection, effectiveRank: rank, participationRatio: ratio,
                    firstShare: share)
            }
        }
    }

    public struct Range: Sendable, Equatable {
        public let mean: Double
        public let least: Double
        public let most: Double

        /// nil without values.
        init?(_ values: [Double]) {
            guard let least = values.min(), let most = values.max() else { return nil }
            mean = values.reduce(0, +) / Double(values.count)
            self.least = least
            self.most = most
        }
    }

    public let title: String
    /// nil in the base model's row, and where a family could not choose.
    public let candidate: Candidate?
    /// What was chosen between, and how each answered the selection sample.
    public let scores: [(candidate: Candidate, score: SelectionScore)]
    /// What could not be chosen, and why.
    public let failures: [(candidate: Candidate, failure: CellFailure)]
    /// Seeds that were reported.
    public let seeds: [Int]
    public let values: [Value]
    public let ranks: [Rank]

    init(base cell: SweepResults.Cell?) {
        title = SweepResults.baseTitle
        candidate = nil
        scores = []
        failures = []
        seeds = []
        values = (cell?.accuracies ?? []).map {
            Value(
                category: $0.category, shots: $0.shots, mean: $0.mean,
                standardError: $0.standardError, errorKind: $0.errorKind, difference: nil)
        }
        ranks = []
    }

    /// The row of what a family chose, or a row of each of its candidates where nothing is chosen.
    static func rows(
        of family: SweepFamily, _ settings: SweepSettings, _ cells: [SweepResults.Cell],
        _ choice: FamilyChoice?
    ) throws -> [StudyRow] {
        let mine = cells.filter {
            $0.training?.family == family && $0.role == .report && $0.isDone
        }
        if settings.selects {
            return [
                try StudyRow(family.name, choice?.winner, choice, mine)
            ]
        }
        return try family.candidates.map { candidate in
            try StudyRow(
                settings.title(of: family.cell(candidate, seed: 0)), candidate, nil,
                mine.filter { $0.training?.candidate == candidate })
        }
    }

    private init(
        _ title: String, _ candidate: Candidate?, _ choice: FamilyChoice?,
        _ cells: [SweepResults.Cell]
    ) throws {
        self.title = title
        self.candidate = candidate
        scores = choice?.scores ?? []
        failures = choice?.failures ?? []
        seeds = cells.compactMap { $0.training?.seed }
        values = try (cells.first?.accuracies ?? []).map { first in
            func alike(_ all: [CellAccuracy]) -> [Double] {
                all.filter { $0.category == first.category && $0.shots == first.shots }
                    .map(\.mean)
            }
            let means = alike(cells.flatMap(\.accuracies))
            let mean = try means.mean()
            // A run leaves out what it was trained on, of the base model's questions too.
            let before = alike(cells.flatMap(\.baseAccuracies))
            let overSeeds = try means.standardErrorOfMean()
            return Value(
                category: first.category, shots: first.shots, mean: mean,
                standardError: overSeeds ?? first.standardError,
                errorKind: overSeeds == nil ? first.errorKind : .seeds,
                difference: before.count == means.count ? mean - (try before.mean()) : nil)
        }
        ranks = Rank.all(of: cells.flatMap(\.spectra))
    }

    /// An element of "table" in results.json.
    var record: JSONValue {
        .object([
            ("family", .string(title)),
            (
                "chosen",
                candidate.map {
                    .object([
                        ("learning_rate", .number($0.learningRate)),
                        ("few_shot_weight", .optional($0.fewShotWeight)),
                    ])
                } ?? .null
            ),
            (
                "candidates",
                .array(
                    scores.map { entry in
                        .object([
                            ("learning_rate", .number(entry.candidate.learningRate)),
                            ("few_shot_weight", .optional(entry.candidate.fewShotWeight)),
                            ("selection", entry.score.record),
                        ])
                    })
            ),
            (
                "failed_candidates",
                .array(
                    failures.map { entry in
                        .object([
                            ("learning_rate", .number(entry.candidate.learningRate)),
                            ("few_shot_weight", .optional(entry.candidate.fewShotWeight)),
                            ("failure", entry.failure.record),
                        ])
                    })
            ),
            ("seeds", .array(seeds.map { .whole($0) })),
            (
                "accuracy",
                .array(
                    values.map {
                        .object([
                            ("category", .string($0.category)), ("shots", .whole($0.shots)),
                            ("mean", .number($0.mean)),
                            ("standard_error", .optional($0.standardError)),
                            (
                                "standard_error_over",
                                $0.errorKind.map { .string($0.rawValue) } ?? .null
                            ),
                            ("difference", .optional($0.difference)),
                        ])
                    })
            ),
            ("adapter_change", .array(ranks.map(\.record))),
        ])
    }
}

extension StudyRow.Rank {
    fileprivate var record: JSONValue {
        func range(_ range: StudyRow.Range) -> JSONValue {
            .object([
                ("mean", .number(range.mean)), ("least", .number(range.least)),
                ("most", .number(range.most)),
            ])
        }
        return .object([
            ("projection", .string(projection.rawValue)),
            ("effective_rank", range(effectiveRank)),
            ("participation_ratio", range(participationRatio)),
            ("first_share", range(firstShare)),
        ])
    }
}

extension Candidate {
    /// "rate 1e-3", "rate 1e-3, λ₀ 0.3".
    public var text: String {
        "rate \(SweepCell.text(learningRate))"
            + (fewShotWeight.map { ", λ₀ \(SweepCell.text($0))" } ?? "")
    }
}
