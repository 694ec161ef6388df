import Scoring
import Statistics

/// Accuracies of several models: a row a model, a column a number of shots and a category.
public struct ResultTable: Sendable, Encodable {
    public struct Row: Sendable, Encodable {
        public let name: String
        /// "base" or "adapted".
        public let model: String
        public let adapterScale: Double
        /// Ids of the runs that it is made of, one a training seed.
        public let runs: [String]
        /// By column; nil without an answer.
        public let cells: [TableCell?]
        /// Less the base model, on the questions that both answered. Nil for the base model, and
        /// without one.
        public let differences: [ComparisonTable.Row?]?
        /// Which questions the differences are over, by number of shots; nil without a base model.
        public let pairing: [PairedQuestions]?
        /// The paper's row of the same name, if it is requested and exists.
        public let paper: [TableCell?]?
        public let paperDifferences: [TableCell?]?
    }

    public let columns: [TableColumn]
    public private(set) var rows: [Row]
    /// Of a sweep: each two of its models compared; empty elsewhere.
    public let pairs: [ModelPair]
    /// The loss that differences are tested against, in percentage points.
    public let marginPoints: Double
    /// A description of the numbers.
    public let caption: String

    /// - Parameters:
    ///   - hasPaper: whether the paper's rows are below ours of the same name
    ///   - hasTotal: whether all categories together have a column
    ///   - incompleteCount: questions that are left out because repeats are missing
    public init(
        _ models: [ModelTable], pairs: [ModelPair], marginPoints: Double, hasPaper: Bool = false,
        hasTotal: Bool = false, incompleteCount: Int = 0
    ) {
        let columns = Set(models.flatMap(\.cells.keys)).filter { hasTotal || !$0.isTotal }.sorted()
        func paper(
            _ name: String, _ cell: (String, TableColumn) -> TableCell?
        ) -> [TableCell?]? {
            let cells = columns.map { cell(name, $0) }
            return hasPaper && cells.contains { $0 != nil } ? cells : nil
        }
        rows = models.map { model in
            Row(
                name: model.name, model: model.model.name, adapterScale: model.model.scale,
                runs: model.runs.map(\.id), cells: columns.map { model.cells[$0] },
                differences: model.comparison.map { found in columns.map { found[$0] } },
                pairing: model.comparison.map { PairedQuestions.all($0.pairs) },
                paper: paper(model.name, PaperTable.cell),
                paperDifferences: paper(model.name, PaperTable.difference))
        }
        self.columns = columns
        self.pairs = pairs
        self.marginPoints = marginPoints
        caption =
            TableCaption(
                rows, columns, marginPoints: marginPoints, hasPaper: hasPaper,
                incompleteCount: incompleteCount
            ).text
            + PairedQuestions.notes(rows).map { " " + $0 }.joined()
    }

    /// The base model's rows and those of some groups.
    package func showing(_ families: [String]) -> ResultTable {
        var table = self
        table.rows = rows.filter {
            $0.model == AnsweringModel.base.name || families.contains($0.name)
        }
        return table
    }

    /// The kinds of the standard errors.
    package var errorKinds: [ErrorKind] { ErrorKind.kinds(of: rows) }

    /// A note on the column of all categories; nil without one.
    package var totalNote: String? { TotalText.note(rows, columns) }
}

extension ErrorKind {
    static func kinds(of rows: [ResultTable.Row]) -> [ErrorKind] {
        let found = Set(rows.flatMap { $0.cells + ($0.paper ?? []) }.map { $0?.standardErrorOver })
        return allCases.filter(found.contains)
    }
}
