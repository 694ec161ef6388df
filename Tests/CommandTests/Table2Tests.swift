import Foundation
import TestSupport
import Testing

/// `ft-mmlu reproduce table2`, made small.
@Suite struct Table2Tests {
    @Test func `a dry run makes two steps of every training and fills the table`() throws {
        try Fixture.withTemporaryFolder { folder in
            let arguments = ["reproduce", "table2", "--dry-run", "--study", "s", "--quiet"]
            let ending = try Program.run(arguments, in: folder)
            #expect(ending.status == 0 && ending.errors == "", "\(ending.errors)")
            #expect(
                ending.output
                    == (try String(
                        contentsOfFile: folder + "/figures/table2-dry.txt", encoding: .utf8))
                    + "\n")
            let lines = ending.output.split(separator: "\n")
            for title in [
                "Base model", "ZS on Q/K/V", "ZS on Q", "ZS on K", "ZS on V", "ZS+FS on V",
            ] {
                #expect(lines.contains { $0.hasPrefix(title + "  ") }, "\(title)")
            }
            let title: String = lines.first.map { String($0) } ?? ""
            let words: String = "on the built-in world (2 steps a training, 2 questions a category)"
            #expect(title == "Table 2 of arXiv 2602.23197 \(words)")
            #expect(lines.last == "study folder: s")
            let cells = try JSONText.file(folder + "/s/results.json").objects("cells")
            // Two rates of five families, and the base model.
            #expect(cells.count == 11)
            for cell in cells where cell.text("cell") != "base" {
                let path = "\(folder)/s/\(cell.text("folder") ?? "")/metrics.jsonl"
                #expect(try JSONText.lines(path).count == 2)
            }
            let again = try Program.run(
                ["reproduce", "table2", "--study", "s", "--quiet"], in: folder)
            #expect(again.status == 0 && again.output == ending.output, "\(again.errors)")

            // With the flags that made it too, and with others not.
            for flags in [["--dry-run"], ["--seeds", "0"]] {
                let same = try Program.run(
                    ["reproduce", "table2", "--study", "s", "--quiet"] + flags, in: folder)
                #expect(same.status == 0 && same.output == ending.output, "\(same.errors)")
            }
            for (flags, names) in [
                (["--seeds", "1", "--learning-rates", "1e-5,1e-4"], "seeds"),
                (["--quick"], "eval-limit, few-shot-weights, learning-rates, limit, "),
            ] {
                let other = try Program.run(
                    ["reproduce", "table2", "--study", "s"] + flags, in: folder)
                #expect(other.status == 64)
                #expect(
                    other.errors.hasPrefix(
                        "Error: --study s: was begun with other settings than the flags' ("
                            + names), "\(other.errors)")
                #expect(
                    other.errors.hasSuffix(
                        "); leave the flags out to go on with it, or name a new folder\n"))
            }

            // The store has the reported runs, in their rows, with the ranks of their changes.
            let table = try Program.run(["results", "table", "--study", "s"], in: folder)
            #expect(table.status == 0, "\(table.errors)")
            for title in ["ZS on Q/K/V", "ZS on Q", "ZS on K", "ZS on V", "ZS+FS on V"] {
                #expect(table.output.contains(title), "\(title)")
            }

            let figure = try Program.run(
                ["reproduce", "figure6", "--study", "s", "--quiet"], in: folder)
            #expect(figure.status == 0 && figure.errors == "", "\(figure.errors)")
            #expect(figure.output.hasPrefix("Figure 6 of arXiv 2602.23197 on the built-in world"))
            let svg = try String(
                contentsOfFile: folder + "/figures/figure6-dry.svg", encoding: .utf8)
            for name in ["ZS on Q/K/V", "ZS on V", "ZS+FS on V"] {
                #expect(svg.contains(name), "\(name)")
            }
            let csv = try String(
                contentsOfFile: folder + "/figures/figure6-dry.csv", encoding: .utf8)
            // Four models, two categories, with and without shots.
            #expect(csv.split(separator: "\n").count == 1 + 16)

            // Flags find what they made before, also one that is not done.
            let found = folder + "/runs/2026-01-02-table2-dry"
            try FileManager.default.moveItem(atPath: folder + "/s", toPath: found)
            try FileManager.default.removeItem(atPath: found + "/results.json")
            let again6 = try Program.run(
                ["reproduce", "figure6", "--dry-run", "--quiet"], in: folder)
            #expect(again6.status == 0, "\(again6.errors)")
            #expect(again6.output.hasSuffix("\nstudy folder: runs/2026-01-02-table2-dry\n"))
            #expect(
                again6.output.split(separator: "\n").dropLast()
                    == figure.output.split(separator: "\n").dropLast())
        }
    }
}
