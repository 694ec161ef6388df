import Basics
import Benchmarks
import Foundation
import Scoring
import Statistics
import Tracking

extension ResultTable {
    /// - Parameters:
    ///   - runs: finished ones
    ///   - marginPoints: the loss that differences are tested against, in percentage points; nil is the
    ///     runs' own
    /// - Throws: `InputError` where the runs have no answers, or two are of one seed and the same
    ///   settings.
    public init(
        _ runs: [RunEntry], in store: Store, hasPaper: Bool = false, hasTotal: Bool = false,
        marginPoints: Double? = nil
    ) throws {
        guard !runs.isEmpty else {
            throw InputError(
                "a table: none of the runs is finished; finished ones are needed, as `ft-mmlu results "
                    + "list` shows them")
        }
        let sources = try ModelRuns.rows(of: runs, try store.accuracies(of: runs.map(\.id)))
        guard !sources.isEmpty else {
            throw InputError(
                "a table: \(runs.count) \(runs.count == 1 ? "run has" : "runs have") no answers; runs "
                    + "that were evaluated are needed")
        }
        let margin = marginPoints ?? Self.recordedMargin(of: runs)
        let answers = try sources.map { try StoredAnswers($0, in: store) }
        let models = try zip(sources, answers).map { source, own in
            let base = answers.first { $0.isBase(of: source) }
            return try StoredModel(
                source: source, incompleteCount: own.incompleteCount,
                table: ModelTable(
                    source.name, source.model, own.runs,
                    base: base?.runs.map(\.outcomes) ?? [],
                    areOfOneSource: base.map { source.isOfOneSource(with: $0.source) } ?? true,
                    marginPoints: margin))
        }
        let shown = StoredModel.withoutTwins(models)
        let isStudy = Set(runs.map(\.study)).count == 1 && runs[0].study != nil
        self.init(
            shown.map(\.table),
            pairs: isStudy
                ? try ModelPair.all(
                    of: shown.map(\.table), marginPoints: margin,
                    areComparable: { shown[$0].source.isComparable(with: shown[$1].source) },
                    areOfOneSource: { shown[$0].source.isOfOneSource(with: shown[$1].source) })
                : [],
            marginPoints: margin, hasPaper: hasPaper, hasTotal: hasTotal,
            incompleteCount: shown.reduce(0) { $0 + $1.incompleteCount })
    }

    /// The margin of the runs' evaluation where they agree, else the usual margin.
    private static func recordedMargin(of runs: [RunEntry]) -> Double {
        let usual = ComparisonTable.usualMarginPoints
        let margins = Set(runs.map { $0.fields["margin"]?.double ?? usual })
        return margins.count == 1 ? margins.first ?? usual : usual
    }
}

/// A row's answers in a store.
private struct StoredAnswers {
    let source: ModelRuns
    let runs: [ModelTable.Run]
    /// Questions, over runs, that lack repeats which others have; they are left out.
    let incompleteCount: Int

    init(_ source: ModelRuns, in store: Store) throws {
        var incomplete = 0
        runs = try source.runs.map { run in
            let entries = try store.questions(of: [run.id]).filter {
                $0.model == source.model.name && $0.adapterScale == source.model.scale
            }
            let complete = entries.withAllRepeats(shots: \.shots, repeats: \.repeats)
            incomplete += entries.count - complete.count
            let byShots = Dictionary(grouping: complete, by: \.shots).mapValues {
                Outcomes($0.compactMap(Outcomes.Row.init))
            }
            return ModelTable.Run(
                id: run.id, seed: run.seed, outcomes: RunOutcomes(byShots, by: run.categoryMap))
        }
        incompleteCount = incomplete
        self.source = source
    }

    /// Whether a row's differences are taken from it.
    func isBase(of other: ModelRuns) -> Bool {
        source.model == .base && !other.baseRuns.isEmpty
            && source.runs.map(\.id) == other.baseRuns.map(\.id)
    }
}

extension Outcomes.Row {
    /// Correct repeats first: their order has no meaning.
    fileprivate init?(_ entry: QuestionEntry) {
        guard let split = Split(rawValue: entry.split) else { return nil }
        self.init(
            QuestionID(subject: entry.subject, split: split, row: entry.row),
            hash: entry.questionHash, answer: entry.answer,
            correct: (0..<entry.repeats).map { $0 < entry.correct })
    }
}

/// A row with the runs that it is of.
private struct StoredModel {
    var source: ModelRuns
    let incompleteCount: Int
    var table: ModelTable

    /// Merges base models with the same answers. The remaining ones are named by the rows that are
    /// compared with them.
    static func withoutTwins(_ models: [StoredModel]) -> [StoredModel] {
        var shown: [StoredModel] = []
        for model in models {
            let twin = shown.firstIndex {
                $0.source.model == .base && model.source.model == .base
                    && $0.source.isComparable(with: model.source) && $0.looks(like: model)
            }
            if let twin {
                shown[twin].source.users += model.source.users
            } else {
                shown.append(model)
            }
        }
        let bases = shown.indices.filter { shown[$0].source.model == .base }
        guard bases.count > 1 else { return shown }
        for index in bases {
            let source = shown[index].source
            shown[index].table.name +=
                " of "
                + (source.users.isEmpty
                    ? String(source.runs[0].id.prefix(8)) : source.users.joined(separator: ", "))
        }
        return shown
    }

    private func looks(like other: StoredModel) -> Bool {
        let (one, two) = (table.cells, other.table.cells)
        return Set(one.keys) == Set(two.keys)
            && one.allSatisfy { column, cell in
                guard let twin = two[column] else { return false }
                return abs(cell.mean - twin.mean) < 1e-12 && cell.questions == twin.questions
            }
    }
}
