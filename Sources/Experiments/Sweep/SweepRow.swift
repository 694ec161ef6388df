import Basics
import Scoring
import Evaluation
import Statistics
import Transformer

/// A row of a study's table: a family's reported runs together, or the base model.
public struct SweepRow: Sendable {
    /// Behind a number of shots in a category.
    public struct Value: Sendable {
        public let category: String
        public let shots: Int
        public let questionCount: Int
        /// Over the seeds, of their means over repeats.
        public let mean: Double
        /// Each seed's.
        public let seeds: [Double]
        /// Of the mean over the seeds; of one seed over the questions. Nil of two seeds.
        public let standardError: Double?
        /// What the error is over; nil without one.
        public let errorKind: ErrorKind?
        /// 95 %: Student's over seeds, of one seed Wilson's. Nil of two seeds.
        public let interval: Interval?
        /// From the base model on the same questions, which each run asks; nil in its own row.
        public let difference: ComparisonTable.Row?
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
    public let candidate: Hyperparameters?
    /// What was chosen between, and how each answered the selection sample.
    public let scores: [(candidate: Hyperparameters, score: ValidationScore)]
    /// How sure the choice is; nil where nothing was chosen, or old runs do not tell.
    public let stability: ChoiceStability?
    /// What could not be chosen, and why.
    public let failures: [(candidate: Hyperparameters, failure: CellFailure)]
    /// Seeds that were reported.
    public let seeds: [Int]
    public let values: [Value]
    public let ranks: [Rank]
    /// By seed, in the order of `seeds`; of the base model one.
    let tables: [AccuracyTable]

    /// - Parameter table: the base model's answers, those that differences are taken from
    init(base table: AccuracyTable?) {
        title = SweepResults.baseTitle
        candidate = nil
        scores = []
        stability = nil
        failures = []
        seeds = []
        values = (table?.categories ?? []).map { row in
            Value(
                category: row.group, shots: row.shots, questionCount: row.accuracy.questionCount,
                mean: row.accuracy.mean,
                seeds: [row.accuracy.mean], standardError: row.accuracy.itemStandardError,
                errorKind: row.accuracy.itemStandardError == nil ? nil : .questions,
                interval: row.accuracy.interval, difference: nil)
        }
        ranks = []
        tables = table.map { [$0] } ?? []
    }

    /// The row of what a family chose, or a row of each of its candidates where nothing is chosen.
    static func rows(
        of family: SweepGroup, _ settings: SweepSettings, _ cells: [SweepResults.Cell],
        _ choice: FamilyChoice?
    ) throws -> [SweepRow] {
        let margin = try settings.evaluation.margin
        let mine = cells.filter {
            $0.training?.family == family && $0.role == .report && $0.isDone
        }
        if settings.selects {
            return [
                try SweepRow(family.name, choice?.winner, choice, mine, marginPoints: margin)
            ]
        }
        return try family.candidates.map { candidate in
            try SweepRow(
                settings.title(of: family.cell(candidate, seed: 0)), candidate, nil,
                mine.filter { $0.training?.candidate == candidate }, marginPoints: margin)
        }
    }

    private init(
        _ title: String, _ candidate: Hyperparameters?, _ choice: FamilyChoice?,
        _ cells: [SweepResults.Cell], marginPoints: Double
    ) throws {
        self.title = title
        self.candidate = candidate
        scores = choice?.scores ?? []
        stability = choice.flatMap { choice in
            choice.winner == nil
                ? nil : SelectionRule.stability(of: choice.scores.map { ($0.candidate, $0.score) })
        }
        failures = choice?.failures ?? []
        seeds = cells.compactMap { $0.training?.seed }
        let tables = cells.compactMap(\.table)
        self.tables = tables
        // A run leaves out what it was trained on, of the base model's questions too.
        let pairs = cells.compactMap { cell in
            cell.baseTable.flatMap { base in cell.table.map { (first: base, second: $0) } }
        }
        let comparison =
            !pairs.isEmpty && pairs.count == tables.count
            ? try ComparisonTable(seeds: pairs, marginPoints: marginPoints) : nil
        values = try (tables.first?.categories ?? []).map { first in
            let all = tables.compactMap { $0[first.group, shots: first.shots]?.accuracy }
            let mean = try SeedMean(all.map(\.mean))
            let isAlone = all.count == 1
            let error =
                isAlone
                ? first.accuracy.itemStandardError : all.count > 2 ? mean.standardError : nil
            return Value(
                category: first.group, shots: first.shots,
                questionCount: all.map(\.questionCount).min() ?? 0, mean: mean.mean,
                seeds: mean.values,
                standardError: error,
                errorKind: error == nil ? nil : isAlone ? .questions : .seeds,
                interval: isAlone
                    ? first.accuracy.interval
                    : mean.interval ?? (all.count > 2 ? first.accuracy.interval : nil),
                difference: comparison?[first.group, shots: first.shots])
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
            ("choice", stability.map(\.record) ?? .null),
            ("seeds", .array(seeds.map { .whole($0) })),
            (
                "accuracy",
                .array(
                    values.map {
                        .object([
                            ("category", .string($0.category)), ("shots", .whole($0.shots)),
                            ("mean", .number($0.mean)),
                            ("by_seed", .array($0.seeds.map { .number($0) })),
                            ("standard_error", .optional($0.standardError)),
                            (
                                "standard_error_over",
                                $0.errorKind.map { .string($0.rawValue) } ?? .null
                            ),
                            ("interval", .optional($0.interval)),
                            ("difference", .optional($0.difference?.micro.mean)),
                            (
                                "comparison",
                                $0.difference.map { .object($0.seedFields) } ?? .null
                            ),
                        ])
                    })
            ),
            ("adapter_change", .array(ranks.map(\.record))),
        ])
    }
}

extension SweepRow.Rank {
    fileprivate var record: JSONValue {
        func range(_ range: SweepRow.Range) -> JSONValue {
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

extension ChoiceStability {
    fileprivate var record: JSONValue {
        .object([
            ("candidates_as_good", .whole(tiedCount)),
            ("candidates_within_one_standard_error", .whole(nearCount)),
            ("wins_in_resamples", .whole(winCount)),
            ("resamples", .whole(ChoiceStability.resampleCount)),
        ])
    }
}

extension Hyperparameters {
    /// "rate 1e-3", "rate 1e-3, λ₀ 0.3".
    public var text: String {
        "rate \(Trial.text(learningRate))"
            + (fewShotWeight.map { ", λ₀ \(Trial.text($0))" } ?? "")
    }
}
