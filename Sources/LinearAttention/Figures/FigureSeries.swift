import Foundation
import Plots

/// Curves and points of the figures.
enum FigureSeries {
    /// Where trained models are drawn.
    static let contexts = [0, 1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 36, 40]

    /// E_n of a head for n = 0 ... last.
    static func theory(
        _ name: String, _ color: Series.Color, _ mark: Series.Mark,
        _ head: AttentionHead, _ problem: RegressionProblem, task: Vector, last: Int = 40,
        isInLegend: Bool = true
    ) -> Series {
        let points = (0...last).map { n in
            Series.Point(Double(n), problem.error(of: [head], context: n, task: task))
        }
        return Series(name, color, mark, points, isInLegend: isInLegend)
    }

    /// E_n of trained models.
    static func points(
        _ name: String, _ color: Series.Color, _ mark: Series.Mark,
        _ results: RegressionResults, _ stage: RegressionResults.Stage, task: Vector,
        contexts: [Int] = contexts, isInLegend: Bool = true
    ) throws -> Series {
        let points = try contexts.map { n in
            try Series.Point(Double(n), results.error(stage, context: n, task: task))
        }
        return Series(name, color, mark, points, isInLegend: isInLegend)
    }

    /// E_n on theta0 by theory, a line in the legend, and of models trained to it, circles.
    static func pair(
        _ name: String, _ color: Series.Color, _ head: AttentionHead,
        _ results: RegressionResults, _ stage: RegressionResults.Stage,
        contexts: [Int] = contexts
    ) throws -> [Series] {
        let setup = results.study.setup
        return [
            theory(name, color, .solidLine, head, setup.problem, task: setup.task),
            try points(
                "trained, \(name)", color, .openCircles, results, stage, task: setup.task,
                contexts: contexts, isInLegend: false),
        ]
    }

    /// A logarithmic axis' range that shows all points; bars may end at its edge.
    ///
    /// - Parameter room: for a legend, as a factor above the highest
    static func logarithmicRange(_ series: [Series], room: Double = 1) -> ClosedRange<Double> {
        let points = series.flatMap(\.points)
        let low = points.map(\.y).min() ?? 1
        let high = points.map { $0.y + ($0.error ?? 0) }.max() ?? 1
        return low / 1.12...max(low, high) * 1.12 * room
    }

    static let contextAxis = Panel.Axis("examples in the prompt, n", range: -1...41, tickStep: 10)
    /// All errors are means of squares, the label's noise included.
    static let errorLabel = "mean squared test error"
}

extension Series {
    /// Drawn so far to the right of its place.
    func shifted(_ shift: Double) -> Series {
        var series = self
        series.shift = shift
        return series
    }
}

extension Series.Point {
    init(_ x: Double, _ estimate: Estimate) {
        self.init(x, estimate.mean, error: estimate.standardError)
    }
}

extension Double {
    /// With so many digits after the point.
    func fixed(_ digits: Int = 3) -> String { String(format: "%.\(digits)f", self) }
}

extension Estimate {
    /// "0.653 (0.001)".
    func fixed(_ digits: Int = 3) -> String {
        mean.fixed(digits) + (standardError.map { " (\($0.fixed(digits)))" } ?? "")
    }
}
