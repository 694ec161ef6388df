import LinearAttention
import Plots

extension RegressionFigure {
    package static let figure1 = RegressionFigure(
        "figure1", "Pretrained (10): error against n, by dimension"
    ) { _ in
        let colors: [Series.Color] = [.blue, .vermillion, .green, .purple]
        var series: [Series] = []
        var worse: [String] = []
        for (dimension, color) in zip(AuthorsCurves.dimensions, colors) {
            let problem = try RegressionProblem(dimension: dimension, noise: 0)
            let curve = FigureSeries.theory(
                "d = \(dimension)", color, .solidLine, problem.paperPretrainedHead(context: 1_000),
                problem, task: Vector(unit: 0, count: dimension), last: 20)
            series += [
                curve, FigureSeries.vertical(Double(dimension - 1), 0...2.3, color, .dashedLine),
            ]
            let range = curve.points.filter { $0.y > curve.points[0].y }.map { Int($0.x) }
            worse.append("n = \(range.first ?? 0) to \(range.last ?? 0) for d = \(dimension)")
        }
        let panel = Panel(
            "Pretrained, m = 1000, no noise", x: FigureSeries.contextAxis(20),
            y: Panel.Axis(FigureSeries.errorLabel, range: 0...2.3), legend: .outside,
            series: series)
        var figure = Figure("figure1", columnCount: 1, panels: [panel])
        figure.panelSize = (500, 290)
        return FigureReport(
            figure,
            FigureText(PackageResources.figure1_md).filled(["worse": worse.joined(separator: ", ")])
        )
    }
}
