import Basics
import Benchmarks
import Experiments
import Foundation
import Reports
import Scoring
import Statistics

/// Accuracies as a table: one row per model, one column per category and number of shots.
struct AccuracyText {
    private let tables: [AccuracyTable]
    private let names: [String]
    private let differences: ComparisonTable?
    private let hasShots: Bool

    /// - Parameters:
    ///   - names: the labels of the rows, one per table
    ///   - differences: of the second of two tables from the first, on the questions of both
    ///   - hasShots: whether numbers of shots are known
    init(
        _ tables: [AccuracyTable], names: [String], differences: ComparisonTable? = nil,
        hasShots: Bool = true
    ) {
        self.tables = tables
        self.names = names
        self.differences = tables.count == 2 ? differences : nil
        self.hasShots = hasShots
    }

    /// Percent, with the standard error over questions. Under each row are its 95 % intervals.
    var lines: [String] {
        guard let first = tables.first else { return [] }
        let columns = first.categories.map { TableColumn(shots: $0.shots, category: $0.group) }
        let heading = ResultTable.heading(columns)
        var text = TextTable(hasShots ? heading : Array(heading.dropFirst()))
        for (name, table) in zip(names, tables) {
            let cells = columns.map { table[$0.category, shots: $0.shots]?.accuracy }
            text.rows.append(
                [name]
                    + cells.map { cell in
                        cell.map {
                            NumberText.percent(
                                $0.mean, error: $0.itemStandardError, over: .questions)
                        } ?? ""
                    })
            text.rows.append(["  95 %"] + cells.map { NumberText.percent($0?.interval) })
        }
        if let differences {
            text.rows.append(
                ["difference"]
                    + columns.map { differences[$0].map { NumberText.points($0.micro) } ?? "" })
        }
        return text.lines + ["", Self.legend(first)]
    }

    /// The meaning of brackets and "All".
    private static func legend(_ table: AccuracyTable) -> String {
        let first = table.categories.first?.shots
        let counts = table.categories.filter { $0.shots == first && $0.group != Category.total }
            .map(\.accuracy.questionCount)
        return "percent right (\(ErrorKind.questions.legend)); 95 %: Wilson's interval. "
            + TotalText.sentence(counts)
    }
}
