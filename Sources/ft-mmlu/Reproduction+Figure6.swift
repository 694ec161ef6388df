import Foundation
import Plots
import Reports
import Studies

extension Reproduction {
    static var figure6: Reproduction {
        Reproduction(
            name: "figure6", summary: "Table 2's Q/K/V, V and V with few-shot loss as bars",
            isStudy: true, make: figure6)
    }

    /// Of the study that is named, or of the newest of table2, or of one that is made now.
    private static func figure6(_ settings: Settings) throws -> Product {
        var settings = settings
        if settings.table2.firstGiven == nil, !settings.isQuick, settings.studies.table2 == nil {
            settings.table2.study = newestTable2()
        }
        let made = try made(settings)
        let families = ResultFigures.paperFamilies
        let rows = made.results.rows.filter { row in
            row.scores.isEmpty && row.candidate == nil || families.contains(row.title)
        }
        let places = (rows.first?.values ?? []).filter {
            ["humanities", "stem"].contains($0.category)
        }.sorted { ($0.category, $0.shots) < ($1.category, $1.shots) }
        guard !places.isEmpty, rows.count > 1 else {
            throw ReportError(
                "figure6: \(made.folder.path) has no answers on Humanities or STEM of the base model "
                    + "and one of \(families.joined(separator: ", ")); a study of table2 is needed")
        }
        let colors: [Series.Color] = [.grey, .blue, .vermillion, .green]
        let title = "Figure 6 of arXiv 2602.23197 \(made.words)"
        let chart = BarChart(
            "figure6" + made.suffix, title: title, label: "percent",
            groups: places.map { "\(AccuracyText.title(of: $0.category))\n\($0.shots)-shot" },
            series: zip(rows, colors).map { row, color in
                BarChart.Series(
                    row.title, color,
                    places.map { place in
                        row.values.first {
                            $0.category == place.category && $0.shots == place.shots
                        }.map {
                            BarChart.Bar(
                                100 * $0.mean, error: $0.standardError.map { 100 * $0 })
                        }
                    })
            })
        let text =
            [
                title + ": " + StudyText(made.results).legend(of: rows), "",
            ] + StudyText(made.results).table(of: rows) + ["", "study folder: \(made.folder.path)"]
        return Product(
            suffix: made.suffix, figure: chart, text: text.joined(separator: "\n"),
            failure: made.failure)
    }

    /// Of those that are done and whole the one with the latest results.
    private static func newestTable2() -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "runs")) ?? []
        let dated = names.filter { $0.contains(/-table2(-[0-9]+)?$/) }.compactMap { name in
            let file = "runs/\(name)/results.json"
            let facts = try? FileManager.default.attributesOfItem(atPath: file)
            return (facts?[.modificationDate] as? Date).map { (name: name, date: $0) }
        }
        return dated.max { $0.date < $1.date }.map { "runs/" + $0.name }
    }
}
