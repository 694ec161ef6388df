import Basics
import Experiments
import Foundation
import Reports
import Scoring
import Statistics

/// The results of a sweep as text: its table, the selected cells, and statistics of the changes.
struct SweepText {
    let results: SweepResults
    private let table: ResultTable

    init(_ results: SweepResults) {
        self.results = results
        table = ResultTable(results)
    }

    var lines: [String] {
        var lines = [table.legend, ""] + table.textLines + [""] + notes
        if !results.pairs.isEmpty { lines += [""] + table.pairText }
        let choices = choices
        if !choices.isEmpty { lines += [""] + choices }
        if results.rows.contains(where: { !$0.ranks.isEmpty }) { lines += [""] + ranks }
        if !results.tooLong.isEmpty {
            lines += [
                "",
                "\(results.tooLong.count) questions are left out, too long for the model: "
                    + results.tooLong.joined(separator: ", "),
            ]
        }
        return lines
    }

    private var notes: [String] {
        let margin = NumberText.short(results.marginPoints)
        var lines: [String] = []
        if table.rows.contains(where: { $0.differences?.contains { $0 != nil } == true }) {
            lines.append(
                "difference: from the base model on the same questions, over questions and seeds; p: of no "
                    + "change; drop > \(margin): whether a drop beyond \(margin) points is excluded at 0.05. "
                    + "p and drop are adjusted over the categories with as many shots (Holm)."
            )
        }
        if let total = table.totalNote { lines.append(total) }
        if let seed = results.choosingSeed {
            lines.append(
                "Seed \(seed) chose the settings and is among the seeds that are reported: its share of a "
                    + "mean is a little too good.")
        }
        return lines
    }

    /// The result of each candidate in the selection sample, and why some failed; empty before the
    /// selection.
    private var choices: [String] {
        var text = TextTable()
        text.rows = [["chosen by selection", "settings", "right", "of", "seeds"]]
        var causes: [String] = []
        for row in results.rows {
            for (candidate, score) in row.scores {
                let isChosen = candidate == row.candidate
                text.rows.append([
                    row.title, candidate.text + (isChosen ? " *" : "  "), "\(score.correctCount)",
                    "\(score.answerCount)", isChosen ? "\(row.seeds.count)" : "",
                ])
            }
            for (candidate, failure) in row.failures {
                text.rows.append([row.title, candidate.text + "  ", "failed"])
                causes.append("\(row.title), \(candidate.text): \(failure.cause.firstLine)")
            }
        }
        let isChosen = results.rows.contains { $0.candidate != nil && !$0.scores.isEmpty }
        guard isChosen || !causes.isEmpty else { return [] }
        return text.lines + stability
            + (causes.isEmpty ? [] : ["failed:"] + causes.map { "  " + $0 })
    }

    /// The stability of each selection.
    private var stability: [String] {
        let lines = results.rows.compactMap { row -> String? in
            guard let found = row.stability, row.candidate != nil else { return nil }
            return "  \(row.title): \(found.tiedCount) of \(row.scores.count) settings as good, "
                + "\(found.nearCount) within one standard error; the chosen one wins in "
                + "\(found.winCount) of \(ChoiceStability.resampleCount) resamples of the questions"
        }
        return lines.isEmpty
            ? []
            : ["how sure the choice is (its own score is too high, being the highest):"] + lines
    }

    private var ranks: [String] {
        var columns = TextTable()
        columns.rows = [
            ["trained change", "effective rank", "participation ratio", "share of the first"]
        ]
        for row in results.rows {
            for rank in row.ranks {
                columns.rows.append([
                    "\(row.title): \(rank.projection.title)",
                    rank.effectiveRank.text, rank.participationRatio.text, rank.firstShare.text,
                ])
            }
        }
        return columns.lines
    }
}

extension ResultTable {
    /// The rows of a sweep, with a column for all categories together.
    init(_ results: SweepResults) {
        self.init(
            results.rows.map(\.model), pairs: results.pairs, marginPoints: results.marginPoints,
            hasTotal: true)
    }

    /// The meaning of the numbers in brackets.
    var legend: String {
        "percent right, mean"
            + (errorKinds.isEmpty
                ? "" : " (\(errorKinds.map(\.legend).joined(separator: "; ")))")
    }
}

extension SweepRow.Range {
    /// "4.70 (3.20 to 6.20)": the mean, the least and the most.
    var text: String { String(format: "%.2f (%.2f to %.2f)", mean, least, most) }
}
