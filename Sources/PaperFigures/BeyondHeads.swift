import LinearAttention
import Plots

extension RegressionFigure {
    static let beyondHeads = RegressionFigure(
        "beyond-heads", "Errors by the number of heads"
    ) { runner in
        let counts = [1, 2, 4, 8]
        let studies = try counts.map { count in
            var study = RegressionExperiment(try RegressionSetup.paper())
            study.design = AttentionDesign(.merged, headCount: count)
            study.fineTunings = Regimes.tunings
            return study
        }
        let places = try zip(counts, runner.results("beyond heads", studies)).map {
            Regimes.Place(x: Double($0), results: $1)
        }
        let panels = try Regimes.panels(
            places, [.zeroShot, .same, .opposite],
            x: Panel.Axis(
                "heads", range: 0.85...9.5, scale: .logarithmic, ticks: counts.map(Double.init)),
            room: 3)
        var figure = Figure("beyond-heads", columnCount: 3, panels: panels)
        figure.panelSize = (300, 270)
        let (one, most) = (places[0], places[places.count - 1])
        func text(_ style: Regimes.Style, _ question: Regimes.Question) throws -> String {
            try one.error(style, question).mean.fixed(2) + " to "
                + most.error(style, question).mean.fixed(2)
        }
        let (all, mixed, value) = (Regimes.allZeroShot, Regimes.allMixed, Regimes.valueZeroShot)
        return FigureReport(
            figure,
            FigureText(PackageResources.beyond_heads_md).filled(
                [
                    "most": "\(Int(most.x))", "allSame": try text(all, .same),
                    "allOpposite": try text(all, .opposite), "mixedSame": try text(mixed, .same),
                    "mixedOpposite": try text(mixed, .opposite),
                    "valueOpposite": try text(value, .opposite),
                    "rows": try Regimes.text(places) { "\(Int($0))" },
                    "points": runner.recipeText,
                ], flags: ["whole": !runner.isQuick]))
    }
}
