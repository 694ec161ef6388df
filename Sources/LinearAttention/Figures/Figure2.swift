import Plots

extension RegressionFigure {
    static let figure2 = RegressionFigure(
        "figure2", "All parameters, zero-shot loss: by the free weight w"
    ) { runner in
        let setup = try RegressionSetup.paper()
        let weights: [Double] = [0, 0.5, 1, 2]
        let colors: [Series.Color] = [.blue, .green, .orange, .vermillion]
        var series: [Series] = []
        let studies = weights.map { weight in
            // From small numbers nothing but v sets w: v stays, and q ends at 1.
            var start = AttentionHead(zeros: setup.problem.dimension)
            start.v = weight
            var study = RegressionStudy(setup)
            study.start = .head(start, perturbation: 0.01)
            study.fineTunings = [FineTuning(.all, .zeroShot)]
            return study
        }
        let all = try runner.results("figure 2", studies)
        for (results, (weight, color)) in zip(all, zip(weights, colors)) {
            let head = setup.problem.fullFineTunedHead(trained: setup.task, weight: weight)
            series += try FigureSeries.pair(
                "w = \(weight)", color, head, results, .fineTuned(0))
        }
        let reached = try zip(all, weights).map { results, weight in
            "\(try results.estimate(.fineTuned(0)) { $0.fullWeight }.fixed()) for \(weight)"
        }
        func errors(_ context: Int) throws -> [Double] {
            try all.map { try $0.error(.fineTuned(0), context: context).mean }
        }
        func span(_ numbers: [Double]) -> String {
            "\((numbers.min() ?? 0).fixed()) to \((numbers.max() ?? 0).fixed())"
        }
        let (zero, few) = (try errors(0), try errors(setup.shots))
        let agrees = zip(zero, few).allSatisfy { $0 < 0.11 && $0 < $1 }
        let limit = setup.problem.fullFineTunedErrorLimit(task: setup.task)
        series.append(
            Series(
                "limit for every w", .grey, .dottedLine,
                [Series.Point(0, limit), Series.Point(40, limit)]))
        let panel = Panel(
            "All parameters, zero-shot loss", x: FigureSeries.contextAxis,
            y: Panel.Axis(FigureSeries.errorLabel, range: 0...2.8), legend: .outside,
            series: series)
        var figure = Figure("figure2", columnCount: 1, panels: [panel])
        figure.panelWidth = 500
        figure.panelHeight = 290
        return FigureReport(
            figure,
            [
                "Figure 2: error on theta0 after fine-tuning all parameters on zero-shot prompts; "
                    + "d = 5, sigma2 = 0.1, |theta0| = 1.",
                "The paper shows a zero-shot error of 0.1 for every w, larger few-shot errors that "
                    + "differ with w, and one limit. Here zero-shot errors are \(span(zero)), errors with "
                    + "\(setup.shots) examples \(span(few))" + (agrees ? ": the same." : "."),
                "They differ in the limit: the caption says 1; E_n of Corollary 4.4 tends to sigma2 "
                    + "+ |theta0|^2 = \(limit.fixed(1)). The caption leaves out the noise.",
                "The w of a training is set by where it starts. These begin at small weights with v "
                    + "as wanted, which the loss does not move; they reached w = "
                    + reached.joined(separator: ", ") + ". " + runner.recipeText,
            ])
    }
}
