import Foundation
import TestSupport
import Testing

/// `ft-mmlu plan`: what a sweep will do, beside what one did.
@Suite struct PlanCommandTests {
    @Test func `its counts are those of the run`() throws {
        let job = try SweepJob.shared()
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                ["plan"] + SweepJob.arguments.dropFirst(), in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            let lines = ending.output.split(separator: "\n").map(String.init)
            #expect(lines.first == "cells: 13, the base model's among them")
            let entries = try JSONText.file(job.path + "/results.json").objects("cells")
            var steps = 0
            var runs = 0
            for family in ["ZS on V", "ZS on Q/K/V", "ZS+FS on V"] {
                let mine = entries.filter { $0.text("family") == family }
                let metrics = try mine.map {
                    try JSONText.lines(
                        "\(job.path)/\($0.text("folder") ?? "")/metrics.jsonl")
                }
                // The first seed's, which is counted.
                let tokens = metrics[0].compactMap { $0.whole("tokens") }.reduce(0, +)
                let line = try #require(lines.first { $0.hasPrefix(family + "  ") })
                #expect(
                    line.dropFirst(family.count).split(separator: " ").map(String.init)
                        == ["\(mine.count)", "4", "\(tokens)"], "\(line)")
                steps += metrics.reduce(0) { $0 + $1.count }
                runs += mine.count
            }
            let all = try #require(lines.first { $0.hasPrefix("all ") })
            #expect(
                all.split(separator: " ").prefix(3).map(String.init) == [
                    "all", "\(runs)", "\(steps)",
                ])
            // Seven models: the base model, and three families by two seeds.
            let words = lines.map { $0.split(separator: " ").map(String.init) }
            let reported = words.filter { $0.first == "reported," }
            #expect(
                reported.map { Array($0.dropFirst().prefix(4)) } == [
                    ["0-shot", "7", "8", "24"], ["3-shot", "7", "8", "24"],
                ])
            let selection = try #require(words.first { $0.first == "selection," })
            #expect(selection.dropFirst().prefix(4) == ["0-shot", "9", "12", "36"])
            let time = try #require(lines.first { $0.hasPrefix("time here: about ") })
            #expect(time.hasSuffix("; measured on 3 steps of each loss and 8 questions"))
            let counted = try Program.run(
                ["plan", "--no-measure"] + SweepJob.arguments.dropFirst(), in: folder)
            #expect(counted.status == 0 && counted.errors == "", "\(counted.errors)")
            #expect(
                counted.output.split(separator: "\n").map(String.init)
                    == lines.map { $0 == time ? "time here: not measured" : $0 })
        }
    }

    @Test func `the estimate of a card is the data sheet's, by the share that it states`() throws {
        // The 3B shape, by hand: forward and back 4 operations a token and parameter.
        let ending = try Program.run(
            ["plan", "table2", "--limit", "2", "--max-steps", "3", "--quiet"],
            in: NSTemporaryDirectory())
        #expect(ending.status == 0 && ending.errors == "", "\(ending.errors)")
        let lines = ending.output.split(separator: "\n")
        #expect(lines.first == "cells: 51, the base model's among them")
        #expect(lines.contains { $0.hasPrefix("estimated, not measured: bfloat16; 35 % of the ") })
        #expect(lines.contains { $0.hasPrefix("RTX 4090, 24 GB: ") })
        #expect(lines.contains { $0.hasPrefix("H200, 141 GB: ") })
    }

    @Test(arguments: ["0.3", "none,0.3", nil])
    func `table 2 has the zero-shot loss however the weights are given`(weights: String?) throws {
        try Fixture.withTemporaryFolder { folder in
            try "few-shot-weights: [0.3]\n".write(
                toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
            let given = weights.map { ["--few-shot-weights", $0] } ?? ["--config", "c.yaml"]
            let ending = try Program.run(
                [
                    "plan", "table2", "--learning-rates", "1e-3", "--seeds", "0", "--limit", "2",
                    "--max-steps", "3", "--no-measure", "--quiet",
                ] + given, in: folder)
            #expect(ending.status == 0 && ending.errors == "", "\(ending.errors)")
            // Q/K/V, Q, K, V and V with both losses.
            #expect(ending.output.hasPrefix("cells: 6, the base model's among them\n"))
        }
    }

    @Test func `another study is refused`() throws {
        let ending = try Program.run(["plan", "table3"], in: NSTemporaryDirectory())
        #expect(ending.status == 64)
        #expect(
            ending.errors
                == "Error: plan table3: there is no such study; table2, or none, is needed\n")
    }
}
