import Basics
import Benchmarks
import Experiments
import Reports
import Scoring
import Tracking

/// The results of a run as text: accuracies, their details, and the changes from training.
struct ResultsText {
    let results: RunResults
    /// The name of the adapted model where there is one; nil is its label.
    var adaptedName: String?

    init(_ results: RunResults, adaptedName: String? = nil) {
        self.results = results
        self.adaptedName = adaptedName
    }

    var lines: [String] {
        let tables = results.models.map(\.table)
        let names = results.models.map(\.model).map(name)
        var lines = AccuracyText(
            tables, names: names, differences: results.comparisons.first?.table
        ).lines
        lines += [""] + DetailText(tables, names: names).lines
        for comparison in results.comparisons {
            lines += [""]
            if results.comparisons.count > 1 { lines.append(name(comparison.adapted) + ":") }
            lines += ChangeText(comparison, marginPoints: results.marginPoints).lines
        }
        if let notice = results.tooLongNotice { lines += ["", notice] }
        return lines
    }

    private func name(_ model: AnsweringModel) -> String {
        model == .base ? model.label : adaptedName ?? model.label
    }
}

/// All questions of a model with one number of shots, in one line: the share of correct answers,
/// the mean over subjects with its interval, and the answers that were not plain.
struct DetailText {
    private let tables: [AccuracyTable]
    private let names: [String]
    private let hasShots: Bool

    init(_ tables: [AccuracyTable], names: [String], hasShots: Bool = true) {
        self.tables = tables
        self.names = names
        self.hasShots = hasShots
    }

    var lines: [String] {
        let hasMargins = tables.contains { $0.categories.contains { $0.nearTies != nil } }
        var columns = TextTable()
        columns.rows = [
            ["all questions"] + (hasShots ? ["shots"] : [])
                + ["right", "mean of subjects", "95 % interval", "unreadable"]
                + (hasMargins ? ["near-ties"] : [])
        ]
        for (name, table) in zip(names, tables) {
            for row in table.categories where row.group == Category.total {
                let answerCount = row.accuracy.questionCount * row.accuracy.repeatCount
                columns.rows.append(
                    [name] + (hasShots ? ["\(row.shots)"] : []) + [
                        NumberText.percent(row.accuracy.mean),
                        row.macro.map { NumberText.percent($0.mean) } ?? "",
                        row.macro?.interval.map { NumberText.percent($0) } ?? "",
                        "\(row.unreadable) of \(answerCount)",
                    ] + (hasMargins ? [row.nearTies.map { "\($0)" } ?? ""] : []))
            }
        }
        return columns.lines
    }
}
