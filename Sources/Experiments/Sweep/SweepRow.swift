import Basics
import Evaluation
import Scoring
import Statistics
import Transformer

/// A row of a sweep's table: a group's reported runs together, or the base model.
public struct SweepRow: Sendable {
    /// The ranks of a projection's trained changes, over layers and seeds; in results.json, an
    /// element of "adapter_change".
    public struct Rank: Sendable, Codable {
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

    public struct Range: Sendable, Codable, Equatable {
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
}

extension Hyperparameters {
    /// "rate 1e-3", "rate 1e-3, λ₀ 0.3".
    public var text: String {
        "rate \(Trial.text(learningRate))"
            + (fewShotWeight.map { ", λ₀ \(Trial.text($0))" } ?? "")
    }
}
