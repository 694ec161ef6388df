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
        let studies = try dimensions.map { dimension in
            var setup = try RegressionSetup(
                RegressionProblem(dimension: dimension, noise: 0),
                direction: Vector(unit: 0, count: dimension))
            setup.context = 1_000
            var study = RegressionStudy(setup)
            study.pretraining.iterationCount = 1_000
            study.pretraining.batchSize = 1_000
            return study
        }
        let results = try runner.results("figure 1", studies)
        var worse: [String] = []
        var agrees = true
        for (results, color) in zip(results, colors) {
            let setup = results.study.setup
            let dimension = setup.problem.dimension
            let pair = try FigureSeries.pair(
                "d = \(dimension)", color, setup.predictedPretrainedHead(), results, .pretrained,
                contexts: Array(stride(from: 0, through: 40, by: 2)))
            series += pair
            let range = pair[0].points.filter { $0.y > pair[0].points[0].y }.map { Int($0.x) }
            agrees = agrees && range == Array(1...dimension - 2)
            worse.append("d = \(dimension): n = \(range.first ?? 0) to \(range.last ?? 0)")
        }
        let panel = Panel(
            "Pretrained, m = 1000, no noise", x: FigureSeries.contextAxis,
            y: Panel.Axis(FigureSeries.errorLabel, range: 0...6), legend: .outside,
            series: series)
        var figure = Figure("figure1", columnCount: 1, panels: [panel])
        figure.panelWidth = 500
        figure.panelHeight = 290
        return FigureReport(
            figure,
            [
                "Figure 1: error of the pretrained model on one task against the number of "
                    + "examples; m = 1000 examples in pretraining, no noise, |theta0| = 1.",
                "The paper shows that few-shot prompts are worse than zero-shot ones for n = 1 to "
                    + "d - 2. Here, by Corollary 4.2 with the exact optimum: "
                    + worse.joined(separator: "; ") + (agrees ? ". The same." : ". Not the same."),
                "The paper's values of d could not be read from our source; these are ours. "
                    + runner.recipeText + " Here 1,000 iterations of 1,000 prompts.",
            ])
    }
}
