import Benchmarks
import Evaluation
import Foundation
import Studies

/// Accuracies as a table to read: a row a model, a column a category and number of shots.
struct AccuracyText {
    private let results: [ModelResult]
    private let names: [String]

    /// - Parameter names: what the rows are called, one a result
    init(_ results: [ModelResult], names: [String]) {
        self.results = results
        self.names = names
    }

    private static let titles = [
        ("humanities", "Human."), ("social_sciences", "Social"), ("stem", "STEM"),
        ("other", "Other"), ("all", "All"),
    ]

    /// Percent, with the standard error over repeats where there are repeats, else over questions.
    var lines: [String] {
        guard let first = results.first?.table else { return [] }
        let columns = first.categories.map { (group: $0.group, shots: $0.shots) }
        let width = (names + ["difference"]).map(\.count).max() ?? 0
        let cell = 13
        var heading = "".padded(to: width)
        var under = "".padded(to: width)
        var shown: Int?
        for column in columns {
            heading += (column.shots == shown ? "" : "\(column.shots)-shot").padded(before: cell)
            shown = column.shots
            let title = Self.titles.first { $0.0 == column.group }?.1 ?? column.group
            under += title.padded(before: cell)
        }
        var lines = [heading, under]
        for (name, result) in zip(names, results) {
            lines.append(
                name.padded(to: width)
                    + columns.map { Self.cell(result.table[$0.group, shots: $0.shots]) }
                    .map { $0.padded(before: cell) }.joined())
        }
        if results.count == 2 {
            lines.append(
                "difference".padded(to: width)
                    + columns.map { column in
                        let means = results.compactMap {
                            $0.table[column.group, shots: column.shots]?.accuracy.mean
                        }
                        guard means.count == 2 else { return "" }
                        return String(format: "%+.1f       ", 100 * (means[1] - means[0]))
                    }.map { $0.padded(before: cell) }.joined())
        }
        return lines.map { $0.trimmedAtEnd }
    }

    private static func cell(_ row: AccuracyTable.Row?) -> String {
        guard let row else { return "" }
        let error = row.accuracy.standardError ?? row.accuracy.itemStandardError
        return String(format: "%.1f", 100 * row.accuracy.mean)
            + (error.map { String(format: " (%.2f)", 100 * $0) } ?? "")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    fileprivate var trimmedAtEnd: String {
        String(reversed().drop { $0 == " " }.reversed())
    }

    fileprivate func padded(before width: Int) -> String {
        String(repeating: " ", count: max(1, width - count)) + self
    }
}
