import Benchmarks
import Foundation
import Plots
import Scoring
import Statistics
import Tracking

/// Pictures of runs and studies.
public enum ResultFigures {
    /// The kinds of figure, by file name.
    public enum Kind: String, CaseIterable, Sendable {
        /// Figure 6 of the paper: accuracies as bars.
        case bars
        /// Accuracy against the learning rate: the accuracy that a study's settings were chosen by,
        /// else zero-shot accuracy on the trained category.
        case rates
        /// Zero-shot gain against few-shot loss, a point a model.
        case forgetting
        /// Loss and λ by step.
        case curves
    }

    /// The paper's Figure 6: Humanities and STEM, 0-shot and 7-shot, where those columns are there;
    /// else all columns.
    ///
    public static func bars(
        _ table: ResultTable, name: String = "bars",
        title: String = "Accuracy, with standard errors"
    ) -> BarChart {
        let paper = table.columns.enumerated().filter { isInFigure6($0.element) }
        let columns = (paper.isEmpty ? Array(table.columns.enumerated()) : paper).sorted {
            ($0.element.category, $0.element.shots) < ($1.element.category, $1.element.shots)
        }
        return BarChart(
            name, title: title, label: "percent",
            groups: columns.map {
                "\(Category.heading(of: $0.element.category))\n\($0.element.shots)-shot"
            },
            series: table.rows.enumerated().map { index, row in
                BarChart.Series(
                    row.name, color(index),
                    columns.map { column in
                        row.cells[column.offset].map { cell in
                            BarChart.Bar(
                                100 * cell.mean, error: cell.standardError.map { 100 * $0 })
                        }
                    })
            })
    }

    /// Whether the paper's Figure 6 has bars of a column.
    package static func isInFigure6(_ column: TableColumn) -> Bool {
        ["humanities", "stem"].contains(column.category)
    }

    /// The families of the paper's Figure 6.
    public static let paperFamilies = ["ZS on Q/K/V", "ZS on V", "ZS+FS on V"]

    /// Accuracy by learning rate, or nil where no two runs of a family differ in it.
    ///
    /// For a study that chose settings, it is the candidates' accuracy on the selection sample; each
    /// learning rate shows the candidate with the best λ₀. For other runs it is the zero-shot accuracy
    /// on the category that they were trained on.
    public static func rates(_ runs: [RunEntry], in store: Store) throws -> Figure? {
        let choices = try SettingChoices(runs, in: store)
        if !choices.families.isEmpty { return rates(choices) }
        return try answeredRates(runs, in: store)
    }

    private static func rates(_ choices: SettingChoices) -> Figure? {
        var hasChoice = false
        let series = choices.families.map { family -> (name: String, points: [Series.Point]) in
            let byRate = Dictionary(grouping: family.candidates.filter { $0.accuracy != nil }) {
                $0.run.learningRate ?? 0
            }
            if byRate.values.contains(where: { $0.count > 1 }) { hasChoice = true }
            return (
                name: family.name,
                points: byRate.compactMap { rate, candidates in
                    candidates.compactMap(\.accuracy).max().map { Series.Point(rate, 100 * $0) }
                }
            )
        }
        return rates(
            series,
            title: "Selection sample, 0-shot, by learning rate"
                + (hasChoice ? " (best λ₀ at each)" : ""), isJoined: true)
    }

    private static func answeredRates(_ runs: [RunEntry], in store: Store) throws -> Figure? {
        let finished = runs.filter { $0.learningRate != nil && $0.state == .finished }
        let choosing = finished.filter { $0.role == "selection" }
        let trained = choosing.isEmpty ? finished : choosing
        let accuracies = try store.accuracies(of: trained.map(\.id))
        var series: [(name: String, points: [Series.Point])] = []
        for group in try ModelRuns.rows(of: trained, accuracies) where group.model != .base {
            let name = group.runs[0].family ?? ModelRuns.title(group.runs[0])
            let points = group.runs.compactMap { run -> Series.Point? in
                guard let rate = run.learningRate,
                    let entry = accuracies.first(where: {
                        $0.run == run.id && $0.model == "adapted" && $0.shots == 0
                            && $0.category == (run.category ?? Category.total)
                            && $0.adapterScale == group.model.scale
                    })
                else { return nil }
                let error = entry.standardError ?? entry.itemStandardError
                return Series.Point(rate, 100 * entry.mean, error: error.map { 100 * $0 })
            }
            guard !points.isEmpty else { continue }
            if let index = series.firstIndex(where: { $0.name == name }) {
                series[index].points += points
            } else {
                series.append((name, points))
            }
        }
        let category = Set(trained.compactMap(\.category))
        let title =
            category.count == 1 ? Category.name(of: category.first ?? "") : "trained category"
        return rates(series, title: "\(title), 0-shot, by learning rate")
    }

    /// - Parameter isJoined: whether lines connect the learning rates: each has one point a family
    private static func rates(
        _ series: [(name: String, points: [Series.Point])], title: String, isJoined: Bool = false
    ) -> Figure? {
        guard series.contains(where: { Set($0.points.map(\.x)).count > 1 }) else { return nil }
        let rates = Set(series.flatMap(\.points).map(\.x)).sorted()
        guard let low = rates.first, let high = rates.last, low > 0 else { return nil }
        // Families with equal accuracy are drawn next to each other.
        let step = 0.012 * (log10(high / low) + 0.35)
        let drawn = series.enumerated().map { index, one in
            let points = one.points.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
            let marks: [Series.Mark] = [
                .filledCircles, .filledSquares, .filledTriangles, .filledDiamonds, .openCircles,
                .openSquares, .openTriangles, .openDiamonds,
            ]
            var dots = Series(one.name, color(index + 1), marks[index % marks.count], points)
            dots.shift = step * (Double(index) - Double(series.count - 1) / 2)
            dots.isJoined = isJoined
            return dots
        }
        var figure = Figure(
            "rates", columnCount: 1,
            panels: [
                Panel(
                    title,
                    x: Panel.Axis(
                        "learning rate", range: low / 1.5...high * 1.5, scale: .logarithmic,
                        ticks: rates.count > 8 ? nil : rates),
                    y: Panel.Axis("percent"), legend: .outside, series: drawn)
            ])
        figure.panelSize = (560, 300)
        return figure
    }

    /// Zero-shot gain against few-shot loss; a loss above 0 is forgetting.
    ///
    /// nil without a base model, or unless both numbers of shots were evaluated.
    ///
    /// - Parameter category: nil means all evaluated categories
    public static func forgetting(_ table: ResultTable, category: String?) -> ScatterChart? {
        guard let few = table.columns.map(\.shots).filter({ $0 > 0 }).max() else { return nil }
        let total = table.columns.contains(where: \.isTotal) ? Category.total : nil
        guard let gainCategory = category ?? total, let lossCategory = category ?? total,
            let gain = table.columns.firstIndex(of: .init(shots: 0, category: gainCategory)),
            let loss = table.columns.firstIndex(of: .init(shots: few, category: lossCategory))
        else { return nil }
        let points = table.rows.enumerated().compactMap { index, row -> ScatterChart.Point? in
            guard let x = row.differences?[loss]?.micro, let y = row.differences?[gain]?.micro
            else { return nil }
            return ScatterChart.Point(
                row.name, color(index), x: 0 - 100 * x.mean, y: 100 * y.mean,
                xError: x.standardError.map { 100 * $0 }, yError: y.standardError.map { 100 * $0 })
        }
        guard !points.isEmpty else { return nil }
        return ScatterChart(
            "forgetting",
            title: "What training gained, and what it lost: \(Category.name(of: gainCategory))",
            xLabel: "\(few)-shot loss, percentage points", yLabel: "0-shot gain, percentage points",
            points: points)
    }

    /// The loss of every run, and λ of those that had one, in one colour a family; nil without steps.
    public static func curves(_ runs: [RunEntry], in store: Store) throws -> Figure? {
        var losses: [Series] = []
        var weights: [Series] = []
        var families: [String] = []
        for run in runs {
            let steps = try store.steps(of: run.id)
            if steps.isEmpty { continue }
            let cell = run.cell ?? (ModelRuns.title(run) + ", " + run.id.prefix(8))
            let family = run.family ?? cell
            // Only the family's first series is in the legend.
            let isFirst = !families.contains(family)
            if isFirst { families.append(family) }
            let hue = color((families.firstIndex(of: family) ?? 0) + 1)
            let name = isFirst ? family : cell
            let loss = steps.compactMap { step in
                step.zeroShotLoss.map { Series.Point(Double(step.step), $0) }
            }
            if !loss.isEmpty {
                losses.append(Series(name, hue, .solidLine, loss, isInLegend: isFirst))
            }
            let few = steps.compactMap { step in
                step.fewShotLoss.map { Series.Point(Double(step.step), $0) }
            }
            if !few.isEmpty {
                losses.append(
                    Series(name + ", few-shot", hue, .dashedLine, few, isInLegend: isFirst))
            }
            if run.fewShotWeight != nil {
                weights.append(
                    Series(
                        name, hue, .solidLine,
                        steps.map { Series.Point(Double($0.step), $0.fewShotWeight) },
                        isInLegend: isFirst))
            }
        }
        guard !losses.isEmpty else { return nil }
        let step = Panel.Axis("step")
        var panels = [
            Panel(
                "Loss", x: step, y: Panel.Axis("nats a target token"), legend: .outside,
                series: losses)
        ]
        if !weights.isEmpty {
            let highest = weights.flatMap(\.points).map(\.y).max() ?? 0
            panels.append(
                Panel(
                    "Weight of the few-shot loss", x: step,
                    y: Panel.Axis("λ", range: 0...1.05 * (highest > 0 ? highest : 1)),
                    legend: .outside, series: weights))
        }
        // Below each other, so that a narrow screen can show them.
        var figure = Figure("curves", columnCount: 1, panels: panels)
        figure.alignsAxes = true
        figure.panelSize = (560, 280)
        return figure
    }

    private static func color(_ index: Int) -> Series.Color {
        let colors: [Series.Color] = [
            .grey, .blue, .vermillion, .green, .orange, .sky, .purple, .black,
        ]
        return colors[index % colors.count]
    }
}
