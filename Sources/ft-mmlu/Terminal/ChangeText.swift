import Basics
import Benchmarks
import Experiments
import Reports
import Scoring
import Statistics
import Tracking

/// The changes that an adapter made, by category: the forgetting report where there is one, else
/// plain differences.
struct ChangeText {
    /// One cell; the column's name says whether a positive number is a gain or a loss.
    fileprivate struct Cell {
        let amount: Double
        let interval: Interval?
        let row: ComparisonTable.Row
    }

    private struct Column {
        let title: String
        let cells: [Cell]
        /// Whether drops beyond the margin are reported.
        let hasMargin: Bool
    }

    private let columns: [Column]
    private let target: String?
    private let margin: String

    init(_ comparison: RunResults.Comparison, marginPoints: Double) {
        guard let report = comparison.forgetting else {
            self.init(comparison.table, marginPoints: marginPoints)
            return
        }
        self.init(
            columns: [
                Column(title: "0-shot gain", cells: report.gains.map { Cell($0) }, hasMargin: false)
            ] + Self.byShots(report.losses), target: report.target?.rawValue, marginPoints)
    }

    /// - Parameter table: the second model minus the first
    init(_ table: ComparisonTable, marginPoints: Double, hasShots: Bool = true) {
        let shots = Set(table.rows.map(\.shots)).sorted()
        self.init(
            columns: shots.map { count in
                Column(
                    title: hasShots ? "\(count)-shot difference" : "difference",
                    cells: table.rows.filter { $0.shots == count }.map { Cell($0) },
                    hasMargin: true)
            }, target: nil, marginPoints)
    }

    private init(columns: [Column], target: String?, _ marginPoints: Double) {
        self.columns = columns
        self.target = target
        margin = NumberText.short(marginPoints)
    }

    private static func byShots(_ losses: [ForgettingReport.Change]) -> [Column] {
        Set(losses.map(\.shots)).sorted().map { count in
            Column(
                title: "\(count)-shot loss",
                cells: losses.filter { $0.shots == count }.map { Cell($0) }, hasMargin: true)
        }
    }

    /// Percentage points, their 95 % interval, the p-value of no change, and the test of a drop
    /// beyond the margin.
    var lines: [String] {
        var groups: [String] = []
        for cell in columns.flatMap(\.cells) where !groups.contains(cell.row.group) {
            groups.append(cell.row.group)
        }
        var text = TextTable()
        text.rows = [
            ["points"]
                + columns.flatMap {
                    [$0.title, "95 % interval", "p"] + ($0.hasMargin ? ["drop > \(margin)"] : [])
                }
        ]
        for group in groups {
            let title = Category.heading(of: group) + (group == target ? ", trained on" : "")
            text.rows.append([title] + columns.flatMap { cells(of: group, $0) })
        }
        return text.lines + ["", legend]
    }

    private func cells(of group: String, _ column: Column) -> [String] {
        let count = column.hasMargin ? 4 : 3
        guard let cell = column.cells.first(where: { $0.row.group == group }) else {
            return [String](repeating: "", count: count)
        }
        let row = cell.row
        return [
            NumberText.points(cell.amount), NumberText.points(cell.interval),
            NumberText.probability(row.adjustedP ?? row.micro.noChangeP),
            row.verdict?.words ?? "",
        ].prefix(count).map(\.self)
    }

    private var legend: String {
        "95 %: Tango's interval, by question; p: of no change; drop > \(margin): whether a drop beyond "
            + "\(margin) points is excluded at 0.05. p and drop are adjusted over the categories with as many "
            + "shots (Holm); All is a summary."
    }
}

extension ChangeText.Cell {
    fileprivate init(_ change: ForgettingReport.Change) {
        self.init(amount: change.amount, interval: change.interval, row: change.row)
    }

    fileprivate init(_ row: ComparisonTable.Row) {
        self.init(amount: row.micro.mean, interval: row.micro.interval, row: row)
    }
}
