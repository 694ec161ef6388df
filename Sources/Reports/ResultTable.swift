import Foundation
import Tracking
import Statistics

/// Accuracies of several models: a row a model, a column a number of shots and a category.
public struct ResultTable: Sendable, Encodable {
    public struct Column: Hashable, Sendable, Encodable {
        public let shots: Int
        /// "humanities", …, or "all".
        public let category: String

        public init(shots: Int, category: String) {
            self.shots = shots
            self.category = category
        }

        /// Whether it is of all categories together.
        var isTotal: Bool { category == "all" }
    }

    public struct Row: Sendable, Encodable {
        public let name: String
        /// "base" or "adapted".
        public let model: String
        public let adapterScale: Double
        /// Ids of the runs that it is made of, one a training seed.
        public let runs: [String]
        /// By column; nil where nothing was asked.
        public let cells: [TableCell?]
        /// Less the base model, on the questions that both were asked. The base model's answers are
        /// those of the same runs, else of the base run of their study with the same model, prompt,
        /// scoring and category map. Nil for the base model, and where there are none.
        public let differences: [TableDifference?]?
        /// Which questions the differences are over, by number of shots; nil where there are none.
        public let pairing: [PairedQuestions]?
        /// The paper's row of the same name, where it is wanted and there is one.
        public let paper: [TableCell?]?
        public let paperDifferences: [TableCell?]?
    }

    public let columns: [Column]
    public let rows: [Row]
    /// Of a study: each two of its models beside each other; empty elsewhere.
    public let pairs: [ModelPair]
    /// The loss that differences are tested against, in percentage points.
    public let marginPoints: Double
    /// What the numbers are.
    public let caption: String

    /// - Parameters:
    ///   - runs: finished ones
    ///   - hasPaper: whether the paper's rows stand beside ours of the same name
    ///   - hasTotal: whether all categories together have a column
    ///   - marginPoints: the loss that differences are tested against, in percentage points; nil is the
    ///     runs' own
    /// - Throws: `ReportError` where the runs have no answers, or two are of one seed and the same
    ///   settings.
    public init(
        _ runs: [RunEntry], in store: Store, hasPaper: Bool = false, hasTotal: Bool = false,
        marginPoints: Double? = nil
    ) throws {
        guard !runs.isEmpty else {
            throw ReportError(
                "a table was asked for, and none of the runs is finished; right would be finished ones, "
                    + "as `ft-mmlu results list` shows them")
        }
        let accuracies = try store.accuracies(of: runs.map(\.id))
        let sources = try ModelRuns.rows(of: runs, accuracies)
        guard !sources.isEmpty else {
            throw ReportError(
                "a table was asked for of \(runs.count) \(runs.count == 1 ? "run" : "runs") without an "
                    + "answer; right would be runs that were evaluated")
        }
        let columns = Self.columns(of: accuracies, hasTotal: hasTotal)
        let models = try sources.map { try TableModel($0, columns, in: store) }
        self.columns = columns
        let marginPoints = marginPoints ?? Self.recordedMargin(of: runs)
        self.marginPoints = marginPoints
        func paper(_ name: String, _ cell: (String, Column) -> TableCell?) -> [TableCell?]? {
            let cells = columns.map { cell(name, $0) }
            return hasPaper && cells.contains { $0 != nil } ? cells : nil
        }
        let shown = TableModel.withoutTwins(models)
        rows = try shown.map { model in
            let base = models.first { $0.isBase(of: model) }
            let differences = try base.map {
                try TableDifference.row(
                    of: model.outcomes, from: $0.outcomes, columns, marginPoints: marginPoints)
            }
            let source = model.source
            return Row(
                name: source.name, model: source.model, adapterScale: source.scale,
                runs: source.runs.map(\.id), cells: model.cells, differences: differences,
                pairing: base.map { PairedQuestions.all(model.outcomes.pairs(with: $0.outcomes)) },
                paper: paper(source.name, PaperTable.cell),
                paperDifferences: paper(source.name, PaperTable.difference))
        }
        let isStudy = Set(runs.map(\.study)).count == 1 && runs[0].study != nil
        pairs =
            isStudy
            ? try ModelPair.all(of: shown, columns, marginPoints: marginPoints) : []
        caption =
            TableCaption(
                rows, columns, marginPoints: marginPoints, hasPaper: hasPaper,
                incompleteCount: shown.reduce(0) { $0 + $1.outcomes.incompleteCount }
            ).text
            + PairedQuestions.notes(rows).map { " " + $0 }.joined()
    }

    /// What the runs were evaluated with where they agree, else two points.
    private static func recordedMargin(of runs: [RunEntry]) -> Double {
        let margins = Set(
            runs.map { run -> Double in
                let settings = try? JSONSerialization.jsonObject(with: Data(run.settings.utf8))
                return (settings as? [String: Any])?["margin"] as? Double ?? 2
            })
        return margins.count == 1 ? margins.first ?? 2 : 2
    }

    static let categories = ["humanities", "social_sciences", "stem", "other"]

    private static func columns(of entries: [AccuracyEntry], hasTotal: Bool) -> [Column] {
        let there = Set(entries.map { Column(shots: $0.shots, category: $0.category) })
        return Set(entries.map(\.shots)).sorted().flatMap { shots in
            (categories + (hasTotal ? ["all"] : [])).map { Column(shots: shots, category: $0) }
        }.filter(there.contains)
    }
}

/// What cannot be reported: what was attempted, what was found, what would be right.
public struct ReportError: Error, Hashable, Sendable, CustomStringConvertible, LocalizedError {
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
    public var errorDescription: String? { message }
}
