import Plots

extension RegressionFigure {
    static let beyondLambda = RegressionFigure(
        "beyond-lambda", "Errors by the few-shot weight, annealed and constant"
    ) { runner in
        let setup = try RegressionSetup.paper()
        let weights: [Double] = [0.03, 0.1, 0.3, 1, 3, 10]
        let ways:
            [(name: String, FineTuningTarget, FineTuning.Annealing, Series.Color, Series.Mark)] =
                [
                    ("all, annealed", .all, .linear, .vermillion, .openCircles),
                    ("all, constant", .all, .constant, .vermillion, .filledCircles),
                    ("V, annealed", .v, .linear, .green, .openTriangles),
                    ("V, constant", .v, .constant, .green, .filledTriangles),
                ]
        var study = RegressionStudy(setup)
        study.fineTunings = ways.flatMap { way in
            weights.map { weight in
                var tuning = FineTuning(way.1, .withFewShot)
                tuning.annealing = way.2
                tuning.fewShotWeight = weight
                return tuning
            }
        }
        let results = try runner.results("beyond lambda", study)
        let asked: [(title: String, context: Int, task: Vector)] = [
            ("0-shot, θ₀", 0, setup.task), ("20-shot, θ₀", setup.shots, setup.task),
            ("20-shot, −θ₀", setup.shots, try setup.task(cosine: -1)),
        ]
        func error(_ way: Int, _ weight: Int, _ column: Int) throws -> Estimate {
            try results.error(
                .fineTuned(way * weights.count + weight), context: asked[column].context,
                task: asked[column].task)
        }
        var panels = try asked.enumerated().map { column, asked in
            Panel(
                asked.title,
                x: Panel.Axis(
                    "few-shot weight λ₀", range: 0.022...14, scale: .logarithmic,
                    ticks: weights),
                y: Panel.Axis(FigureSeries.errorLabel, scale: .logarithmic),
                legend: column == 0 ? .topLeft : .none,
                series: try ways.enumerated().map { index, way in
                    Series(
                        way.name, way.3, way.4,
                        try weights.enumerated().map { place, weight in
                            try Series.Point(weight, error(index, place, column))
                        }
                    ).shifted(0.05 * (Double(index) - 1.5))
                })
        }
        let range = FigureSeries.logarithmicRange(panels.flatMap(\.series), room: 1.9)
        for index in panels.indices { panels[index].y.range = range }
        func line(_ way: Int) throws -> String {
            let cells = try weights.indices.map { weight in
                try "\(weights[weight]): "
                    + (0..<3).map { try error(way, weight, $0).fixed() }.joined(separator: " / ")
            }
            return ways[way].name + "\n    " + cells.joined(separator: "\n    ")
        }
        var figure = Figure("beyond-lambda", columnCount: 3, panels: panels)
        figure.panelWidth = 300
        figure.panelHeight = 270
        let constant = try error(1, 3, 1).mean
        let annealed = try error(0, 3, 1).mean
        let slow = try error(0, 5, 1).mean
        let traded = try [error(1, 5, 0).mean, error(1, 5, 1).mean]
        let values = try (1..<weights.count).map { try error(2, $0, 1).mean }
        let spread = (values.max() ?? 0) - (values.min() ?? 0)
        return FigureReport(
            figure,
            [
                "Beyond the paper: the few-shot weight lambda0 and its annealing; errors after ZS+FS "
                    + "training (0-shot on theta0 / 20-shot on theta0 / 20-shot on -theta0).",
                runner.whole(
                    "Found: for all parameters annealing decides. At lambda0 = 1 the 20-shot error on "
                        + "theta0 is \(annealed.fixed(2)) annealed and \(constant.fixed(2)) constant"
                        + (constant < annealed
                            ? ": as lambda goes to 0 the training returns to the zero-shot optimum, "
                                + "which has no use for examples" : "")
                        + ". Annealed from \(weights[5].fixed(0)) it is "
                        + "\(slow.fixed(2)). Constant at \(weights[5].fixed(0)) all parameters have "
                        + "zero-shot and 20-shot errors of \(traded[0].fixed(2)) and "
                        + "\(traded[1].fixed(2)). For V, annealed from 0.1 and more, the 20-shot errors "
                        + "on theta0 differ by at most \(spread.fixed(4))."),
                "  " + (try ways.indices.map(line).joined(separator: "\n  ")),
                runner.recipeText,
            ])
    }
}
