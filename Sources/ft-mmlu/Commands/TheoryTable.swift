import ArgumentParser
import Basics
import Foundation
import LinearAttention

/// Recomputes a table of theoretical results.
struct TheoryTable: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Recomputes every row of a table of theory and compares.",
        discussion: """
            The table is a CSV with the columns \(TheoryRow.columns.joined(separator: ",")). \
            Its w of full fine-tuning (15) is v where q = 1, the inverse of the paper's w; of value \
            fine-tuning (21) it is the paper's. \
            It prints the largest relative difference of each quantity, \
            |computed - value| / max(|value|, 1e-3). The exit status is 1 if one exceeds the \
            tolerance, is not finite, or a row is not understood.
            """)

    @Option("file", "The table.", completion: .file(extensions: ["csv"])) var input: File

    @Option("x", "The largest relative difference allowed.", parsing: .unconditional)
    var tolerance = 1e-9

    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        let input = input.path
        guard tolerance.isFinite, tolerance >= 0 else {
            throw UsageError("--tolerance \(tolerance): a finite number from 0 is needed")
        }
        var comparison = TheoryComparison()
        var problems: [String] = []
        for row in try rows(input) {
            do {
                let difference = try comparison.add(TheoryRow(row.fields))
                // Written so that NaN is a problem too.
                guard difference <= tolerance else {
                    let value = row.fields["value"] ?? ""
                    problems.append(
                        "line \(row.line): \(row.fields["quantity"] ?? "") is given as \(value), "
                            + "\(Self.text(difference)) from what is computed; at most "
                            + "\(tolerance) is allowed")
                    continue
                }
            } catch let error as LinearAttentionError {
                problems.append("line \(row.line): \(error)")
            }
        }
        show(comparison)
        guard let first = problems.first else { return }
        let others = problems.dropFirst().prefix(19).map { "  " + $0 }
        let left = problems.count - 20
        throw TableProblem(
            lines: ["\(input), \(first)"] + others + (left > 0 ? ["  and \(left) more"] : []))
    }

    private func show(_ comparison: TheoryComparison) {
        let width = (comparison.quantities.map(\.name.count) + [8]).max() ?? 8
        func line(_ name: String, _ count: String, _ difference: String) -> String {
            "\(name.padded(to: width))  \(count.padded(before: 5))  \(difference)"
        }
        print(line("quantity", "rows", "largest relative difference"))
        for quantity in comparison.quantities {
            print(
                line(
                    quantity.name, "\(quantity.rowCount)", Self.text(quantity.largestDifference)))
        }
        let largest = comparison.quantities.map(\.largestDifference).max() ?? 0
        print(line("all", "\(comparison.rowCount)", Self.text(largest)))
    }

    private static func text(_ difference: Double) -> String {
        String(format: "%.2e", difference)
    }

    private struct Row {
        let line: Int
        let fields: [String: String]
    }

    /// Every record under the header.
    private func rows(_ input: String) throws -> [Row] {
        guard let data = try FileFormat.csv.contents(of: input) else {
            throw FileError(
                path: input, problem: "there is no such file, or it cannot be read",
                remedy:
                    "a CSV with the columns \(TheoryRow.columns.joined(separator: ",")) is needed"
            )
        }
        var header: [String]?
        var rows: [Row] = []
        for (line, fields) in try CSV.records(of: Array(data), named: input) {
            let place = "\(input), line \(line)"
            guard let columns = header else {
                header = try checked(fields, place)
                continue
            }
            guard fields.count == columns.count else {
                throw FileError(
                    path: place, problem: "has \(fields.count) fields",
                    remedy: "\(columns.count) are needed, as in the header")
            }
            rows.append(
                Row(line: line, fields: Dictionary(uniqueKeysWithValues: zip(columns, fields)))
            )
        }
        guard !rows.isEmpty else {
            throw FileError(
                path: input, problem: "has no rows",
                remedy: "a header and one row or more are needed"
            )
        }
        return rows
    }

    private func checked(_ header: [String], _ place: String) throws -> [String] {
        let names = header.map { $0.trimmingCharacters(in: .whitespaces) }
        guard names.sorted() == TheoryRow.columns.sorted() else {
            throw FileError(
                path: place, problem: "has the columns \(names.joined(separator: ","))",
                remedy: "the columns \(TheoryRow.columns.joined(separator: ",")) are needed")
        }
        return names
    }
}

/// An entry of a table that is wrong.
private struct TableProblem: ErrorOfLines {
    let lines: [String]
}
