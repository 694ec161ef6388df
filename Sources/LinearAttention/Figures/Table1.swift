import Basics

extension RegressionFigure {
    static let table1 = RegressionFigure(
        "table1", "Which regime is best, better, worse, worst"
    ) { runner in
        let setup = try RegressionSetup.paper()
        var study = RegressionStudy(setup)
        study.fineTunings = [
            FineTuning(.all, .zeroShot), FineTuning(.v, .zeroShot), FineTuning(.v, .withFewShot),
        ]
        let results = try runner.results("table 1", study)
        let stages: [(name: String, stage: RegressionResults.Stage)] = [
            ("pretrained", .pretrained), ("all parameters, ZS", .fineTuned(0)),
            ("V only, ZS", .fineTuned(1)), ("V only, ZS+FS", .fineTuned(2)),
        ]
        let minus = try setup.task(cosine: -1)
        let columns: [(name: String, context: Int, task: Vector)] = [
            ("0-shot, θ₀", 0, setup.task),
            ("\(setup.shots)-shot, theta0", setup.shots, setup.task),
            ("\(setup.shots)-shot, cos 0", setup.shots, try setup.task(cosine: 0)),
            ("\(setup.shots)-shot, -theta0", setup.shots, minus),
        ]
        let errors = try columns.map { column in
            try stages.map {
                try results.error($0.stage, context: column.context, task: column.task)
            }
        }
        let words = errors.map(ranks)
        var markdown = "| | " + columns.map(\.name).joined(separator: " | ") + " |\n"
        markdown += "|---|" + String(repeating: "---|", count: columns.count) + "\n"
        var csv = [["model", "error_of", "error", "standard_error", "rank"]]
        for (row, stage) in stages.enumerated() {
            let cells = columns.indices.map { "\(words[$0][row]), \(errors[$0][row].fixed())" }
            markdown += "| \(stage.name) | " + cells.joined(separator: " | ") + " |\n"
            for column in columns.indices {
                let error = errors[column][row]
                csv.append([
                    stage.name, columns[column].name, "\(error.mean)",
                    error.standardError.map { "\($0)" } ?? "", words[column][row],
                ])
            }
        }
        var report = FigureReport(
            nil,
            [
                "Table 1: four regimes ranked by their computed errors, standard errors in brackets; "
                    + "d = 5, m = 20, sigma2 = 0.1, |theta0| = 1. Equal words: closer than two standard "
                    + "errors of the difference, the root of the sum of their squares.",
                markdown,
                "The paper's table is qualitative, with these four words; its cells could not be "
                    + "read from our source, so every word here comes from a number. Its text says: "
                    + "training everything harms in-context learning, V alone keeps it, and the "
                    + "few-shot loss helps on theta0 at the cost of other tasks.",
                verdict(errors.map { $0.map(\.mean) }),
                runner.recipeText,
            ])
        report.files = [("table1.csv", CSVTable.text(csv)), ("table1.md", markdown)]
        return report
    }

    /// Whether the numbers say what the paper's text says.
    ///
    /// - Parameter errors: by column, then by row, as in the table
    private static func verdict(_ errors: [[Double]]) -> String {
        let (few, across, minus) = (errors[1], errors[2], errors[3])
        let claims: [(words: String, holds: Bool)] = [
            ("training everything harms it", [few, across, minus].allSatisfy { $0[1] > $0[0] }),
            (
                "V alone loses less of it", [few, across, minus].allSatisfy { $0[2] < $0[1] }
            ),
            (
                "the few-shot loss helps V on theta0 and costs it on other tasks",
                few[3] < few[2] && across[3] > across[2] && minus[3] > minus[2]
            ),
        ]
        let failing = claims.filter { !$0.holds }.map(\.words)
        return failing.isEmpty
            ? "The numbers say so too."
            : "The numbers do not say that " + failing.joined(separator: ", nor that ") + "."
    }

    /// best, better, worse, worst from the lowest up; those too close to tell share the better word.
    static func ranks(_ errors: [Estimate]) -> [String] {
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
