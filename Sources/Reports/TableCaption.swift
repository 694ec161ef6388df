import Scoring
import Statistics

/// The caption of a table, in sentences.
struct TableCaption {
    let text: String

    init(
        _ rows: [ResultTable.Row], _ columns: [TableColumn], marginPoints: Double, hasPaper: Bool,
        incompleteCount: Int
    ) {
        let cells = rows.flatMap(\.cells).compactMap(\.self)
        let kinds = ErrorKind.kinds(of: rows)
        var parts = ["Accuracy in percent."]
        if !kinds.isEmpty {
            parts.append("In brackets \(kinds.map(\.legend).joined(separator: "; ")).")
        }
        let seedCounts = Set(cells.compactMap { $0.seeds?.count }).sorted()
        if !seedCounts.isEmpty {
            parts.append(
                "Rows of \(seedCounts.map(String.init).joined(separator: " and ")) training seeds are "
                    + "means over them"
                    + (seedCounts.contains(2) ? "; two seeds are shown as two values." : "."))
        }
        parts.append(
            "95 %: Wilson's interval by question"
                + (seedCounts.contains { $0 > 2 } ? ", over seeds Student's." : "."))
        let differences = rows.flatMap { $0.differences ?? [] }.compactMap(\.self)
        let hasTests = differences.contains { $0.micro.interval != nil }
        if !differences.isEmpty {
            parts.append(
                "Differences from the base model in percentage points on the same questions"
                    + (hasTests ? ", with Tango's 95 % interval" : "")
                    + (hasTests && seedCounts.contains { $0 > 2 }
                        ? ", widened by the spread over seeds." : "."))
        }
        if hasTests {
            parts.append(
                "p: of no change; drop > \(NumberText.short(marginPoints)): whether a drop beyond so "
                    + "many points is excluded at 0.05. Both are adjusted by Holm over the categories "
                    + "with as many shots.")
        }
        if let total = TotalText.note(rows, columns) { parts.append(total) }
        if incompleteCount > 0 {
            parts.append("\(incompleteCount) questions that lack repeats are left out.")
        }
        if hasPaper {
            parts.append("Paper: Table 2 of arXiv 2602.23197, Qwen2.5-3B-Instruct on MMLU.")
        }
        text = parts.joined(separator: " ")
    }
}

/// Notes on the accuracy of all categories together.
package enum TotalText {
    /// - Parameter counts: questions of each category
    package static func sentence(_ counts: [Int]) -> String {
        let sum = counts.reduce(0, +)
        if sum == 14_042 { return "All: each of MMLU's 14,042 test questions counts alike." }
        let isEven = Set(counts).count == 1 && counts.count > 1
        return "All: \(sum) questions that count alike"
            + (isEven ? ", so the mean of the \(counts.count) categories" : "")
            + "; not MMLU's accuracy over its 14,042 test questions."
    }

    /// nil without a column of all categories.
    static func note(_ rows: [ResultTable.Row], _ columns: [TableColumn]) -> String? {
        guard let index = columns.firstIndex(where: \.isTotal),
            let row = rows.first(where: { $0.cells[index] != nil })
        else { return nil }
        return sentence(
            columns.indices.filter {
                columns[$0].shots == columns[index].shots && !columns[$0].isTotal
            }.compactMap { row.cells[$0]?.questions })
    }
}
