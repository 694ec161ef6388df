import Basics
import Foundation
import Statistics

/// How a table is written.
public enum TableFormat: String, CaseIterable, Sendable {
    case terminal
    case markdown
    case latex
    case csv
    case json
}

extension ResultTable {
    /// The whole table, ending in a line break.
    public func text(as format: TableFormat) throws -> String {
        switch format {
        case .terminal: terminal
        case .markdown: markdown
        case .latex: latex
        case .csv: csv
        case .json: try json
        }
    }

    /// A line of the table, as every format has it but for its signs.
    struct Line {
        enum Kind {
            case model
            case interval
            case difference
            case differenceInterval
            case test
            case paper
            case paperDifference
        }

        let kind: Kind
        let title: String
        /// By column; empty where there is none.
        let cells: [String]
    }

    var lines: [Line] {
        rows.flatMap { row -> [Line] in
            var lines = [
                Line(kind: .model, title: row.name, cells: row.cells.map(NumberText.percent)),
                Line(
                    kind: .interval, title: "95 %",
                    cells: row.cells.map { NumberText.percent($0?.interval) }),
            ]
            if let differences = row.differences { lines += self.lines(differences) }
            if let paper = row.paper {
                lines.append(
                    Line(kind: .paper, title: "paper", cells: paper.map(NumberText.percent)))
            }
            if let differences = row.paperDifferences {
                lines.append(
                    Line(
                        kind: .paperDifference, title: "paper's difference",
                        cells: differences.map { $0.map { NumberText.points($0.mean) } ?? "" }))
            }
            // Of two seeds nothing is known.
            return lines.filter { line in
                line.kind == .model || line.cells.contains { !$0.isEmpty }
            }
        }
    }

    private func lines(_ differences: [TableDifference?]) -> [Line] {
        [
            Line(
                kind: .difference, title: "difference", cells: differences.map(NumberText.points)),
            Line(
                kind: .differenceInterval, title: "95 %",
                cells: differences.map { NumberText.points($0?.interval) }),
            Line(
                kind: .test, title: "p",
                cells: differences.map {
                    NumberText.probability($0?.pNoChangeHolm ?? $0?.pNoChange)
                }),
            Line(
                kind: .test, title: "drop > \(ModelRuns.short(marginPoints))",
                cells: differences.map { $0?.noLossBeyondMargin?.words ?? "" }),
        ]
    }

    /// Each two models of a study, a line each; none elsewhere.
    var pairLines: [String] {
        guard let first = pairs.first else { return [] }
        return [
            "Pairs, \(first.shots)-shot, all questions: second less first, 95 % interval, p and drop as "
                + "above, adjusted over \(pairs.count) pairs (Holm)"
        ]
            + pairs.map { pair in
                let difference = pair.difference
                return "  \(pair.first), \(pair.second): "
                    + [
                        NumberText.points(difference),
                        difference.interval.map { NumberText.points($0) },
                        difference.pNoChangeHolm.map { "p " + NumberText.probability($0) },
                        difference.noLossBeyondMargin.map {
                            "drop > \(ModelRuns.short(marginPoints)) " + $0.words
                        },
                    ].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
            }
    }

    /// Numbers of shots with how many columns each has.
    var shotGroups: [(shots: Int, count: Int)] {
        var groups: [(shots: Int, count: Int)] = []
        for column in columns {
            if groups.last?.shots == column.shots {
                groups[groups.count - 1].count += 1
            } else {
                groups.append((column.shots, 1))
            }
        }
        return groups
    }

    private var terminal: String {
        let titles = lines.map { $0.kind == .model ? $0.title : "  " + $0.title }
        let width = titles.map(\.count).max() ?? 0
        let cells = lines.map(\.cells)
        let widths = columns.indices.map { index in
            max(
                CategoryText.short(columns[index].category).count,
                cells.map { $0[index].count }.max() ?? 0, "\(columns[index].shots)-shot".count) + 2
        }
        func line(_ first: String, _ rest: [String]) -> String {
            var text = first + String(repeating: " ", count: width - first.count)
            for (cell, width) in zip(rest, widths) {
                text += String(repeating: " ", count: max(1, width - cell.count)) + cell
            }
            while text.last == " " { text.removeLast() }
            return text
        }
        var shown: Int?
        let shots = columns.map { column -> String in
            defer { shown = column.shots }
            return column.shots == shown ? "" : "\(column.shots)-shot"
        }
        let body = zip(titles, cells).map { line($0, $1) }
        let names = columns.map { CategoryText.short($0.category) }
        let more = pairLines.isEmpty ? [] : [""] + pairLines
        return ([line("", shots), line("", names)] + body + more + ["", caption])
            .joined(separator: "\n") + "\n"
    }

    private var markdown: String {
        func row(_ cells: [String]) -> String {
            "| " + cells.map(Escape.markdown).joined(separator: " | ") + " |"
        }
        let head = columns.map { "\($0.shots): \(CategoryText.short($0.category))" }
        return
            ([
                row(["Model"] + head), "|---|" + columns.map { _ in "---:|" }.joined(),
            ] + lines.map { row([$0.title] + $0.cells) }
            + (pairs.isEmpty ? [] : [""] + pairLines.map { "- " + Escape.markdown($0) })
            + ["", Escape.markdown(caption)])
            .joined(separator: "\n") + "\n"
    }

    /// A table of the packages booktabs and graphicx to put into a document; one that is wider than
    /// the text is made as wide.
    private var latex: String {
        var shotCells: [String] = []
        var rules: [String] = []
        var first = 2
        for group in shotGroups {
            shotCells.append("\\multicolumn{\(group.count)}{c}{\(group.shots)-shot}")
            rules.append("\\cmidrule(lr){\(first)-\(first + group.count - 1)}")
            first += group.count
        }
        let names = columns.map { Escape.latex(CategoryText.short($0.category)) }
        var text = [
            "% \\usepackage{booktabs,graphicx}", "\\begin{table}", "\\centering", "\\small",
            "\\caption{\(Escape.latex(caption))}",
            "\\label{tab:accuracy}", "\\medskip",
            "\\resizebox{\\ifdim\\width>\\textwidth\\textwidth\\else\\width\\fi}{!}{%",
            "\\begin{tabular}{l\(String(repeating: "r", count: columns.count))}", "\\toprule",
            " & " + shotCells.joined(separator: " & ") + " \\\\", rules.joined(separator: " "),
            "Model & " + names.joined(separator: " & ") + " \\\\", "\\midrule",
        ]
        for (index, line) in lines.enumerated() {
            if line.kind == .model, index > 0 { text.append("\\addlinespace") }
            let title = Escape.latex(line.title)
            text.append(
                ([line.kind == .model ? title : "\\quad " + title]
                    + line.cells.map { Escape.latex($0).replacing("-", with: "$-$") })
                    .joined(separator: " & ") + " \\\\")
        }
        return (text + ["\\bottomrule", "\\end{tabular}}", "\\end{table}"])
            .joined(separator: "\n") + "\n"
    }

    /// A line a number: RFC 4180, shares, empty where there is none.
    private var csv: String {
        let names =
            "model,shots,category,questions,mean,standard_error,standard_error_over,lower,upper,"
            + "difference,difference_standard_error,difference_lower,difference_upper,"
            + "p_no_change,p_no_change_holm,margin_points,p_no_loss_beyond_margin,"
            + "p_no_loss_beyond_margin_holm,no_loss_beyond_margin,paper_mean,"
            + "paper_standard_error,paper_difference"
        var lines = [names.split(separator: ",").map(String.init)]
        func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        for row in rows {
            for (index, column) in columns.enumerated() {
                let cell = row.cells[index]
                let difference = row.differences?[index]
                lines.append(
                    [
                        row.name, "\(column.shots)", column.category,
                        cell?.questions.map { "\($0)" } ?? "", text(cell?.mean),
                        text(cell?.standardError), cell?.standardErrorOver?.rawValue ?? "",
                        text(cell?.interval?[0]), text(cell?.interval?[1]), text(difference?.mean),
                        text(difference?.standardError), text(difference?.interval?[0]),
                        text(difference?.interval?[1]), text(difference?.pNoChange),
                        text(difference?.pNoChangeHolm),
                        difference == nil ? "" : text(marginPoints),
                        text(difference?.pNoLossBeyondMargin),
                        text(difference?.pNoLossBeyondMarginHolm),
                        difference?.noLossBeyondMargin?.rawValue ?? "",
                        text(row.paper?[index]?.mean), text(row.paper?[index]?.standardError),
                        text(row.paperDifferences?[index]?.mean),
                    ])
            }
        }
        return CSVTable.text(lines)
    }

    private var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }
}

/// Numbers as tables show them.
enum NumberText {
    /// "63.62 (0.11 q)" of a share; of two seeds their two values.
    static func percent(_ cell: TableCell?) -> String {
        guard let cell else { return "" }
        if let seeds = cell.seeds, seeds.count == 2 {
            return seeds.map { String(format: "%.2f", 100 * $0) }.joined(separator: ", ")
        }
        return String(format: "%.2f", 100 * cell.mean)
            + error(cell.standardError, cell.standardErrorOver?.letter)
    }

    /// "61.20 to 65.90"
    static func percent(_ interval: [Double]?) -> String {
        guard let interval else { return "" }
        return interval.map { String(format: "%.2f", 100 * $0) }.joined(separator: " to ")
    }

    /// "+5.68 (0.90)" of a difference of shares; what rounds to nothing is "0.00".
    static func points(_ difference: TableDifference?) -> String {
        guard let difference else { return "" }
        if let seeds = difference.seeds, seeds.count == 2 {
            return seeds.map(points).joined(separator: ", ")
        }
        return points(difference.mean) + error(difference.standardError, nil)
    }

    static func points(_ difference: Double) -> String {
        let text = String(format: "%+.2f", 100 * difference)
        return Double(text) == 0 ? "0.00" : text
    }

    /// "+3.91 to +7.45"
    static func points(_ interval: [Double]?) -> String {
        interval?.map(points).joined(separator: " to ") ?? ""
    }

    /// "0.041", or "<0.001" for what is smaller.
    static func probability(_ p: Double?) -> String {
        guard let p else { return "" }
        return p < 0.0005 ? "<0.001" : String(format: "%.3f", p)
    }

    /// An error of 0 tells nothing: all questions were answered alike.
    private static func error(_ error: Double?, _ letter: String?) -> String {
        guard let error else { return "" }
        if error == 0 { return " (\u{2013})" }
        return String(format: " (%.2f", 100 * error) + (letter.map { " " + $0 } ?? "") + ")"
    }
}

/// Ways of scoring as sentences name them.
enum ScoringText {
    /// Behind "answers".
    static func words(_ scoring: String) -> String {
        switch scoring {
        case "generate": "read from generated text"
        case "letter": "scored by letter"
        case "choice": "scored by the choices' texts"
        default: "scored by \(scoring)"
        }
    }
}

/// Categories as tables and figures name them.
enum CategoryText {
    private static let titles = [
        "humanities": ("Hum", "Humanities"), "social_sciences": ("Soc", "Social sciences"),
        "stem": ("STEM", "STEM"), "other": ("Other", "Other"), "all": ("All", "All"),
    ]

    static func short(_ category: String) -> String { titles[category]?.0 ?? category }

    static func long(_ category: String) -> String { titles[category]?.1 ?? category }

    /// Of a column: "STEM, 7-shot".
    static func long(_ column: ResultTable.Column) -> String {
        "\(long(column.category)), \(column.shots)-shot"
    }
}
