import Basics
import LinearAttention

extension RegressionFigure {
    static let table1 = RegressionFigure(
        "table1", "Which regime is best, better, worse, worst"
    ) { runner in
        let setup = try RegressionSetup.paper()
        var study = RegressionExperiment(setup)
        study.fineTunings = [
            FineTuning(.all, .zeroShot), FineTuning(.v, .zeroShot), FineTuning(.v, .withFewShot),
        ]
        let results = try runner.results("table 1", study)
        let stages: [(name: String, stage: RegressionResults.Stage)] = [
            ("pretrained", .pretrained), ("all parameters, ZS", .fineTuned(0)),
            ("V only, ZS", .fineTuned(1)), ("V only, ZS+FS", .fineTuned(2)),
        ]
        /// The paper's words, by column, then by row.
        let paper = [
            ["worst", "best", "better", "better"], ["best", "worst", "better", "best"],
            ["best", "worst", "better", "worse"],
        ]
        let columns: [(name: String, context: Int, task: Vector)] = [
            ("0-shot, θ₀", 0, setup.task),
            ("\(setup.shots)-shot, θ₀", setup.shots, setup.task),
            ("\(setup.shots)-shot, −θ₀", setup.shots, try setup.task(cosine: -1)),
        ]
        let errors = try columns.map { column in
            try stages.map {
                try results.error($0.stage, context: column.context, task: column.task)
            }
        }
        let words = errors.map(ranks)
        var markdown = "| | " + columns.map(\.name).joined(separator: " | ") + " |\n"
        markdown += "|---|" + String(repeating: "---|", count: columns.count) + "\n"
        var csv = [["model", "error_of", "error", "standard_error", "rank", "paper"]]
        var different: [String] = []
        for (row, stage) in stages.enumerated() {
            let cells = columns.indices.map {
                "\(words[$0][row]), \(errors[$0][row].fixed()) (paper: \(paper[$0][row]))"
            }
            markdown += "| \(stage.name) | " + cells.joined(separator: " | ") + " |\n"
            for column in columns.indices {
                let error = errors[column][row]
                csv.append([
                    stage.name, columns[column].name, "\(error.mean)",
                    error.standardError.map { "\($0)" } ?? "", words[column][row],
                    paper[column][row],
                ])
                if words[column][row] != paper[column][row] {
                    different.append(
                        "\(stage.name), \(columns[column].name): \(words[column][row]), in the paper "
                            + paper[column][row])
                }
            }
        }
        var report = FigureReport(
            nil,
            FigureText(PackageResources.table1_md).filled(
                [
                    "table": markdown, "points": runner.recipeText,
                    "different": different.joined(separator: "; "),
                ], flags: ["whole": !runner.isQuick, "differs": !different.isEmpty]))
        report.files = [("table1.csv", CSVTable.text(csv)), ("table1.md", markdown)]
        return report
    }

    /// best, better, worse, worst from the lowest up; values too close to distinguish share the
    /// better word.
    package static func ranks(_ errors: [Estimate]) -> [String] {
        let order = errors.indices.sorted { errors[$0].mean < errors[$1].mean }
        let words = ["best", "better", "worse", "worst"]
        var result = [String](repeating: "", count: errors.count)
        for (place, index) in order.enumerated() {
            result[index] = words[min(place, words.count - 1)]
            guard place > 0 else { continue }
            let before = order[place - 1]
            let (lower, higher) = (errors[before], errors[index])
            let (a, b) = (lower.standardError ?? 0, higher.standardError ?? 0)
            if higher.mean - lower.mean < 2 * (a * a + b * b).squareRoot() {
                result[index] = result[before]
            }
        }
        return result
    }
}
