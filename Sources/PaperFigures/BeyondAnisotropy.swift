import Foundation
import LinearAttention
import Plots

extension RegressionFigure {
    static let beyondAnisotropy = RegressionFigure(
        "beyond-anisotropy", "Errors by the spread of Sigma's eigenvalues"
    ) { runner in
        let ratios: [Double] = [1, 2, 4, 8, 16, 32]
        let studies = try ratios.map { ratio in
            // Eigenvalues in equal steps of ratio, the trace d.
            var eigenvalues = (0..<5).map { pow(ratio, Double($0) / 4) }
            let scale = 5 / eigenvalues.reduce(0, +)
            eigenvalues = eigenvalues.map { scale * $0 }
            let problem = try RegressionProblem(
                covariance: Matrix(diagonal: eigenvalues), noise: 0.1)
            let direction = Vector(eigenvalues.map { 1 / $0.squareRoot() })
            var setup = try RegressionSetup(problem, direction: direction)
            let paper = try RegressionSetup.paper()
            (setup.prior, setup.pairCount) = (paper.prior, paper.pairCount)
            var study = RegressionExperiment(setup)
            study.fineTunings = Regimes.tunings
            return study
        }
        let places = try zip(ratios, runner.results("beyond anisotropy", studies)).map {
            Regimes.Place(x: $0, results: $1)
        }
        let panels = try Regimes.panels(
            places, [.same, .opposite],
            x: Panel.Axis(
                "largest / smallest eigenvalue of Σ", range: 0.85...38, scale: .logarithmic,
                ticks: ratios), room: 1.7)
        var figure = Figure("beyond-anisotropy", columnCount: 2, panels: panels)
        figure.panelSize = (380, 290)

        let minus = { (style: Regimes.Style, place: Regimes.Place) throws -> Double in
            try place.error(style, .opposite).mean
        }
        let order = [
            Regimes.pretrained, Regimes.valueZeroShot, Regimes.valueMixed, Regimes.allZeroShot,
            Regimes.allMixed,
        ]
        let kept = try places.filter { place in
            let errors = try order.map { try minus($0, place) }
            return errors == errors.sorted()
        }
        let (first, last) = (places[0], places[places.count - 1])
        func loss(_ place: Regimes.Place) throws -> String {
            try (minus(Regimes.valueZeroShot, place) - minus(Regimes.pretrained, place)).fixed(2)
        }
        return FigureReport(
            figure,
            FigureText(PackageResources.beyond_anisotropy_md).filled(
                [
                    "kept": "\(kept.count)", "count": "\(places.count)",
                    "lossFirst": try loss(first), "lossLast": try loss(last),
                    "last": "\(Int(last.x))",
                    "pretrainedFirst": try minus(Regimes.pretrained, first).fixed(2),
                    "pretrainedLast": try minus(Regimes.pretrained, last).fixed(2),
                    "rows": try Regimes.text(places) { "ratio \(Int($0))" },
                    "points": runner.recipeText,
                ], flags: ["whole": !runner.isQuick]))
    }
}
