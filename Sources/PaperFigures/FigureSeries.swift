import Foundation
import LinearAttention
import Plots

/// Curves and points of the figures.
enum FigureSeries {
    /// E_n of a head for n = 0 ... last.
    static func theory(
        _ name: String, _ color: Series.Color, _ mark: Series.Mark,
        _ head: AttentionHead, _ problem: RegressionProblem, task: Vector, last: Int,
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
        contexts: [Int], isInLegend: Bool = true
    ) throws -> Series {
        let points = try contexts.map { n in
            try Series.Point(Double(n), results.error(stage, context: n, task: task))
        }
        return Series(name, color, mark, points, isInLegend: isInLegend)
    }

    /// The authors' own points, none where they drew none.
    ///
    /// - Parameter tuning: nil: the pretrained model
    static func readings(
        _ tuning: FineTuning?, isOpposite: Bool, _ color: Series.Color, _ mark: Series.Mark
    ) -> [Series] {
        guard let errors = AuthorsReadings.errors(tuning, isOpposite: isOpposite) else { return [] }
        let names = ["authors", tuning?.label].compactMap(\.self)
        return [
            Series(
                names.joined(separator: ", "), color, mark,
                zip(AuthorsReadings.contexts, errors).map { Series.Point(Double($0), $1) })
        ]
    }

    /// A line across a panel at one position.
    static func vertical(
        _ x: Double, _ range: ClosedRange<Double>, _ color: Series.Color, _ mark: Series.Mark
    ) -> Series {
        Series(
            "n = \(Int(x))", color, mark,
            [Series.Point(x, range.lowerBound), Series.Point(x, range.upperBound)],
            isInLegend: false)
    }

    /// A logarithmic axis' range that shows all points; bars may end at its edge.
    ///
    /// - Parameter room: the space for a legend, as a factor above the highest point
    static func logarithmicRange(_ series: [Series], room: Double = 1) -> ClosedRange<Double> {
        let points = series.flatMap(\.points)
        let low = points.map(\.y).min() ?? 1
        let high = points.map { $0.y + ($0.error ?? 0) }.max() ?? 1
        return low / 1.12...max(low, high) * 1.12 * room
    }

    /// n from 0 to `last`.
    static func contextAxis(_ last: Int) -> Panel.Axis {
        Panel.Axis(
            "Number of shots (n)", range: -0.5...Double(last) + 0.5, tickStep: last > 20 ? 10 : 5)
    }

    /// All errors are means of squares, the label's noise included.
    static let errorLabel = "Test error"
}

extension FineTuning {
    /// "V, ZS+FS".
    var label: String {
        (target == .all ? "all" : target.rawValue.uppercased()) + ", "
            + objective.rawValue.uppercased()
    }
}

extension Series {
    /// The distance to the right of its position at which it is drawn.
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
    /// With this many digits after the point.
    func fixed(_ digits: Int = 3) -> String { String(format: "%.\(digits)f", self) }

    /// With three significant digits.
    var short: String { String(format: "%.3g", self) }
}

extension Estimate {
    /// "0.653 (0.001)".
    func fixed(_ digits: Int = 3) -> String {
        mean.fixed(digits) + (standardError.map { " (\($0.fixed(digits)))" } ?? "")
    }
}
