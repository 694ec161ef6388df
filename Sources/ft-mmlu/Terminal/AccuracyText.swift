import Scoring
import Benchmarks
import Evaluation
import Foundation
import Reports
import Statistics
import Experiments

/// Accuracies as a table to read: a row a model, a column a category and number of shots.
struct AccuracyText {
    private let tables: [AccuracyTable]
    private let names: [String]
    private let differences: ComparisonTable?
    private let hasShots: Bool

    /// - Parameters:
    ///   - names: what the rows are called, one a table
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

    /// A category as a column has it.
    static func title(of group: String) -> String {
        titles.first { $0.0 == group }?.1 ?? group
    }

    private static let titles = [
        ("humanities", "Human."), ("social_sciences", "Social"), ("stem", "STEM"),
        ("other", "Other"), ("all", "All"),
    ]

    /// Percent, with the standard error over questions, and under each row its 95 % intervals.
    var lines: [String] {
        guard let first = tables.first else { return [] }
        let columns = first.categories.map { (group: $0.group, shots: $0.shots) }
        var text = TextColumns()
        var shown: Int?
        var heading = [""]
        for column in columns {
            heading.append(column.shots == shown ? "" : "\(column.shots)-shot")
            shown = column.shots
        }
        let titles = [""] + columns.map { Self.title(of: $0.group) }
        text.rows = hasShots ? [heading, titles] : [titles]
        for (name, table) in zip(names, tables) {
            let rows = columns.map { table[$0.group, shots: $0.shots]?.accuracy }
            text.rows.append(
                [name] + rows.map { accuracy in accuracy.map(Self.cell) ?? "" })
            text.rows.append(
                ["  95 %"]
                    + rows.map { accuracy in
                        accuracy.map { NumberText.percent($0.interval) } ?? ""
                    })
        }
        if let differences {
            text.rows.append(
                ["difference"]
                    + columns.map { column in
                        differences[column.group, shots: column.shots].map {
                            NumberText.points($0.micro.mean)
                        } ?? ""
                    })
        }
        return text.lines + ["", Self.legend(first)]
    }

    private static func cell(_ accuracy: Accuracy) -> String {
        NumberText.percent(accuracy.mean, error: accuracy.itemStandardError, over: .questions)
    }

    /// What brackets and "All" are.
    private static func legend(_ table: AccuracyTable) -> String {
        let first = table.categories.first?.shots
        let counts = table.categories.filter { $0.shots == first && $0.group != "all" }
            .map(\.accuracy.questionCount)
        return "percent right (\(ErrorKind.questions.legend)); 95 %: Wilson's interval. "
            + TotalText.sentence(counts)
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    var trimmedAtEnd: String {
        String(reversed().drop { $0 == " " }.reversed())
    }

    func padded(before width: Int) -> String {
        String(repeating: " ", count: max(1, width - count)) + self
    }
}
