import Foundation

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
            case difference
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
                Line(kind: .model, title: row.name, cells: row.cells.map(NumberText.percent))
            ]
            if let differences = row.differences {
                lines.append(
                    Line(
                        kind: .difference, title: "difference",
                        cells: differences.map(NumberText.points)))
            }
            if let paper = row.paper {
                lines.append(
                    Line(kind: .paper, title: "paper", cells: paper.map(NumberText.percent)))
            }
            if let differences = row.paperDifferences {
                lines.append(
                    Line(
                        kind: .paperDifference, title: "paper's difference",
                        cells: differences.map(NumberText.points)))
            }
            return lines
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
        return ([line("", shots), line("", names)] + body + ["", caption]).joined(separator: "\n")
            + "\n"
    }

    private var markdown: String {
        func row(_ cells: [String]) -> String {
            "| " + cells.map(Escape.markdown).joined(separator: " | ") + " |"
        }
        let head = columns.map { "\($0.shots): \(CategoryText.short($0.category))" }
        return
            ([
                row(["Model"] + head), "|---|" + columns.map { _ in "---:|" }.joined(),
            ] + lines.map { row([$0.title] + $0.cells) } + ["", Escape.markdown(caption)])
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
        var lines = [
            "model,shots,category,mean,standard_error,difference,difference_standard_error,mcnemar_p,"
                + "paper_mean,paper_standard_error,paper_difference"
        ]
        func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        for row in rows {
            for (index, column) in columns.enumerated() {
                let difference = row.differences?[index]
                lines.append(
                    [
                        Escape.csv(row.name), "\(column.shots)", column.category,
                        text(row.cells[index]?.mean), text(row.cells[index]?.standardError),
                        text(difference?.mean), text(difference?.standardError),
                        text(row.pValues?[index]), text(row.paper?[index]?.mean),
                        text(row.paper?[index]?.standardError),
                        text(row.paperDifferences?[index]?.mean),
                    ].joined(separator: ","))
            }
        }
        return lines.joined(separator: "\n") + "\n"
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
    /// "63.62 (0.11)" of a share.
    static func percent(_ cell: ResultTable.Cell?) -> String {
        guard let cell else { return "" }
        return String(format: "%.2f", 100 * cell.mean) + error(cell)
    }

    /// "+5.68 (0.90)" of a difference of shares; what rounds to nothing is "0.00".
    static func points(_ cell: ResultTable.Cell?) -> String {
        guard let cell else { return "" }
        return points(cell.mean) + error(cell)
    }

    static func points(_ difference: Double) -> String {
        let text = String(format: "%+.2f", 100 * difference)
        return Double(text) == 0 ? "0.00" : text
    }

    private static func error(_ cell: ResultTable.Cell) -> String {
        cell.standardError.map { String(format: " (%.2f)", 100 * $0) } ?? ""
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
