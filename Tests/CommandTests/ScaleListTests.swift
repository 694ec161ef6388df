import Foundation
import TestSupport
import Testing

/// `eval --adapter-scale` with several scales.
@Suite struct ScaleListTests {
    private let job: MainJob

    init() throws { job = try MainJob.shared() }

    private var arguments: [String] {
        [
            "eval", "--adapter", job.run + "/adapter", "--adapter-scale", "0,0.5,1", "--with-base",
            "--prompt", "hendrycks", "--shots", "0,2", "--limit", "5", "--batch-tokens", "600",
        ]
    }

    private func lines(_ run: String, _ model: String, _ scale: String) throws -> [String] {
        try String(contentsOfFile: run + "/answers.jsonl", encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("{\"model\": \"\(model)\", \"adapter_scale\": \(scale),") }
            .map { String($0.drop { $0 != "," }.dropFirst().drop { $0 != "," }) }
    }

    @Test func `every scale is asked in one run, and 0 is the base model to the last digit`() throws
    {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(arguments + ["--output", "r"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            let run = folder + "/r"
            let base = try lines(run, "base", "0.0")
            #expect(base.count == 40)
            #expect(try lines(run, "adapted", "0.0") == base)
            let whole = try lines(run, "adapted", "1.0")
            #expect(whole.count == 40 && whole != base)
            let half = try lines(run, "adapted", "0.5")
            #expect(half.count == 40 && half != base && half != whole)
            // As a run of its own has it.
            let alone = try Program.run(
                arguments.map { $0 == "0,0.5,1" ? "0.5" : $0 } + ["--output", "half"], in: folder)
            #expect(alone.status == 0)
            #expect(try lines(folder + "/half", "adapted", "0.5") == half)
            let file = try JSONText.file(run + "/results.json")
            let rows = file.objects("accuracy")
            #expect(rows.count == 4 * 2 * 5)
            #expect(
                rows.filter { $0.text("category") == "all" && $0.whole("shots") == 2 }
                    .compactMap { $0.number("adapter_scale") } == [0, 0, 0.5, 1])
            #expect(rows.allSatisfy { $0.whole("near_ties") != nil })
            let compared = file.objects("comparison").filter { $0.number("adapter_scale") == 0 }
            #expect(compared.count == 2 * 5)
            for row in compared {
                #expect(row.number("difference") == 0 && row.whole("gained") == 0)
                #expect(row.number("mcnemar_p") == 1)
            }
            // What the adapter was trained on, it says itself.
            #expect(
                file.objects("forgetting").map { $0.text("target_category") }
                    == ["humanities", "humanities", "humanities"])
            let config = try String(contentsOfFile: run + "/config.yaml", encoding: .utf8)
            #expect(config.contains("adapter-scale: \"0.0,0.5,1.0\"\n"))
            #expect(config.contains("target-category: \"humanities\"\n"))
            #expect(ending.output.contains("\nadapted × 0.5:\n"))
            #expect(ending.output.contains("  unreadable  near-ties\n"))
        }
    }

    @Test func `a run killed between scales goes on to the same result`() throws {
        try Fixture.withTemporaryFolder { folder in
            let whole = try Program.run(arguments + ["--output", "whole"], in: folder)
            #expect(whole.status == 0)
            let killed = try Program.run(
                arguments + ["--output", "r"], in: folder, until: 90, of: "r/answers.jsonl",
                then: SIGKILL)
            try #require(killed.status == 128 + SIGKILL)
            let ending = try Program.run(["eval", "--resume", "r"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.errors.contains("40 of 40 answers of base are kept\n"))
            #expect(ending.errors.contains("40 of 40 answers of adapted × 0 are kept\n"))
            #expect(ending.output == whole.output.replacing("folder: whole", with: "folder: r"))
            for name in ["answers.jsonl", "results.json", "config.yaml", "questions.json"] {
                #expect(
                    FileManager.default.contents(atPath: folder + "/r/" + name)
                        == FileManager.default.contents(atPath: folder + "/whole/" + name),
                    "\(name)")
            }
        }
    }

    @Test func `a target category may be named, and a wrong one is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let base = arguments.map { $0 == "0,0.5,1" ? "1" : $0 } + ["--output", "r"]
            let ending = try Program.run(base + ["--target-category", "STEM"], in: folder)
            #expect(ending.status == 0)
            #expect(ending.output.contains("\nSTEM, trained on  "))
            let wrong = try Program.run(
                base + ["--target-category", "stems", "--output", "x"], in: folder)
            #expect(wrong.status == 64)
            #expect(
                wrong.errors.hasPrefix(
                    "Error: --target-category stems: there is no category 'stems'; did you mean "
                        + "stem? "))
            let scales = try Program.run(
                ["eval", "--adapter", "a", "--adapter-scale", "1,x"], in: folder)
            #expect(scales.status == 64)
            #expect(
                scales.errors
                    == "Error: --adapter-scale 1,x: a number from -1000.0 to 1000.0 is "
                    + "needed\n")
        }
    }
}
