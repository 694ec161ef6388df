import Scoring
import Evaluation
import Foundation
import Reports
import Statistics
import Experiments

/// The results of a study to read: its table, what was chosen, and what the changes are like.
struct SweepText {
    let results: SweepResults

    init(_ results: SweepResults) { self.results = results }

    var lines: [String] {
        var lines = [legend(of: results.rows), ""] + table(of: results.rows) + [""] + notes
        if !results.pairs.isEmpty { lines += [""] + pairs }
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
    func legend(of rows: [SweepRow]) -> String {
        let kinds = ErrorKind.allCases.filter { kind in
            rows.contains { $0.values.contains { $0.errorKind == kind } }
        }
        return "percent right, mean"
            + (kinds.isEmpty
                ? "" : " (\(kinds.map(\.legend).joined(separator: "; ")))")
    }

    /// Percent, with standard errors; under each row its 95 % interval, and its difference from the base
    /// model in points with its interval and its tests.
    func table(of rows: [SweepRow]) -> [String] {
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
            let values = columns.map { column in
                row.values.first { $0.category == column.category && $0.shots == column.shots }
            }
            func add(_ title: String, _ cell: (SweepRow.Value) -> String) {
                let cells = values.map { $0.map(cell) ?? "" }
                if cells.contains(where: { !$0.isEmpty }) { text.rows.append([title] + cells) }
            }
            text.rows.append([row.title] + values.map { $0.map(Self.percent) ?? "-" })
            add("  95 %") { $0.interval.map { NumberText.percent($0) } ?? "" }
            add("  difference") { $0.difference.map(Self.points) ?? "" }
            add("  95 %") { NumberText.points($0.difference?.micro.interval) }
            add("  p") {
                NumberText.probability($0.difference?.adjustedP ?? $0.difference?.micro.noChangeP)
            }
            add("  drop > \(NumberText.short(results.marginPoints))") {
                $0.difference?.verdict?.words ?? ""
            }
        }
        return text.lines
    }

    /// Of two seeds their two values.
    private static func percent(_ value: SweepRow.Value) -> String {
        if value.seeds.count == 2 {
            return value.seeds.map { NumberText.percent($0) }.joined(separator: ", ")
        }
        return NumberText.percent(
            value.mean, error: value.standardError, over: value.errorKind ?? .questions)
    }

    private static func points(_ row: ComparisonTable.Row) -> String {
        let means = row.micro.seedMeans
        return means.count == 2
            ? means.map { NumberText.points($0) }.joined(separator: ", ")
            : NumberText.points(row.micro.mean)
    }

    private var notes: [String] {
        let margin = NumberText.short(results.marginPoints)
        var lines: [String] = []
        if results.rows.contains(where: { row in row.values.contains { $0.difference != nil } }) {
            lines.append(
                "difference: from the base model on the same questions, over questions and seeds; p: of no "
                    + "change; drop > \(margin): whether a drop beyond \(margin) points is excluded at 0.05. "
                    + "p and drop are adjusted over the categories behind as many shots (Holm).")
        }
        let first = results.rows.first { !$0.values.isEmpty }?.values ?? []
        let counts = first.filter { $0.shots == first.first?.shots && $0.category != "all" }
            .map(\.questionCount)
        if first.contains(where: { $0.category == "all" }) {
            lines.append(TotalText.sentence(counts))
        }
        if let seed = results.choosingSeed {
            lines.append(
                "Seed \(seed) chose the settings and is among the seeds that are reported: its share of a "
                    + "mean is a little too good.")
        }
        return lines
    }

    /// Each two rows by one test.
    private var pairs: [String] {
        let shots = results.pairs.first?.row.shots ?? 0
        var text = TextColumns()
        text.leftCount = 2
        text.rows = [
            [
                "\(shots)-shot, all questions", "less", "difference", "95 % interval", "p",
                "drop > \(NumberText.short(results.marginPoints))",
            ]
        ]
        for pair in results.pairs {
            text.rows.append([
                pair.second, pair.first, Self.points(pair.row),
                NumberText.points(pair.row.micro.interval), NumberText.probability(pair.adjustedP),
                pair.verdict?.words ?? "",
            ])
        }
        return text.lines + [
            "p and drop are adjusted over the \(results.pairs.count) pairs (Holm)."
        ]
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
        return text.lines + stability
            + (causes.isEmpty ? [] : ["failed:"] + causes.map { "  " + $0 })
    }

    /// How sure each choice is.
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
        func text(_ range: SweepRow.Range) -> String {
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
