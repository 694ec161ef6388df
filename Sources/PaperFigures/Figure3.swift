import LinearAttention
import Plots

extension RegressionFigure {
    package static let figure3 = RegressionFigure(
        "figure3", "V only, zero-shot loss (21): by w; the best w against n"
    ) { _ in
        let setup = try RegressionSetup.paper()
        let (problem, task) = (setup.problem, setup.task)
        let colors: [Series.Color] = [
            .blue, .sky, .green, .orange, .vermillion, .purple, .black, .blue, .vermillion,
        ]
        let curves = zip(AuthorsCurves.valueWeights, colors).enumerated().map { index, pair in
            FigureSeries.theory(
                "w = \(pair.0.fixed(1))", pair.1, index < 7 ? .solidLine : .dottedLine,
                problem.valueFineTunedHead(trained: task, weight: pair.0), problem, task: task,
                last: 40)
        }
        let upper = Panel(
            "V only, zero-shot loss", x: FigureSeries.contextAxis(40),
            y: Panel.Axis(FigureSeries.errorLabel, range: 0...0.59), legend: .outside,
            series: curves + [FigureSeries.vertical(20, 0...0.59, .grey, .dashedLine)])
        func best(_ n: Int) -> Double {
            problem.bestValueWeight(trained: task, context: n, task: task)
        }
        let lower = Panel(
            "Best weight on θ₀", x: FigureSeries.contextAxis(40),
            y: Panel.Axis("w*(n; θ₀)", range: 0...0.8), legend: .bottomRight,
            series: [
                Series(
                    "w*(n)", .blue, .solidLine,
                    (0...40).map { Series.Point(Double($0), best($0)) }),
                // Their dot takes the element after that of n = 20.
                Series("w* = 0.66", .vermillion, .filledCircles, [Series.Point(20, best(21))]),
            ])
        var figure = Figure("figure3", columnCount: 1, panels: [upper, lower])
        figure.panelWidth = 500
        figure.alignsAxes = true
        return FigureReport(
            figure,
            FigureText(PackageResources.figure3_md).filled([
                "zero": problem.leastValueZeroShotError(trained: task).fixed(),
                "best20": best(20).fixed(4), "best21": best(21).fixed(4),
                "limit": problem.bestValueWeightLimit(trained: task, task: task).fixed(),
            ]))
    }
}
