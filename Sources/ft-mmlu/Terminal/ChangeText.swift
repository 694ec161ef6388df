import Evaluation
import Statistics
import Studies

/// What an adapter changed, category by category: the forgetting report where there is one, else
/// plain differences.
struct ChangeText {
    /// One cell; a gain or a loss as its column says.
    fileprivate struct Cell {
        let group: String
        let amount: Double
        let interval: Interval
        let pValue: Double
    }

    private let columns: [(title: String, cells: [Cell])]
    private let target: String?

    init(_ comparison: StudyResults.Comparison) {
        guard let report = comparison.forgetting else {
            self.init(comparison.table)
            return
        }
        self.init(
            columns: [("0-shot gain", report.gains.map { Cell($0) })] + Self.byShots(report.losses),
            target: report.target?.rawValue)
    }

    /// - Parameter table: the second model less the first
    init(_ table: ComparisonTable, hasShots: Bool = true) {
        let shots = Set(table.rows.map(\.shots)).sorted()
        self.init(
            columns: shots.map { count in
                (
                    hasShots ? "\(count)-shot difference" : "difference",
                    table.rows.filter { $0.shots == count }.map { Cell($0) }
                )
            }, target: nil)
    }

    private init(columns: [(title: String, cells: [Cell])], target: String?) {
        self.columns = columns
        self.target = target
    }

    private static func byShots(
        _ losses: [ForgettingReport.Change]
    ) -> [(title: String, cells: [Cell])] {
        Set(losses.map(\.shots)).sorted().map { count in
            ("\(count)-shot loss", losses.filter { $0.shots == count }.map { Cell($0) })
        }
    }

    /// Percentage points, their 95 % interval and the p-value of McNemar's test.
    var lines: [String] {
        var groups: [String] = []
        for cell in columns.flatMap(\.cells) where !groups.contains(cell.group) {
            groups.append(cell.group)
        }
        var text = TextColumns()
        text.rows = [
            ["points"] + columns.flatMap { [$0.title, "95 % interval", "p"] }
        ]
        for group in groups {
            let title = AccuracyText.title(of: group) + (group == target ? ", trained on" : "")
            text.rows.append(
                [title]
                    + columns.flatMap { column in
                        guard let cell = column.cells.first(where: { $0.group == group })
                        else { return ["", "", ""] }
                        return [
                            NumberText.points(cell.amount), NumberText.points(cell.interval),
                            NumberText.probability(cell.pValue),
                        ]
                    })
        }
        return text.lines
    }
}

extension ChangeText.Cell {
    fileprivate init(_ change: ForgettingReport.Change) {
        self.init(
            group: change.group, amount: change.amount, interval: change.interval,
            pValue: change.pValue)
    }

    fileprivate init(_ row: ComparisonTable.Row) {
        self.init(
            group: row.group, amount: row.micro.mean, interval: row.micro.interval,
            pValue: row.test.pValue)
    }
}
