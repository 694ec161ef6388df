import LinearAttention
import Plots

/// The regimes that the studies beyond the paper compare, and their styles.
enum Regimes {
    static let tunings = [
        FineTuning(.all, .zeroShot), FineTuning(.all, .withFewShot), FineTuning(.v, .zeroShot),
        FineTuning(.v, .withFewShot),
    ]

    struct Style {
        let name: String
        let color: Series.Color
        let mark: Series.Mark
        let line: Series.Mark
        let stage: RegressionResults.Stage
    }

    static let pretrained = Style(
        name: "pretrained", color: .black, mark: .openSquares, line: .dottedLine,
        stage: .pretrained)
    static let allZeroShot = Style(
        name: "all, ZS", color: .blue, mark: .openCircles, line: .solidLine,
        stage: .fineTuned(0))
    static let allMixed = Style(
        name: "all, ZS+FS", color: .blue, mark: .filledCircles, line: .dashedLine,
        stage: .fineTuned(1))
    static let valueZeroShot = Style(
        name: "V, ZS", color: .vermillion, mark: .openTriangles, line: .solidLine,
        stage: .fineTuned(2))
    static let valueMixed = Style(
        name: "V, ZS+FS", color: .vermillion, mark: .filledTriangles, line: .dashedLine,
        stage: .fineTuned(3))
    static let styles = [pretrained, allZeroShot, allMixed, valueZeroShot, valueMixed]

    /// An error that is evaluated for every regime.
    struct Question {
        let title: String
        let context: Int
        /// The cosine of the task to theta0.
        let cosine: Double

        static let zeroShot = Question(title: "0-shot, θ₀", context: 0, cosine: 1)
        static let same = Question(title: "20-shot, θ₀", context: 20, cosine: 1)
        static let opposite = Question(title: "20-shot, −θ₀", context: 20, cosine: -1)
    }

    /// Results of one study among those that a figure compares.
    struct Place {
        /// The study's value on the figure's x-axis.
        let x: Double
        let results: RegressionResults

        func error(_ style: Style, _ question: Question) throws -> Estimate {
            try results.error(
                style.stage, context: question.context,
                task: results.study.setup.task(cosine: question.cosine))
        }

        /// The theory's value for a regime; nil where the theory has none, as for several heads.
        func theory(_ style: Style, _ question: Question) throws -> Double? {
            guard results.study.design.headCount == 1 else { return nil }
            let setup = results.study.setup
            let head: AttentionHead? =
                if case .fineTuned(let index) = style.stage {
                    try results.predictedHead(index)
                } else { try setup.predictedPretrainedHead() }
            return try head.map {
                try setup.problem.error(
                    of: [$0], context: question.context, task: setup.task(cosine: question.cosine))
            }
        }
    }

    /// One panel for each question: points of every regime, lines where there is a theory.
    ///
    /// - Parameters:
    ///   - x: logarithmic
    ///   - room: the space for the legend, in the first panel, as a factor above the highest point
    static func panels(
        _ places: [Place], _ questions: [Question], x: Panel.Axis, room: Double
    ) throws -> [Panel] {
        var panels = try questions.map { question in
            let points = try styles.enumerated().map { index, style in
                Series(
                    style.name, style.color, style.mark,
                    try places.map { try Series.Point($0.x, $0.error(style, question)) }
                ).shifted(0.02 * Double(index - 2))
            }
            let lines = try styles.map { style in
                Series(
                    "theory of \(style.name)", style.color, style.line,
                    try places.compactMap { place in
                        try place.theory(style, question).map { Series.Point(place.x, $0) }
                    }, isInLegend: false)
            }
            // A line needs the theory's value everywhere.
            let drawn = lines.filter { $0.points.count == places.count }
            return Panel(
                question.title, x: x,
                y: Panel.Axis(FigureSeries.errorLabel, scale: .logarithmic), legend: .none,
                series: drawn + points)
        }
        let range = FigureSeries.logarithmicRange(panels.flatMap(\.series), room: room)
        for index in panels.indices { panels[index].y.range = range }
        panels[0].legend = .topLeft
        return panels
    }

    /// A table of errors, one row per position and regime.
    static func text(_ places: [Place], _ name: (Double) -> String) throws -> String {
        let rows = try places.flatMap { place in
            try styles.map { style in
                let cells = try [Question.zeroShot, .same, .opposite].map {
                    try place.error(style, $0).fixed()
                }
                return "| \(name(place.x)) | \(style.name) | "
                    + cells.joined(separator: " | ") + " |"
            }
        }
        return "| | | 0-shot θ₀ | 20-shot θ₀ | 20-shot −θ₀ |\n|---|---|---|---|---|\n"
            + rows.joined(separator: "\n")
    }
}
