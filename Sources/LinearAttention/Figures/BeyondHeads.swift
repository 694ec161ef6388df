import Plots

extension RegressionFigure {
    static let beyondHeads = RegressionFigure(
        "beyond-heads", "Errors by the number of heads"
    ) { runner in
        var all: [(x: Double, results: RegressionResults)] = []
        for count in [1, 2, 4, 8] {
            var study = RegressionStudy(try RegressionSetup.paper())
            study.design = AttentionDesign(.merged, headCount: count)
            study.fineTunings = Regimes.tunings
            all.append((Double(count), try runner.results("\(count) heads", study)))
        }
        let asked: [(title: String, context: Int, cosine: Double)] = [
            ("0-shot, θ₀", 0, 1), ("20-shot, θ₀", 20, 1), ("20-shot, −θ₀", 20, -1),
        ]
        let panels = try asked.enumerated().map { column, asked in
            Panel(
                asked.title,
                x: Panel.Axis("heads", range: 0.8...10, scale: .logarithmic),
                y: Panel.Axis(FigureSeries.errorLabel, range: 0.09...15, scale: .logarithmic),
                legend: column == 0 ? .topRight : .none,
                series: try Regimes.series(all, context: asked.context) {
                    $0.task(cosine: asked.cosine)
                })
        }
        var figure = Figure("beyond-heads", columnCount: 3, panels: panels)
        figure.panelWidth = 350
        figure.panelHeight = 260
        let rows = try all.map { count, results -> String in
            let setup = results.study.setup
            let cells = try Regimes.styles.map { style in
                try "\(style.name) "
                    + results.error(style.3, context: 0).fixed() + " / "
                    + results.error(style.3, context: setup.shots).fixed() + " / "
                    + results.error(
                        style.3, context: setup.shots, task: setup.task(cosine: -1)
                    ).fixed()
            }
            return "\(Int(count)): " + cells.joined(separator: "; ")
        }
        func error(_ place: Int, _ style: Int, _ cosine: Double) throws -> String {
            let results = all[place].results
            return try results.error(
                Regimes.styles[style].3, context: results.study.setup.shots,
                task: results.study.setup.task(cosine: cosine)
            ).mean.fixed(2)
        }
        let last = all.count - 1
        return FigureReport(
            figure,
            [
                "Beyond the paper: one, two, four and eight heads with merged Q.",
                "Found, from one head to \(Int(all[last].x)): all on ZS forgets less (20-shot on theta0 "
                    + "\(try error(0, 1, 1)) to \(try error(last, 1, 1)), on -theta0 "
                    + "\(try error(0, 1, -1)) to \(try error(last, 1, -1))), for some heads can take "
                    + "the task and leave others to read examples. With the few-shot loss the same room "
                    + "serves theta0 alone (\(try error(0, 2, 1)) to \(try error(last, 2, 1)), on -theta0 "
                    + "\(try error(0, 2, -1)) to \(try error(last, 2, -1))): several heads learn to "
                    + "answer with theta0 whatever the examples say. V alone hardly changes on ZS "
                    + "(\(try error(0, 3, -1)) to \(try error(last, 3, -1)) on -theta0).",
                "0-shot on theta0 / 20-shot on theta0 / 20-shot on -theta0:\n  "
                    + rows.joined(separator: "\n  "),
                runner.recipeText,
            ])
    }
}
