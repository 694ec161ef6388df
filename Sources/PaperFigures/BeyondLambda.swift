import LinearAttention
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
                    ("all, annealed", .all, .linear, .blue, .openCircles),
                    ("all, constant", .all, .constant, .blue, .filledCircles),
                    ("V, annealed", .v, .linear, .vermillion, .openTriangles),
                    ("V, constant", .v, .constant, .vermillion, .filledTriangles),
                ]
        var study = RegressionExperiment(setup)
        study.fineTunings = ways.flatMap { way in
            weights.map { weight in
                var tuning = FineTuning(way.1, .withFewShot)
                tuning.annealing = way.2
                tuning.fewShotWeight = weight
                return tuning
            }
        }
        let results = try runner.results("beyond lambda", study)
        let columns: [(title: String, context: Int, task: Vector)] = [
            ("0-shot, θ₀", 0, setup.task), ("20-shot, θ₀", setup.shots, setup.task),
            ("20-shot, −θ₀", setup.shots, try setup.task(cosine: -1)),
        ]
        func error(_ way: Int, _ weight: Int, _ column: Int) throws -> Estimate {
            try results.error(
                .fineTuned(way * weights.count + weight), context: columns[column].context,
                task: columns[column].task)
        }
        var panels = try columns.enumerated().map { column, evaluated in
            Panel(
                evaluated.title,
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
        var figure = Figure("beyond-lambda", columnCount: 3, panels: panels)
        figure.panelSize = (300, 270)
        let rows = try ways.indices.flatMap { way in
            try weights.indices.map { weight in
                try "| \(ways[way].name) | \(weights[weight].short) | "
                    + (0..<3).map { try error(way, weight, $0).fixed() }
                    .joined(separator: " | ") + " |"
            }
        }
        let values = try (1..<weights.count).map { try error(2, $0, 1).mean }
        return FigureReport(
            figure,
            FigureText(PackageResources.beyond_lambda_md).filled(
                [
                    "rows": rows.joined(separator: "\n"), "points": runner.recipeText,
                    "annealed": try error(0, 3, 1).mean.fixed(2),
                    "constant": try error(1, 3, 1).mean.fixed(2),
                    "annealedMinus": try error(0, 3, 2).mean.fixed(2),
                    "constantMinus": try error(1, 3, 2).mean.fixed(2),
                    "spread": ((values.max() ?? 0) - (values.min() ?? 0)).fixed(4),
                ], flags: ["whole": !runner.isQuick]))
    }
}
