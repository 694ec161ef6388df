import Foundation
import TestSupport
import Testing
import Tracking

/// A run whose last question lacks a repeat: every place leaves it out and says so.
@Suite struct IncompleteRunTests {
    private let job: MainJob

    init() throws { job = try MainJob.shared() }

    /// A copy of the main job's run without its last answer, in a store of its own.
    private func withRun(_ body: (_ folder: String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(atPath: job.run, toPath: folder + "/run")
            let path = folder + "/run/answers.jsonl"
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            try (lines.dropLast().joined(separator: "\n") + "\n").write(
                toFile: path, atomically: true, encoding: .utf8)
            let added = try Program.run(
                ["results", "add", "run", "--store", "s.sqlite"], in: folder)
            try #require(added.status == 0, "\(added.errors)")
            try body(folder)
        }
    }

    @Test func `tables, SQL, comparisons and the run's own file agree to the digit`() throws {
        try withRun { folder in
            let recomputed = try Program.run(["results", "recompute", "run"], in: folder)
            #expect(recomputed.status == 0, "\(recomputed.errors)")
            #expect((recomputed.errors + recomputed.output).contains("1 questions lack repeats"))
            let file = try JSONText.file(folder + "/run/results.json")
            let ending = try Program.run(
                [
                    "results", "table", "run", "--store", "s.sqlite", "--total", "--format", "json",
                ], in: folder)
            let table = try JSONText.object(ending.output)
            #expect(
                table.text("caption")?.contains("1 questions that lack repeats are left out.")
                    == true)
            let store = try Store(folder + "/s.sqlite")
            let run = try #require(try store.runs().first)
            let views = try store.accuracies(of: [run.id])
            let columns = table.objects("columns")
            var incomplete = 0
            for (row, model) in zip(table.objects("rows"), ["base", "adapted"]) {
                for (cell, column) in zip(row.objects("cells"), columns) {
                    let own = try #require(
                        file.objects("accuracy").first {
                            $0.text("model") == model
                                && $0.text("category") == column.text("category")
                                && $0.whole("shots") == column.whole("shots")
                        })
                    let view = try #require(
                        views.first {
                            $0.model == model && $0.category == column.text("category")
                                && $0.shots == column.whole("shots")
                        })
                    #expect(cell.number("mean") == own.number("mean"))
                    #expect(cell.number("standard_error") == own.number("item_standard_error"))
                    #expect(cell["interval"] as? [Double] == own["wilson_interval"] as? [Double])
                    #expect(cell.whole("questions") == own.whole("questions"))
                    #expect(abs(view.mean - (own.number("mean") ?? .nan)) < 1e-15)
                    #expect(view.questions == own.whole("questions"))
                    let error = try #require(view.itemStandardError)
                    #expect(abs(error - (own.number("item_standard_error") ?? .nan)) < 1e-14)
                    if column.text("category") == "all" { incomplete += view.incomplete }
                }
            }
            #expect(incomplete == 1)
            #expect(
                file.objects("accuracy").filter { $0.text("category") == "all" }
                    .map { $0.whole("questions") } == [12, 12, 12, 11])
            let compared = try Program.run(
                ["results", "compare", "run", "run", "--json"], in: folder)
            let rows = try #require(
                JSONSerialization.jsonObject(with: Data(compared.output.utf8)) as? [[String: Any]])
            let differences = try #require(table.objects("rows").last).objects("differences")
            for ((row, own), cell) in zip(zip(rows, file.objects("comparison")), differences) {
                #expect(row.number("difference") == own.number("difference"))
                #expect(row.number("difference") == cell.number("mean"))
                #expect(row["interval"] as? [Double] == own["interval"] as? [Double])
                #expect(row["interval"] as? [Double] == cell["interval"] as? [Double])
                #expect(row.number("p_no_change") == cell.number("p_no_change"))
                #expect(row.number("p_no_change_holm") == cell.number("p_no_change_holm"))
                #expect(row.whole("questions") == cell.whole("questions"))
            }
            #expect(rows.last?.whole("questions") == 11)
        }
    }

    @Test func `the printed difference is over the questions of both`() throws {
        try withRun { folder in
            let text = try Program.run(["results", "recompute", "run"], in: folder).output
                .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            let file = try JSONText.file(folder + "/run/results.json")
            let printed = try #require(text.first { $0.first == "difference" })
            let last = try #require(file.objects("comparison").last)
            let difference = String(format: "%+.1f", 100 * (last.number("difference") ?? .nan))
            #expect(
                printed.last == (difference == "-0.0" || difference == "+0.0" ? "0.0" : difference))
        }
    }
}
