import Benchmarks
import Foundation
import Statistics
import Tracking

/// The accuracies by subject in the page's template: a part for each category.
enum SubjectHTML {
    static func context(_ table: ResultTable, in store: Store) throws -> [[String: Any]] {
        let entries = try store.subjectAccuracies(
            of: Array(Set(table.rows.flatMap(\.runs))).sorted())
        let shots = Set(table.columns.map(\.shots)).sorted()
        let columns = table.rows.flatMap { row in shots.map { (row: row, shots: $0) } }
        let byKey = Dictionary(grouping: entries) {
            Key(
                run: $0.run, model: $0.model, scale: $0.adapterScale, shots: $0.shots,
                subject: $0.subject)
        }
        var categories: [String] = []
        for column in table.columns where !categories.contains(column.category) {
            categories.append(column.category)
        }
        return try categories.filter { $0 != Category.total }.map { category in
            let here = entries.filter { $0.category == category }
            let subjects = Set(here.compactMap(\.subject)).sorted()
            let rows = try subjects.map { subject -> [String: Any] in
                let cells = try columns.map { column -> [String: String] in
                    let found = column.row.runs.flatMap { run in
                        byKey[
                            Key(
                                run: run, model: column.row.model, scale: column.row.adapterScale,
                                shots: column.shots, subject: subject)] ?? []
                    }
                    guard !found.isEmpty else { return ["text": ""] }
                    return ["text": NumberText.percent(try found.map(\.mean).mean())]
                }
                let count = here.first { $0.subject == subject }?.questions ?? 0
                return [
                    "name": subject.replacing("_", with: " "), "count": count, "cells": cells,
                ]
            }
            return [
                "title": Category.name(of: category),
                "count": subjects.count == 1 ? "1 subject" : "\(subjects.count) subjects",
                "models": table.rows.map { ["name": $0.name, "count": shots.count] },
                "shots": columns.map { ["title": "\($0.shots)"] }, "rows": rows,
            ]
        }
    }

    private struct Key: Hashable {
        let run: String
        let model: String
        let scale: Double
        let shots: Int
        let subject: String?
    }
}
