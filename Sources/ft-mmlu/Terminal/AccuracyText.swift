import Benchmarks
import Evaluation
import Foundation
import Studies

/// Accuracies as a table to read: a row a model, a column a category and number of shots.
struct AccuracyText {
    private let tables: [AccuracyTable]
    private let names: [String]
    private let hasDifference: Bool
    private let hasShots: Bool

    /// - Parameters:
    ///   - names: what the rows are called, one a table
    ///   - hasDifference: whether the second of two less the first is shown
    ///   - hasShots: whether numbers of shots are known
    init(
        _ tables: [AccuracyTable], names: [String], hasDifference: Bool = false,
        hasShots: Bool = true
    ) {
        self.tables = tables
        self.names = names
        self.hasDifference = hasDifference && tables.count == 2
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

    /// Percent, with the standard error over repeats where there are repeats, else over questions.
    var lines: [String] {
        guard let first = tables.first else { return [] }
        let columns = first.categories.map { (group: $0.group, shots: $0.shots) }
        let width = (names + (hasDifference ? ["difference"] : [])).map(\.count).max() ?? 0
        let cell = 13
        var heading = "".padded(to: width)
        var under = "".padded(to: width)
        var shown: Int?
        for column in columns {
            heading += (column.shots == shown ? "" : "\(column.shots)-shot").padded(before: cell)
            shown = column.shots
            under += Self.title(of: column.group).padded(before: cell)
        }
        var lines = hasShots ? [heading, under] : [under]
        for (name, table) in zip(names, tables) {
            lines.append(
                name.padded(to: width)
                    + columns.map { Self.cell(table[$0.group, shots: $0.shots]) }
                    .map { $0.padded(before: cell) }.joined())
        }
        if hasDifference {
            lines.append(
                "difference".padded(to: width)
                    + columns.map { column in
                        let means = tables.compactMap {
                            $0[column.group, shots: column.shots]?.accuracy.mean
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
