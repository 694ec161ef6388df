import LinearAttention
import Plots

extension RegressionFigure {
    static let beyondWeight = RegressionFigure(
        "beyond-weight", "What the label channel, momentum and clipping change"
    ) { runner in
        let studies = try RecipeChange.allCases.map { try $0.study() }
        let results = try runner.results("beyond weight", studies)
        let minus = try results[0].study.setup.task(cosine: -1)
        let shots = results[0].study.setup.shots
        let styles: [(name: String, Series.Color, Series.Mark)] = [
            ("all, ZS", .blue, .openCircles), ("all, ZS+FS", .blue, .filledCircles),
            ("Q, ZS", .green, .openSquares), ("Q, ZS+FS", .green, .filledSquares),
            ("V, ZS", .vermillion, .openTriangles), ("V, ZS+FS", .vermillion, .filledTriangles),
        ]
        func error(_ change: Int, _ tuning: Int, isOpposite: Bool) throws -> Estimate {
            try results[change].error(
                .fineTuned(tuning), context: shots, task: isOpposite ? minus : nil)
        }
        var axis = Panel.Axis("", range: 0.4...Double(studies.count) + 0.6)
        axis.ticks = (1...studies.count).map(Double.init)
        axis.tickNames = RecipeChange.allCases.map(\.shortName)
        let panels = try [false, true].map { isOpposite in
            Panel(
                "\(shots)-shot on \(isOpposite ? "−θ₀" : "θ₀")", x: axis,
                y: Panel.Axis(FigureSeries.errorLabel, range: 0.1...400, scale: .logarithmic),
                legend: isOpposite ? .none : .topRight,
                series: try styles.enumerated().map { index, style in
                    Series(
                        style.name, style.1, style.2,
                        try studies.indices.map {
                            try Series.Point(
                                Double($0 + 1), error($0, index, isOpposite: isOpposite))
                        }
                    ).shifted(0.08 * (Double(index) - 2.5))
                })
        }
        var figure = Figure("beyond-weight", columnCount: 1, panels: panels)
        figure.panelSize = (640, 320)
        let rows = try zip(RecipeChange.allCases, results).enumerated().map { index, pair in
            let weight = try pair.1.estimate(.fineTuned(0)) { $0.fullWeight }
            let cells = try styles.indices.map { tuning in
                try [false, true].map {
                    try error(index, tuning, isOpposite: $0).mean.short
                }.joined(separator: " / ")
            }
            return "| \(pair.0.rawValue) | \(weight.fixed(2)) | "
                + cells.joined(separator: " | ") + " |"
        }
        func text(_ change: RecipeChange, _ tuning: Int, isOpposite: Bool) throws -> String {
            let index = RecipeChange.allCases.firstIndex(of: change) ?? 0
            return try error(index, tuning, isOpposite: isOpposite).mean.short
        }
        return FigureReport(
            figure,
            FigureText(PackageResources.beyond_weight_md).filled(
                [
                    "rows": rows.joined(separator: "\n"), "points": runner.recipeText,
                    "batch": "\(studies[0].pretraining.batchSize)",
                    "labelsWith": try text(.none, 1, isOpposite: false),
                    "labelsWithout": try text(.noLabels, 1, isOpposite: false),
                    "momentumWith": try text(.none, 1, isOpposite: true),
                    "momentumWithout": try text(.noMomentum, 1, isOpposite: true),
                    "queryWith": try text(.none, 2, isOpposite: false),
                    "queryWithout": try text(.noMomentum, 2, isOpposite: false),
                    "rate": try text(.largerRate, 2, isOpposite: false),
                ], flags: ["whole": !runner.isQuick]))
    }
}

/// One change of the authors' recipe.
enum RecipeChange: String, CaseIterable {
    case none = "the authors' recipe"
    case noLabels = "no label channel"
    case noConstant = "no constant in V"
    case noMomentum = "no momentum"
    case noClipping = "no clipping"
    case neither = "neither momentum nor clipping"
    case largerRate = "no momentum, rate 0.1"
    case normalTasks = "θ ~ N(0, I)"
    case newPairs = "new pairs in every prompt"

    /// Below an axis.
    var shortName: String {
        switch self {
        case .none: "authors"
        case .noLabels: "no labels"
        case .noConstant: "no constant"
        case .noMomentum: "no momentum"
        case .noClipping: "no clipping"
        case .neither: "neither"
        case .largerRate: "rate 0.1"
        case .normalTasks: "N(0, I)"
        case .newPairs: "new pairs"
        }
    }

    /// With batches of 1,000 prompts: all, Q and V, each on both losses.
    func study() throws -> RegressionExperiment {
        var setup = try RegressionSetup.paper()
        var recipe = TrainingRecipe()
        recipe.batchSize = 1_000
        var design = AttentionDesign.paper
        switch self {
        case .none: break
        case .noLabels: design.reading.labels = false
        case .noConstant: design.reading.constant = false
        case .noMomentum: recipe.momentum = 0
        case .noClipping: recipe.clippingNorm = nil
        case .neither:
            recipe.momentum = 0
            recipe.clippingNorm = nil
        case .largerRate:
            recipe.momentum = 0
            recipe.learningRate = 0.1
        case .normalTasks: setup.prior = .standard
        case .newPairs: setup.pairCount = nil
        }
        var study = RegressionExperiment(setup)
        study.design = design
        study.pretraining = recipe
        study.fineTunings = FineTuningTarget.targets(of: design).flatMap { target in
            FineTuning.Objective.allCases.map { FineTuning(target, $0, recipe: recipe) }
        }
        return study
    }
}
