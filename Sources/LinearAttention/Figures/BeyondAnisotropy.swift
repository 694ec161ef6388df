import Foundation
import Plots

extension RegressionFigure {
    static let beyondAnisotropy = RegressionFigure(
        "beyond-anisotropy", "Errors by the spread of Sigma's eigenvalues"
    ) { runner in
        let ratios: [Double] = [1, 2, 4, 8, 16, 32]
        var all: [(x: Double, results: RegressionResults)] = []
        var curves: [(x: Double, few: [Double], minus: [Double])] = []
        for ratio in ratios {
            // Eigenvalues in equal steps of ratio, the trace d.
            var eigenvalues = (0..<5).map { pow(ratio, Double($0) / 4) }
            let scale = 5 / eigenvalues.reduce(0, +)
            eigenvalues = eigenvalues.map { scale * $0 }
            let problem = try RegressionProblem(
                covariance: Matrix(diagonal: eigenvalues), noise: 0.1)
            let setup = try RegressionSetup(
                problem, direction: Vector(eigenvalues.map { 1 / $0.squareRoot() }))
            var study = RegressionStudy(setup)
            study.fineTunings = Regimes.tunings
            let results = try runner.results("ratio \(Int(ratio))", study)
            all.append((ratio, results))
            let weight = try results.estimate(.fineTuned(0)) { $0.fullWeight }.mean
            let heads = [
                try setup.predictedPretrainedHead(),
                try setup.predictedHead(Regimes.tunings[0], weight: weight),
                try setup.predictedHead(Regimes.tunings[2], weight: weight),
                try setup.predictedHead(Regimes.tunings[3], weight: weight),
            ].compactMap { $0 }
            func errors(_ task: Vector) -> [Double] {
                heads.map { problem.error(of: [$0], context: setup.shots, task: task) }
            }
            curves.append((ratio, errors(setup.task), errors(setup.task(cosine: -1))))
        }
        let styled: [(index: Int, Series.Color, Series.Mark)] = [
            (0, .black, .dottedLine), (1, .vermillion, .solidLine), (2, .green, .solidLine),
            (3, .green, .dashedLine),
        ]
        func panel(_ title: String, _ sign: Double, _ legend: Panel.LegendPlace) throws -> Panel {
            let theory = styled.map { index, color, mark in
                Series(
                    "theory \(index)", color, mark,
                    curves.map {
                        Series.Point($0.x, sign > 0 ? $0.few[index] : $0.minus[index])
                    }, isInLegend: false)
            }
            return Panel(
                title,
                x: Panel.Axis(
                    "largest / smallest eigenvalue of Σ", range: 0.85...38,
                    scale: .logarithmic),
                y: Panel.Axis(FigureSeries.errorLabel, range: 0.2...12, scale: .logarithmic),
                legend: legend,
                series: theory
                    + (try Regimes.series(all, context: 20) { $0.task(cosine: sign) }))
        }
        var figure = Figure(
            "beyond-anisotropy", columnCount: 2,
            panels: [
                try panel("20-shot, θ₀", 1, .topLeft),
                try panel("20-shot, −θ₀", -1, .none),
            ])
        figure.panelWidth = 380
        figure.panelHeight = 290
        let rows = try all.map { ratio, results -> String in
            let setup = results.study.setup
            let cells = try Regimes.styles.map { style in
                try "\(style.name) "
                    + results.error(style.3, context: 0).fixed() + " / "
                    + results.error(style.3, context: setup.shots).fixed() + " / "
                    + results.error(
                        style.3, context: setup.shots, task: setup.task(cosine: -1)
                    ).fixed()
            }
            return "ratio \(Int(ratio)): " + cells.joined(separator: "; ")
        }
        func minus(_ stage: RegressionResults.Stage, _ index: Int) throws -> Double {
            let setup = all[index].results.study.setup
            return try all[index].results.error(
                stage, context: setup.shots, task: setup.task(cosine: -1)
            ).mean
        }
        let last = all.count - 1
        // From the lowest to the highest where Sigma = I.
        let stages: [RegressionResults.Stage] = [
            .pretrained, .fineTuned(2), .fineTuned(3), .fineTuned(0),
        ]
        let keepsOrder = try all.indices.allSatisfy { index in
            let errors = try stages.map { try minus($0, index) }
            return errors == errors.sorted()
        }
        return FigureReport(
            figure,
            [
                "Beyond the paper: inputs of unequal variance. Sigma has five eigenvalues in equal "
                    + "ratios, trace 5; theta0 has the same share of variance along each.",
                "Found: "
                    + (keepsOrder
                        ? "the order of the regimes on -theta0 does not change: pretrained, V on ZS, V "
                            + "on ZS+FS, all on ZS. "
                        : "the order of the regimes on -theta0 changes with the ratio. ")
                    + "V on ZS loses "
                    + (try minus(.fineTuned(2), 0) - minus(.pretrained, 0)).fixed(2)
                    + " to the pretrained model there at ratio 1 and "
                    + (try minus(.fineTuned(2), last) - minus(.pretrained, last)).fixed(2)
                    + " at ratio \(Int(ratios[last])), while the pretrained model itself goes from "
                    + "\(try minus(.pretrained, 0).fixed(2)) to \(try minus(.pretrained, last).fixed(2)).",
                "0-shot on theta0 / 20-shot on theta0 / 20-shot on -theta0:\n  "
                    + rows.joined(separator: "\n  "),
                runner.recipeText
                    + " Lines use the theorems for any frozen Q, at the pretraining optimum of "
                    + "Corollary 4.1 for this Sigma.",
            ])
    }
}
