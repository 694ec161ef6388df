import LinearAttention
import Plots

extension RegressionFigure {
    static let figure4 = RegressionFigure(
        "figure4", "Theory and trained models on theta0, four regimes"
    ) { runner in
        let setup = try RegressionSetup.paper()
        let problem = setup.problem
        var study = RegressionExperiment(setup)
        study.fineTunings = [
            FineTuning(.all, .zeroShot), FineTuning(.v, .zeroShot), FineTuning(.v, .withFewShot),
        ]
        let results = try runner.results("figure 4", study)
        let heads = AuthorsCurves.figure4(setup)
        let titles = [
            "(a) pretrained", "(b) all parameters, ZS, w = 0.52", "(c) V only, ZS, w = 20/26",
            "(d) V only, ZS+FS, w = 0.66",
        ]
        let panels = try titles.enumerated().map { index, title in
            let stage: RegressionResults.Stage =
                index == 0 ? .pretrained : .fineTuned(index - 1)
            let tuning = index == 0 ? nil : study.fineTunings[index - 1]
            let name = index == 0 ? "pretrained" : "fine-tuned"
            let color: Series.Color = index == 0 ? .blue : .vermillion
            let curves = (index == 0 ? [0] : [0, index]).map { curve in
                FigureSeries.theory(
                    curve == 0 ? "pretrained (theory)" : "fine-tuned (theory)",
                    curve == 0 ? .blue : .vermillion, .solidLine, heads[curve].head, problem,
                    task: setup.task, last: 20)
            }
            let trained = try FigureSeries.points(
                name, color, .filledCircles, results, stage, task: setup.task,
                contexts: Array(0...20))
            return Panel(
                title, x: FigureSeries.contextAxis(20),
                y: Panel.Axis(FigureSeries.errorLabel, range: 0...2.7),
                legend: [1, 2].contains(index) ? .none : .topRight,
                series: curves + [trained]
                    + FigureSeries.readings(tuning, isOpposite: false, .black, .openDiamonds))
        }
        var figure = Figure("figure4", columnCount: 2, panels: panels)
        figure.panelHeight = 290

        /// The largest distance of a panel's trained points from its own curve, and from the
        /// readings.
        func distances(_ panel: Panel) -> (curve: Double, readings: Double) {
            let count = panel.series.count
            let (curve, trained, readings) = (
                panel.series[count - 3].points, panel.series[count - 2].points,
                panel.series[count - 1].points
            )
            func farthest(_ points: [Series.Point]) -> Double {
                points.map { abs($0.y - trained[Int($0.x)].y) }.max() ?? 0
            }
            return (farthest(curve), farthest(readings))
        }
        func texts(_ distance: (Panel) -> Double) -> String {
            panels.map { distance($0).fixed() }.joined(separator: ", ")
        }
        let map = try problem.pretrainedMap(context: setup.context, prior: setup.prior)
        let length = map.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return FigureReport(
            figure,
            FigureText(PackageResources.figure4_md).filled(
                [
                    "points": runner.recipeText, "curves": texts { distances($0).curve },
                    "readings": texts { distances($0).readings },
                    "full": try results.estimate(.fineTuned(0)) { $0.fullWeight }.fixed(),
                    "value": try results.estimate(.fineTuned(1)) { $0.valueWeight(problem) }
                        .fixed(),
                    "mixed": try results.estimate(.fineTuned(2)) { $0.valueWeight(problem) }
                        .fixed(),
                    "optimum": map[0, 0].fixed(4), "bound": (1 / length).fixed(3),
                    "best": problem.bestValueWeight(
                        trained: setup.task, context: setup.shots, task: setup.task
                    ).fixed(4),
                ], flags: ["whole": !runner.isQuick]))
    }
}
