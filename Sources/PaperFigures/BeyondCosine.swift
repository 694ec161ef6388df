import LinearAttention
import Plots

extension RegressionFigure {
    static let beyondCosine = RegressionFigure(
        "beyond-cosine", "20-shot error by the task's cosine to theta0"
    ) { runner in
        var study = RegressionExperiment(try RegressionSetup.paper())
        study.fineTunings = Regimes.tunings
        let results = try runner.results("beyond cosine", study)
        let place = Regimes.Place(x: 0, results: results)
        let shots = results.study.setup.shots
        func question(_ cosine: Double) -> Regimes.Question {
            Regimes.Question(title: "", context: shots, cosine: cosine)
        }
        let cosines = stride(from: -1.0, through: 1, by: 0.25).map { $0 }
        let lines = try Regimes.styles.map { style in
            Series(
                "theory of \(style.name)", style.color, style.line,
                try stride(from: -1.0, through: 1, by: 0.05).compactMap { cosine in
                    try place.theory(style, question(cosine)).map { Series.Point(cosine, $0) }
                }, isInLegend: false)
        }
        let points = try Regimes.styles.map { style in
            Series(
                style.name, style.color, style.mark,
                try cosines.map { try Series.Point($0, place.error(style, question($0))) })
        }
        let series = lines.filter { !$0.points.isEmpty } + points
        var figure = Figure(
            "beyond-cosine", columnCount: 1,
            panels: [
                Panel(
                    "\(shots) examples of the evaluated task",
                    x: Panel.Axis("cosine of the task to θ₀", range: -1.05...1.05, tickStep: 0.5),
                    y: Panel.Axis(
                        FigureSeries.errorLabel, range: FigureSeries.logarithmicRange(series),
                        scale: .logarithmic),
                    legend: .outside, series: series)
            ])
        figure.panelSize = (520, 300)

        let crossing = try stride(from: -1.0, through: 1, by: 0.001).first { cosine in
            guard let mixed = try place.theory(Regimes.valueMixed, question(cosine)),
                let value = try place.theory(Regimes.valueZeroShot, question(cosine))
            else { return false }
            return mixed < value
        }
        /// The difference of a regime's error from the pretrained model's, by cosine.
        func cost(_ style: Regimes.Style) throws -> [(cosine: Double, cost: Double)] {
            try cosines.map {
                (
                    $0,
                    try place.error(style, question($0)).mean
                        - place.error(Regimes.pretrained, question($0)).mean
                )
            }
        }
        func span(_ costs: [(cosine: Double, cost: Double)]) -> String {
            let values = costs.map(\.cost)
            return "\((values.min() ?? 0).fixed(2)) to \((values.max() ?? 0).fixed(2))"
        }
        let all = try cost(Regimes.allZeroShot)
        let most = all.max { $0.cost < $1.cost }?.cosine ?? 1
        return FigureReport(
            figure,
            FigureText(PackageResources.beyond_cosine_md).filled(
                [
                    "shots": "\(shots)", "crossing": crossing?.fixed(2) ?? "none",
                    "value": span(try cost(Regimes.valueZeroShot)), "all": span(all),
                    "mixed": span(try cost(Regimes.allMixed)), "most": most.fixed(2),
                    "points": runner.recipeText,
                ], flags: ["whole": !runner.isQuick, "crosses": crossing != nil]))
    }
}
