import Foundation
import Plots

extension RegressionFigure {
    static let beyondWeight = RegressionFigure(
        "beyond-weight", "What sets w in Figure 4(b), and whether it gives 0.52"
    ) { runner in
        let firstWeights = 0.1
        func isotropic(_ scale: Double) throws -> RegressionSetup {
            try RegressionSetup(
                RegressionProblem(covariance: scale * Matrix(identity: 5), noise: 0.1))
        }
        func flow(_ scale: Double, from deviation: Double) throws -> Double {
            let setup = try isotropic(scale)
            let conserved = setup.conserved(scale: deviation)
            return try setup.flowWeight(value: setup.balancedValue(conserved: conserved))
        }
        let small: [WeightAttempt] = try [0.5, 1, 2, 3, 4, 5].map { scale in
            var study = WeightAttempt.zeroShot(try isotropic(scale))
            // The losses' curvature grows with the square of the inputs' variance.
            let rate = 0.01 / max(1, scale * scale)
            study.pretraining.learningRate = rate
            study.fineTunings[0].recipe.learningRate = 2 * rate
            study.fineTunings[0].recipe.iterationCount = Int(
                min(40_000, 5_000 * max(1, scale * scale)))
            return WeightAttempt("Sigma = \(scale) I, smaller steps", study, scale: scale)
        }
        let paper: [WeightAttempt] = try [1, 1.5, 2, 2.5, 3].map { scale in
            WeightAttempt(
                "Sigma = \(scale) I, learning rate 0.01",
                WeightAttempt.zeroShot(try isotropic(scale)), scale: scale)
        }
        let all = small + paper + (try WeightAttempt.others())
        let outcomes = try zip(all, runner.outcomes("beyond weight", all.map(\.study))).map {
            try WeightOutcome($0, $1)
        }
        func points(_ attempts: [WeightAttempt]) -> [Series.Point] {
            outcomes.compactMap { outcome in
                guard let scale = outcome.scale, let weight = outcome.weight,
                    attempts.contains(where: { $0.name == outcome.name })
                else { return nil }
                return Series.Point(scale, weight)
            }
        }
        let axis = stride(from: 0.4, through: 6.5, by: 0.1).map { $0 }
        let line = try axis.map { Series.Point($0, try flow($0, from: firstWeights)) }
        let crossing = line.first { $0.y < 0.52 }?.x
        let panel = Panel(
            "All parameters, zero-shot loss",
            x: Panel.Axis("c, where Σ = c I", range: 0...6.8, tickStep: 1),
            y: Panel.Axis("w = v q after fine-tuning", range: 0...4), legend: .outside,
            series: [
                Series(
                    "flow, weights N(0, 0.1²)", .blue, .solidLine, line),
                Series(
                    "flow, weights near 0", .sky, .dottedLine,
                    try axis.map { Series.Point($0, try flow($0, from: 0)) }),
                Series("SGD, steps 0.01 / c²", .black, .openCircles, points(small)),
                Series("SGD, steps 0.01", .orange, .filledSquares, points(paper)),
                Series(
                    "the paper's 0.52", .vermillion, .dashedLine,
                    [Series.Point(0, 0.52), Series.Point(6.8, 0.52)]),
            ])
        var figure = Figure("beyond-weight", columnCount: 1, panels: [panel])
        figure.panelWidth = 600
        figure.panelHeight = 300
        return FigureReport(
            figure,
            [
                "Beyond the paper, and a question it leaves: w = 0.52 in Figure 4(b).",
                "For Sigma = I no pretraining optimum leads there under gradient flow: the zero-shot "
                    + "loss has no v and conserves |v21|^2 - |Q|^2, so w = v q is at least |v Q11| = "
                    + "1.80. Which w it is depends on the first weights, of which pretraining conserves "
                    + "|Q|^2 - v^2 - |v21|^2, 0.30 on average at a deviation of 0.1: "
                    + "\(try flow(1, from: firstWeights).fixed()) (from infinitely small ones "
                    + "\(try flow(1, from: 0).fixed())). Larger inputs lower it: "
                    + "\(try flow(4, from: firstWeights).fixed()) for Sigma = 4 I"
                    + (crossing.map { ", 0.52 for Sigma = \($0.fixed(1)) I" } ?? "")
                    + " (line; circles are SGD at learning rate 0.01 / max(1, c^2) in pretraining and "
                    + "twice that in fine-tuning, 5,000 max(1, c^2) iterations, at most 40,000; "
                    + "squares are the paper's rate and number of iterations).",
                "Starts, optimisers, designs and Sigma, w with its standard error, and the "
                    + "zero-shot error reached (0.1 is the least):\n  "
                    + outcomes.map(\.line).joined(separator: "\n  "),
                runner.whole(finding(outcomes)),
                "The weights of panels (c) and (d) do not depend on the scale of Sigma but for the "
                    + "noise. Whether the paper's Sigma is another than I cannot be read from our "
                    + "source.",
                runner.recipeText,
            ])
    }

    /// Which attempts come near the paper's weight, and what became of the paper's learning rate.
    private static func finding(_ outcomes: [WeightOutcome]) -> String {
        let near = outcomes.filter { abs(($0.weight?.mean ?? .infinity) - 0.52) < 0.05 }
        let lost = outcomes.filter { $0.weight == nil }
        let equal = near.filter { $0.scale ?? 1 == 1 }
        return
            (near.isEmpty
            ? "None of these gives 0.52. "
            : "Near 0.52: " + near.map(\.name).joined(separator: "; ") + ". ")
            + (lost.isEmpty
                ? ""
                : "Left the finite numbers: " + lost.map(\.name).joined(separator: "; ") + ". ")
            + (equal.isEmpty
                ? "With Sigma = I no start, optimiser or design tried gives 0.52. " : "")
            + "(Splits of the optimum with v up to 0.5 begin with a Q11 so large that steps of 0.01 do "
            + "not follow the flow.)"
    }
}
