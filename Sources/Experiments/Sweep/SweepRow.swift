import Basics
import Scoring
import Evaluation
import Statistics
import Transformer

/// A row of a sweep's table: a group's reported runs together, or the base model.
public struct SweepRow: Sendable {
    /// The ranks of a projection's trained changes, over layers and seeds.
    public struct Rank: Sendable {
        public let projection: Projection
        public let effectiveRank: Range
        public let participationRatio: Range
        public let firstShare: Range

        /// Ranks in the order of the model; a change that is zero has no rank.
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

    /// Accuracies, and differences from the base model on the questions of each run.
    public let model: ModelTable
    /// nil in the base model's row, and where a group could not choose.
    public let candidate: Hyperparameters?
    /// The candidates, each with its score on the selection sample.
    public let scores: [(candidate: Hyperparameters, score: ValidationScore)]
    /// The stability of the choice; nil where nothing was chosen, or old runs lack the data.
    public let stability: ChoiceStability?
    /// The candidates that failed, and why.
    public let failures: [(candidate: Hyperparameters, failure: CellFailure)]
    public let ranks: [Rank]

    public var title: String { model.name }
    /// Seeds that were reported; empty for the base model.
    public var seeds: [Int] { model.runs.compactMap(\.seed) }

    /// - Parameter answers: the base model's outcomes, to which differences refer
    init(base answers: RunOutcomes?, marginPoints: Double) throws {
        model = try ModelTable(
            SweepResults.baseTitle, .base,
            answers.map { [.init(id: SweepResults.baseName, seed: nil, outcomes: $0)] } ?? [],
            marginPoints: marginPoints)
        candidate = nil
        scores = []
        stability = nil
        failures = []
        ranks = []
    }

    /// The row of a group's choice, or a row of each of its candidates where nothing is chosen.
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
        // A run leaves out its training questions, also in the base model's evaluation.
        let evaluated = cells.filter { $0.outcomes != nil }
        let bases = evaluated.compactMap(\.base)
        model = try ModelTable(
            title, .adapted(scale: 1),
            evaluated.compactMap { cell in
                cell.outcomes.map {
                    .init(id: cell.name, seed: cell.training?.seed, outcomes: $0)
                }
            }, base: bases.count == evaluated.count ? bases : [], marginPoints: marginPoints)
        self.candidate = candidate
        scores = choice?.scores ?? []
        stability = choice.flatMap { choice in
            choice.winner == nil
                ? nil : SelectionRule.stability(of: choice.scores.map { ($0.candidate, $0.score) })
        }
        failures = choice?.failures ?? []
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
                    model.columns.compactMap { column in
                        model.cells[column].map {
                            $0.record(column, comparison: model.comparison?[column])
                        }
                    })
            ),
            ("adapter_change", .array(ranks.map(\.record))),
        ])
    }
}

extension TableCell {
    /// An element of "accuracy" in results.json.
    fileprivate func record(
        _ column: TableColumn, comparison: ComparisonTable.Row?
    ) -> JSONValue {
        .object([
            ("category", .string(column.category)), ("shots", .whole(column.shots)),
            ("mean", .number(mean)), ("by_seed", .array(bySeed.map { .number($0) })),
            ("standard_error", .optional(standardError)),
            ("standard_error_over", standardErrorOver.map { .string($0.rawValue) } ?? .null),
            ("interval", .optional(interval)),
            ("difference", .optional(comparison?.micro.mean)),
            ("comparison", comparison.map { .object($0.seedFields) } ?? .null),
        ])
    }
}

extension ModelPair {
    /// An element of "pairs" in results.json.
    var record: JSONValue {
        .object(
            [
                ("first", .string(first)), ("second", .string(second)),
                ("seeds", .array(seeds.map { .whole($0) })),
            ] + row.seedFields)
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
