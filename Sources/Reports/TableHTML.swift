import Benchmarks
import Foundation
import Scoring

/// A table in the page's template.
enum TableHTML {
    static func context(_ table: ResultTable, hasPaper: Bool) -> [String: Any] {
        [
            "caption": table.caption, "pairs": table.pairLines,
            "hasPairs": !table.pairs.isEmpty,
            "shots": table.shotGroups.map { ["title": "\($0.shots)-shot", "count": $0.count] },
            "columns": table.columns.map { ["title": Category.heading(of: $0.category)] },
            "lines": table.lines.map { line in
                [
                    "title": line.title, "kind": kind(line.kind), "isModel": line.kind == .model,
                    "cells": line.cells.map { cell in
                        ["text": cell, "sign": sign(cell, line.kind)]
                    },
                ] as [String: Any]
            },
        ]
    }

    private static func kind(_ kind: ResultTable.Line.Kind) -> String {
        switch kind {
        case .model: "model"
        case .interval, .differenceInterval: "interval"
        case .test: "test"
        case .difference: "difference"
        case .paper: "paper"
        case .paperDifference: "paper difference"
        }
    }

    /// A class for a gain or a loss.
    private static func sign(_ cell: String, _ kind: ResultTable.Line.Kind) -> String {
        guard kind == .difference || kind == .paperDifference else { return "" }
        return cell.hasPrefix("+") ? "gain" : cell.hasPrefix("-") ? "loss" : ""
    }

    /// The forgetting report: a row for each model, with its zero-shot gain on the trained category
    /// and its few-shot loss in each category. nil where there is no difference to report.
    static func forgetting(_ table: ResultTable, category: String?) -> [String: Any]? {
        guard let few = table.columns.map(\.shots).filter({ $0 > 0 }).max(),
            let gain = table.columns.firstIndex(
                of: TableColumn(shots: 0, category: category ?? Category.total))
        else { return nil }
        let losses = table.columns.indices.filter { table.columns[$0].shots == few }
        let rows = table.rows.compactMap { row -> [String: Any]? in
            guard let differences = row.differences else { return nil }
            func cell(_ index: Int, _ sign: Double) -> [String: Any] {
                guard let found = differences[index] else { return ["value": "", "p": ""] }
                let interval = sign > 0 ? found.micro.interval : found.micro.interval?.negated
                return [
                    "value": NumberText.points(sign * found.micro.mean),
                    "interval": NumberText.points(interval),
                    "p": NumberText.probability(found.adjustedP ?? found.micro.noChangeP),
                    "verdict": sign > 0
                        ? ""
                        : found.verdict.map {
                            "drop > \(NumberText.short(table.marginPoints)) " + $0.words
                        } ?? "",
                ]
            }
            return [
                "title": row.name, "gain": cell(gain, 1), "losses": losses.map { cell($0, -1) },
            ]
        }
        guard !rows.isEmpty else { return nil }
        return [
            "margin": NumberText.short(table.marginPoints),
            "gainTitle": "0-shot gain, \(Category.heading(of: category ?? Category.total))",
            "lossTitles": losses.map {
                ["title": "\(few)-shot loss, \(Category.heading(of: table.columns[$0].category))"]
            }, "rows": rows,
        ]
    }
}
