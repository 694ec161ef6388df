import LinearAttention
import Plots

extension RegressionFigure {
    static let figure5 = RegressionFigure(
        "figure5", "Trained models on theta0 and -theta0, merged Q"
    ) { try TrainedFigure("figure5", .paper).report($0) }

    static let figure7 = RegressionFigure(
        "figure7", "Trained models on theta0 and -theta0, separate W_Q and W_K"
    ) { try TrainedFigure("figure7", .paperSeparate).report($0) }

    static let figure8 = RegressionFigure(
        "figure8", "Trained models on theta0 and -theta0, separate W_Q and W_K, two heads"
    ) { try TrainedFigure("figure8", AttentionDesign(.separate, headCount: 2)).report($0) }
}

/// Figures 5, 7 and 8: every kind of fine-tuning, on theta0 and on -theta0.
struct TrainedFigure {
    private let name: String
    private let design: AttentionDesign

    init(_ name: String, _ design: AttentionDesign) {
        self.name = name
        self.design = design
    }

    private var isMerged: Bool { design.keys == .merged }

    func report(_ runner: FigureRunner) throws -> FigureReport {
        var study = RegressionExperiment(try RegressionSetup.paper())
        study.design = design
        study.fineTunings = FineTuningTarget.targets(of: design).flatMap { target in
            FineTuning.Objective.allCases.map { FineTuning(target, $0) }
        }
        let results = try runner.results(name, study)
        var panels = try [false, true].map { try panel(results, isOpposite: $0) }
        if !isMerged {
            let heights = panels.flatMap(\.series).flatMap(\.points).map(\.y)
            let range = (heights.min() ?? 0.1) / 1.6...(heights.max() ?? 10) * 1.6
            for index in panels.indices { panels[index].y.range = range }
        }
        var figure = Figure(name, columnCount: 2, panels: panels)
        figure.panelSize = (400, 360)
        let findings = try TrainedFindings(results)
        var values = findings.values
        values["points"] = runner.recipeText
        values["figure"] = String(name.dropFirst("figure".count))
        let flags = [
            "whole": !runner.isQuick, "merged": isMerged, "separate": !isMerged,
            "heads": design.headCount > 1,
        ]
        var report = FigureReport(
            figure, FigureText(PackageResources.trained_md).filled(values, flags: flags))
        report.files = [
            ("\(name)-errors.csv", findings.table), ("\(name)-trainings.csv", findings.trainings),
        ]
        return report
    }

    private func panel(_ results: RegressionResults, isOpposite: Bool) throws -> Panel {
        let task = try results.study.setup.task(cosine: isOpposite ? -1 : 1)
        var series: [Series] = []
        for (index, tuning) in results.study.fineTunings.enumerated() {
            let isZeroShot = tuning.objective == .zeroShot
            series.append(
                try FigureSeries.points(
                    tuning.label, color(tuning.target), isZeroShot ? .openCircles : .filledCircles,
                    results, .fineTuned(index),
                    task: task, contexts: Array(0...20)))
        }
        if isMerged {
            // The legend shows the first two for all: diamonds of ZS, triangles of ZS+FS.
            for (index, tuning) in results.study.fineTunings.enumerated() {
                series += FigureSeries.readings(
                    tuning, isOpposite: isOpposite, color(tuning.target),
                    tuning.objective == .zeroShot ? .openDiamonds : .openTriangles
                ).map {
                    var series = $0
                    series.isInLegend = index < 2
                    return series
                }
            }
        }
        return Panel(
            isOpposite ? "on −θ₀" : "on θ₀", x: FigureSeries.contextAxis(20),
            y: isMerged
                ? Panel.Axis(
                    FigureSeries.errorLabel, range: 0.08...145, scale: .logarithmic,
                    ticks: [0.1, 0.3, 1, 3, 50, 100], gap: 5...45)
                : Panel.Axis(FigureSeries.errorLabel, scale: .logarithmic),
            legend: isOpposite ? .outside : .none, series: series)
    }

    private func color(_ target: FineTuningTarget) -> Series.Color {
        switch (target, isMerged) {
        case (.all, _): .blue
        case (.v, _): .vermillion
        case (.q, true), (.k, _): .green
        case (.q, false): .orange
        }
    }
}
