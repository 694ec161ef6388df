import Plots

extension RegressionFigure {
    static let beyondHeads = RegressionFigure(
        "beyond-heads", "Errors by the number of heads"
    ) { runner in
        let counts = [1, 2, 4, 8]
        let studies = try counts.map { count in
            var study = RegressionStudy(try RegressionSetup.paper())
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
        figure.panelWidth = 300
        figure.panelHeight = 270

        let (one, most) = (places[0], places[places.count - 1])
        func change(_ style: Regimes.Style, _ question: Regimes.Question) throws -> Double {
            try most.error(style, question).mean - one.error(style, question).mean
        }
        func text(_ style: Regimes.Style, _ question: Regimes.Question) throws -> String {
            try one.error(style, question).mean.fixed(2) + " to "
                + most.error(style, question).mean.fixed(2)
        }
        let (all, mixed, value) = (Regimes.allZeroShot, Regimes.allMixed, Regimes.valueZeroShot)
        let forgetsLess = try change(all, .same) < 0 && change(all, .opposite) < 0
        let learnsByHeart = try change(mixed, .same) < 0 && change(mixed, .opposite) > 0
        let isSteady = try abs(change(value, .opposite)) < 0.1
        return FigureReport(
            figure,
            [
                "Beyond the paper: one, two, four and eight heads with merged Q.",
                try runner.whole(
                    "Found, from one head to \(Int(most.x)): all on ZS, 20-shot on theta0 "
                        + "\(try text(all, .same)), on -theta0 \(try text(all, .opposite))"
                        + (forgetsLess
                            ? ": it forgets less, for some heads can take the task and leave others "
                                + "to read examples. " : ". ")
                        + "With the few-shot loss, 20-shot on theta0 \(try text(mixed, .same)), on "
                        + "-theta0 \(try text(mixed, .opposite))"
                        + (learnsByHeart
                            ? ": several heads learn to answer with theta0 whatever the examples "
                                + "say. " : ". ")
                        + "V alone on ZS, on -theta0 \(try text(value, .opposite))"
                        + (isSteady ? ": hardly a change." : ".")),
                try Regimes.text(places) { "\(Int($0))" },
                runner.recipeText,
            ])
    }
}
