import Foundation
import Studies

/// The results of a study to read: its table, what was chosen, and what the changes are like.
struct StudyText {
    let results: SweepResults

    init(_ results: SweepResults) { self.results = results }

    var lines: [String] {
        var lines = [legend(of: results.rows), ""] + table(of: results.rows)
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

    /// What the numbers in brackets are.
    func legend(of rows: [StudyRow]) -> String {
        let kinds = ErrorKind.allCases.compactMap { kind -> String? in
            let titles = rows.filter { $0.values.first?.errorKind == kind }.map(\.title)
            if titles.isEmpty { return nil }
            return "over \(kind.rawValue)"
                + (titles.count == rows.count ? "" : " of " + titles.joined(separator: ", "))
        }
        return "percent right, mean"
            + (kinds.isEmpty
                ? "" : " (standard error " + kinds.joined(separator: "; ") + ")")
    }

    /// Percent, with standard errors; under each row its difference from the base model in points.
    func table(of rows: [StudyRow]) -> [String] {
        let first = rows.first { !$0.values.isEmpty }
        let columns = first?.values ?? []
        var text = TextColumns()
        var shown: Int?
        var heading = [""]
        for column in columns {
            heading.append(column.shots == shown ? "" : "\(column.shots)-shot")
            shown = column.shots
        }
        text.rows = [
            heading, [""] + columns.map { AccuracyText.title(of: $0.category) },
        ]
        for row in rows {
            func value(_ column: StudyRow.Value) -> StudyRow.Value? {
                row.values.first { $0.category == column.category && $0.shots == column.shots }
            }
            text.rows.append(
                [row.title]
                    + columns.map { column in
                        guard let value = value(column) else { return "-" }
                        return String(format: "%.1f", 100 * value.mean)
                            + (value.standardError.map { String(format: " (%.2f)", 100 * $0) }
                                ?? "")
                    })
            guard row.values.contains(where: { $0.difference != nil }) else { continue }
            text.rows.append(
                ["  difference"]
                    + columns.map { column in
                        value(column)?.difference.map { String(format: "%+.1f", 100 * $0) } ?? ""
                    })
        }
        return text.lines
    }

    /// How each candidate did in the selection sample, and why some did not; none where nothing is
    /// chosen yet.
    private var choices: [String] {
        var text = TextColumns()
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
        return text.lines + (causes.isEmpty ? [] : ["failed:"] + causes.map { "  " + $0 })
    }

    private var ranks: [String] {
        func text(_ range: StudyRow.Range) -> String {
            String(format: "%.2f (%.2f to %.2f)", range.mean, range.least, range.most)
        }
        var columns = TextColumns()
        columns.rows = [
            ["trained change", "effective rank", "participation ratio", "share of the first"]
        ]
        for row in results.rows {
            for rank in row.ranks {
                columns.rows.append([
                    "\(row.title): \(rank.projection.title)",
                    text(rank.effectiveRank), text(rank.participationRatio),
                    text(rank.firstShare),
                ])
            }
        }
        return columns.lines
    }
}
