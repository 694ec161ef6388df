import Plots

extension RegressionFigure {
    static let figure1 = RegressionFigure(
        "figure1", "Pretrained: error against n, by dimension"
    ) { runner in
        let dimensions = [5, 10, 15, 20]
        let colors: [Series.Color] = [.blue, .vermillion, .green, .purple]
        var series: [Series] = [
            Series(
                "zero-shot error", .grey, .dottedLine,
                [Series.Point(0, 1), Series.Point(40, 1)])
        ]
        var worse: [String] = []
        for (dimension, color) in zip(dimensions, colors) {
            var setup = try RegressionSetup(
                RegressionProblem(dimension: dimension, noise: 0),
                direction: Vector(unit: 0, count: dimension))
            setup.context = 1_000
            let head = try setup.predictedPretrainedHead()
            let curve = FigureSeries.theory(
                "d = \(dimension)", color, .solidLine, head, setup.problem, task: setup.task)
            var study = RegressionStudy(setup)
            study.pretraining.iterationCount = 1_000
            study.pretraining.batchSize = 1_000
            let results = try runner.results("d = \(dimension)", study)
            series += [
                curve,
                try FigureSeries.points(
                    "trained, d = \(dimension)", color, .openCircles, results, .pretrained,
                    task: setup.task, contexts: Array(stride(from: 0, through: 40, by: 2)),
                    isInLegend: false),
            ]
            let range = curve.points.filter { $0.x > 0 && $0.y > curve.points[0].y }.map(\.x)
            worse.append(
                "d = \(dimension): n = \(Int(range.first ?? 0)) to \(Int(range.last ?? 0))")
        }
        let panel = Panel(
            "Pretrained, m = 1000, no noise", x: FigureSeries.contextAxis,
            y: Panel.Axis(FigureSeries.errorLabel, range: 0...6), series: series)
        var figure = Figure("figure1", columnCount: 1, panels: [panel])
        figure.panelWidth = 420
        figure.panelHeight = 300
        return FigureReport(
            figure,
            [
                "Figure 1: error of the pretrained model on one task against the number of "
                    + "examples; m = 1000 examples in pretraining, no noise, |theta0| = 1.",
                "The paper shows that few-shot prompts are worse than zero-shot ones for n = 1 to "
                    + "d - 2. Here, by Corollary 4.2 with the exact optimum: "
                    + worse.joined(separator: "; ") + ". The same.",
                "The paper's values of d could not be read from our source; these are ours. "
                    + runner.recipeText + " Here 1,000 iterations of 1,000 prompts.",
            ])
    }
}
