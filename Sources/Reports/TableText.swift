import Basics
import Benchmarks
import Foundation
import Scoring
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
            func line<Value>(
                _ kind: Line.Kind, _ title: String, _ values: [Value?], _ text: (Value) -> String
            ) -> Line {
                Line(kind: kind, title: title, cells: values.map { $0.map(text) ?? "" })
            }
            let changes = row.differences ?? []
            let lines = [
                line(.model, row.name, row.cells) { NumberText.percent($0) },
                line(.interval, "95 %", row.cells) { NumberText.percent($0.interval) },
                line(.difference, "difference", changes) { NumberText.points($0.micro) },
                line(.differenceInterval, "95 %", changes) { NumberText.points($0.micro.interval) },
                line(.test, "p", changes) {
                    NumberText.probability($0.adjustedP ?? $0.micro.noChangeP)
                },
                line(.test, dropTitle, changes) { $0.verdict?.words ?? "" },
                line(.paper, "paper", row.paper ?? []) { NumberText.percent($0, decimals: 2) },
                line(.paperDifference, "paper's difference", row.paperDifferences ?? []) {
                    NumberText.points($0.mean, decimals: 2)
                },
            ]
            // Of two seeds nothing is known.
            return lines.filter { line in
                line.kind == .model || line.cells.contains { !$0.isEmpty }
            }
        }
    }

    /// The title of the column on a drop beyond the margin.
    private var dropTitle: String { "drop > \(NumberText.short(marginPoints))" }

    /// Each two models of a sweep, a line each; none elsewhere.
    var pairLines: [String] {
        guard let first = pairs.first else { return [] }
        return [
            "Pairs, \(first.row.shots)-shot, all questions: second less first, 95 % interval, p and "
                + "drop as above, adjusted over \(pairs.count) pairs (Holm)"
        ]
            + pairs.map { pair in
                let row = pair.row
                return "  \(pair.first), \(pair.second): "
                    + [
                        NumberText.points(row.micro), NumberText.points(row.micro.interval),
                        row.adjustedP.map { "p " + NumberText.probability($0) } ?? "",
                        row.verdict.map { "\(dropTitle) \($0.words)" } ?? "",
                    ].filter { !$0.isEmpty }.joined(separator: ", ")
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

    /// Two lines over the cells of columns: numbers of shots, each once, and categories.
    package static func heading(_ columns: [TableColumn]) -> [[String]] {
        let shots = columns.indices.map { index in
            index > 0 && columns[index].shots == columns[index - 1].shots
                ? "" : "\(columns[index].shots)-shot"
        }
        return [[""] + shots, [""] + columns.map { Category.heading(of: $0.category) }]
    }

    /// The rows as aligned columns.
    package var textLines: [String] {
        let body = lines.map { line in
            line.kind == .model
                ? [line.title] + line.cells.map { $0.isEmpty ? "-" : $0 }
                : ["  " + line.title] + line.cells
        }
        return TextTable(Self.heading(columns) + body).lines
    }

    /// Each two models of a sweep as aligned columns; none elsewhere.
    package var pairText: [String] {
        guard let first = pairs.first else { return [] }
        let heading = [
            "\(first.row.shots)-shot, all questions", "less", "difference", "95 % interval", "p",
            dropTitle,
        ]
        let body = pairs.map { pair in
            [
                pair.second, pair.first, NumberText.points(pair.row.micro),
                NumberText.points(pair.row.micro.interval),
                NumberText.probability(pair.row.adjustedP), pair.row.verdict?.words ?? "",
            ]
        }
        return TextTable([heading] + body, leftCount: 2).lines + [
            "p and drop are adjusted over the \(pairs.count) pairs (Holm)."
        ]
    }

    private var terminal: String {
        let more = pairText.isEmpty ? [] : [""] + pairText
        return (textLines + more + ["", caption]).joined(separator: "\n") + "\n"
    }

    private var markdown: String {
        func row(_ cells: [String]) -> String {
            "| " + cells.map(Escape.markdown).joined(separator: " | ") + " |"
        }
        let head = columns.map { "\($0.shots): \(Category.heading(of: $0.category))" }
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
        let names = columns.map { Escape.latex(Category.heading(of: $0.category)) }
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
}
