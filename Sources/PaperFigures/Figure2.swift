import LinearAttention
import Plots

extension RegressionFigure {
    package static let figure2 = RegressionFigure(
        "figure2", "All parameters, zero-shot loss (15): by the free weight w"
    ) { _ in
        let setup = try RegressionSetup.paper()
        let problem = setup.problem
        let colors: [Series.Color] = [.blue, .sky, .green, .orange, .vermillion, .purple]
        let series = zip(AuthorsCurves.fullWeights, colors).map { weight, color in
            FigureSeries.theory(
                "w = \(weight.short)", color, .solidLine,
                problem.fullFineTunedHead(trained: setup.task, weight: weight), problem,
                task: setup.task, last: 40)
        }
        let panel = Panel(
            "All parameters, zero-shot loss", x: FigureSeries.contextAxis(40),
            y: Panel.Axis(FigureSeries.errorLabel, range: 0...3.5), legend: .outside,
            series: series)
        var figure = Figure("figure2", columnCount: 1, panels: [panel])
        figure.panelSize = (500, 290)
        let last = series.map { ($0.points.last?.y ?? 0).fixed() }
        return FigureReport(
            figure,
            FigureText(PackageResources.figure2_md).filled([
                "zero": series[0].points[0].y.fixed(1), "last": last.joined(separator: ", "),
                "limit": problem.fullFineTunedErrorLimit(task: setup.task).fixed(1),
            ]))
    }
}
