import Basics
import Experiments
import Foundation
import Plots
import Reports

extension Reproduction {
    static var figure6: Reproduction {
        Reproduction(
            name: "figure6", summary: "Table 2's Q/K/V, V and V with few-shot loss as bars",
            isStudy: true, make: figure6)
    }

    /// Makes Figure 6 from the named study, or from the newest study of table2 that the flags would
    /// make. If there is none, it makes the study now.
    private static func figure6(_ settings: Settings) throws -> Product {
        var settings = settings
        if settings.table2.study == nil, settings.studies.table2 == nil {
            settings.table2.study = try newestTable2(settings).map(Folder.init(path:))
        }
        let made = try made(settings, for: "figure6")
        let families = ResultFigures.paperFamilies
        let table = ResultTable(made.results).showing(families)
        guard table.columns.contains(where: ResultFigures.isInFigure6), table.rows.count > 1 else {
            throw InputError(
                "figure6: \(made.folder.path) has no answers on Humanities or STEM of the base model "
                    + "and one of \(families.joined(separator: ", ")); a study of table2 is needed")
        }
        let title = "Figure 6 of arXiv 2602.23197 \(made.words)"
        let chart = ResultFigures.bars(table, name: "figure6" + made.suffix, title: title)
        let text =
            ["\(title): \(table.legend)", ""] + table.textLines
            + ["", "study folder: \(made.folder.path)"]
        return Product(
            suffix: made.suffix, figure: chart, text: text.joined(separator: "\n"),
            failure: made.failure)
    }

    /// The study in `runs` with the latest results. Where flags select something, only studies with
    /// the same settings count; one without results counts too and is resumed.
    private static func newestTable2(_ settings: Settings) throws -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "runs")) ?? []
        var wanted: SweepSettings?
        if settings.asksForTable2 {
            let given = try settings.table2Given
            wanted = try SweepSettings(given.layers, model: given.model, world: given.world)
        }
        let dated = try names.filter { $0.contains(/-table2(-quick|-dry)?(-[0-9]+)?$/) }
            .compactMap { name -> (name: String, date: Date)? in
                let folder = try? SweepDirectory(resuming: "runs/\(name)")
                let date = folder.flatMap { Self.date(of: $0.results) }
                if let wanted {
                    guard let folder, try folder.differences(from: wanted).isEmpty else {
                        return nil
                    }
                    return (name, date ?? .distantPast)
                }
                return name.contains(/-table2(-[0-9]+)?$/) ? date.map { (name, $0) } : nil
            }
        return dated.max { ($0.date, $0.name) < ($1.date, $1.name) }.map { "runs/" + $0.name }
    }

    private static func date(of file: String) -> Date? {
        try? FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
    }
}
