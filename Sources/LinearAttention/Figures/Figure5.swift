import Plots

extension RegressionFigure {
    static let figure5 = RegressionFigure(
        "figure5", "Trained models on theta0 and -theta0, merged Q"
    ) { runner in
        try trained(
            "figure5", .merged, runner,
            paper:
                "Figure 5: trained models with merged Q on theta0 (left) and -theta0 (right); open "
                + "marks ZS, filled ZS+FS.",
            paperShows:
                "The paper shows that fine-tuning everything on zero-shot prompts destroys the "
                + "use of examples, that V alone keeps it, that ZS+FS on all parameters attains a low "
                + "error on theta0, and that on -theta0 V alone on the zero-shot loss is lowest.")
    }

    static let figure7 = RegressionFigure(
        "figure7", "Trained models on theta0 and -theta0, separate W_K and W_Q"
    ) { runner in
        try trained(
            "figure7", .separate, runner,
            paper: "Figure 7: as Figure 5, with separate W_K and W_Q (which of Figures 7 and 8 is "
                + "which is inferred).",
            paperShows:
                "The paper says that the picture of Figure 5 holds for separate W_K and W_Q.")
    }

    static let figure8 = RegressionFigure(
        "figure8", "Trained models on theta0 and -theta0, two heads"
    ) { runner in
        try trained(
            "figure8", .twoHead, runner,
            paper: "Figure 8: as Figure 5, with two heads (which of Figures 7 and 8 is which is "
                + "inferred).",
            paperShows: "The paper says that the picture of Figure 5 holds for two heads.")
    }

    private static func color(_ target: FineTuningTarget) -> Series.Color {
        switch target {
        case .all: .vermillion
        case .q: .blue
        case .k: .purple
        case .v: .green
        }
    }

    /// Open for ZS, filled for ZS+FS; a shape for each target.
    private static func mark(_ tuning: FineTuning) -> Series.Mark {
        let isOpen = tuning.objective == .zeroShot
        return switch tuning.target {
        case .all: isOpen ? .openCircles : .filledCircles
        case .v: isOpen ? .openTriangles : .filledTriangles
        case .q: isOpen ? .openSquares : .filledSquares
        case .k: isOpen ? .openDiamonds : .filledDiamonds
        }
    }

    /// Beside its place, so that models with like errors can all be seen.
    private static func shift(_ target: FineTuningTarget) -> Double {
        switch target {
        case .all: -0.2
        case .v: 0.2
        case .q: -0.4
        case .k: 0.4
        }
    }

    private static func trained(
        _ name: String, _ design: AttentionDesign, _ runner: FigureRunner, paper: String,
        paperShows: String
    ) throws -> FigureReport {
        let setup = try RegressionSetup.paper()
        var study = RegressionStudy(setup)
        study.design = design
        let targets = FineTuningTarget.targets(of: design)
        study.fineTunings = targets.flatMap { target in
            FineTuning.Objective.allCases.map { FineTuning(target, $0) }
        }
        let results = try runner.results(name, study)
        let tasks = [("θ₀", setup.task), ("−θ₀", try setup.task(cosine: -1))]
        var panels = try tasks.map { title, task in
            var series = [
                FigureSeries.theory(
                    "theory of pretrained", .black, .dottedLine,
                    try setup.predictedPretrainedHead(), setup.problem, task: task,
                    isInLegend: false),
                try FigureSeries.points(
                    "pretrained", .black, .crosses, results, .pretrained, task: task),
            ]
            for (index, tuning) in study.fineTunings.enumerated() {
                let isZeroShot = tuning.objective == .zeroShot
                let label =
                    (tuning.target == .all ? "all" : tuning.target.rawValue.uppercased())
                    + (isZeroShot ? ", ZS" : ", ZS+FS")
                let color = color(tuning.target)
                // The theory is of one head. Separate keys have not all converged on ZS.
                let hasLine = tuning.target == .v || (tuning.target == .all && design == .merged)
                let weight = try results.estimate(.fineTuned(index)) { $0.fullWeight }
                if hasLine, let head = try setup.predictedHead(tuning, weight: weight.mean) {
                    series.append(
                        FigureSeries.theory(
                            "theory of \(label)", color, isZeroShot ? .solidLine : .dashedLine,
                            head, setup.problem, task: task, isInLegend: false))
                }
                series.append(
                    try FigureSeries.points(
                        label, color, mark(tuning), results,
                        .fineTuned(index), task: task
                    ).shifted(shift(tuning.target)))
            }
            return Panel(
                "on \(title)", x: FigureSeries.contextAxis,
                y: Panel.Axis(FigureSeries.errorLabel, scale: .logarithmic),
                legend: title == "θ₀" ? .topRight : .none, series: series)
        }
        let range = FigureSeries.logarithmicRange(
            panels.flatMap(\.series), room: design.keys == .separate ? 2.6 : 1.6)
        for index in panels.indices { panels[index].y.range = range }
        var figure = Figure(name, columnCount: 2, panels: panels)
        figure.panelWidth = 370
        figure.panelHeight = 330
        var report = FigureReport(
            figure,
            [paper, paperShows] + (try TrainedFindings(results).paragraphs(runner)) + [
                runner.recipeText
                    + (design == .merged
                        ? "" : " The theory's lines are those of one head with merged Q.")
            ])
        report.files = [("\(name)-errors.csv", try TrainedFindings(results).table)]
        return report
    }
}
