import Benchmarks
import Foundation
import TestSupport
import Testing
import Torch

/// `ft-mmlu sweep` on the built-in world, and the study's folder.
@Suite struct SweepCommandTests {
    private let job: SweepJob

    init() throws { job = try SweepJob.shared() }

    private func cell(_ name: String) -> String { job.path + "/cells/" + name }

    @Test func `it ends with the table, and says where the study is`() throws {
        #expect(job.ending.status == 0, "\(job.ending.errors)")
        let lines = job.ending.output.split(separator: "\n").map(String.init)
        #expect(
            lines.first
                == "percent right, mean (q: standard error over questions)")
        #expect(lines[1].contains("0-shot"))
        let titles = ["Base model", "ZS on V", "ZS on Q/K/V", "ZS+FS on V"]
        for title in titles { #expect(lines.contains { $0.hasPrefix(title + "  ") }, "\(title)") }
        #expect(lines.count { $0.hasPrefix("  difference ") } == 3)
        #expect(lines.last == "study folder: study")
    }

    @Test func `the base model is asked first, then what is chosen between, then the winners`() {
        let begun = SweepJob.begun(job.ending)
        #expect(
            begun.prefix(7) == [
                "0 base", "1 v-zs-2e-3-s1", "2 v-zs-2e-2-s1", "3 q+k+v-zs-2e-3-s1",
                "4 q+k+v-zs-2e-2-s1", "5 v-fs0.5-2e-3-s1", "6 v-fs0.5-2e-2-s1",
            ])
        // Two seeds of three families, the first of them trained before.
        #expect(begun.dropFirst(7).map { $0.suffix(2) } == ["s1", "s0", "s1", "s0", "s1", "s0"])
        #expect(job.ending.errors.contains("cell 12 of 13: "))
    }

    @Test func `winners are those of the rule, and only they are asked what is reported`() throws {
        let results = try JSONText.file(job.path + "/results.json")
        let rows = results.objects("table")
        #expect(rows.count == 4)
        for row in rows.dropFirst() {
            let candidates = row.objects("candidates")
            #expect(candidates.count == 2)
            func rank(_ candidate: [String: Any]) -> [Double] {
                let selection = candidate["selection"] as? [String: Any]
                return [
                    -Double(selection?.whole("correct") ?? -1),
                    candidate.number("learning_rate") ?? .nan,
                    candidate.number("few_shot_weight") ?? 0,
                ]
            }
            let best = try #require(
                candidates.map(rank).min { $0.lexicographicallyPrecedes($1) })
            let chosen = try #require(row["chosen"] as? [String: Any])
            #expect(chosen.number("learning_rate") == best[1])
            #expect((chosen.number("few_shot_weight") ?? 0) == best[2])
            #expect(row["seeds"] as? [Int] == [1, 0])
        }
        for entry in results.objects("cells") {
            let folder = job.path + "/" + (entry.text("folder") ?? "")
            #expect(entry.text("outcome") == "done")
            #expect(
                FileManager.default.fileExists(atPath: folder + "/results.json")
                    == (entry.text("role") != "selection"))
        }
        #expect(
            results.text("selection_rule")?.contains("lowest learning rate") == true)
    }

    @Test func `a selection score is the run's own last evaluation`() throws {
        let results = try JSONText.file(job.path + "/results.json")
        for entry in results.objects("cells") where entry.text("cell") != "base" {
            let folder = job.path + "/" + (entry.text("folder") ?? "")
            let last = try #require(try JSONText.lines(folder + "/evaluations.jsonl").last)
            let score = try #require(entry["selection"] as? [String: Any])
            #expect(last.whole("step") == 4)
            #expect(last.text("split") == "val" && last.whole("questions") == 12)
            #expect(last.whole("repeats") == 3 && score.whole("repeats") == 3)
            #expect(score.whole("correct") == last.whole("correct"))
        }
    }

    @Test func `means and errors over seeds are those of the runs`() throws {
        let results = try JSONText.file(job.path + "/results.json")
        func accuracy(_ folder: String, _ model: String) throws -> [[String: Any]] {
            try JSONText.file(folder + "/results.json").objects("accuracy")
                .filter { $0.text("model") == model }
        }
        let base = try accuracy(cell("base"), "base")
        for row in results.objects("table").dropFirst() {
            let runs = try results.objects("cells")
                .filter {
                    $0.text("family") == row.text("family") && $0.text("role") == "report"
                }
                .map { try accuracy(job.path + "/" + ($0.text("folder") ?? ""), "adapted") }
            #expect(runs.count == 2)
            let values = row.objects("accuracy")
            #expect(values.count == 10)
            for (index, value) in values.enumerated() {
                let means = runs.compactMap { $0[index].number("mean") }
                let mean = (means[0] + means[1]) / 2
                #expect(abs((value.number("mean") ?? .nan) - mean) < 1e-12)
                // Two seeds are two values.
                #expect(value["by_seed"] as? [Double] == means)
                #expect(value.isNull("standard_error") && value.isNull("interval"))
                let difference = mean - (base[index].number("mean") ?? .nan)
                #expect(abs((value.number("difference") ?? .nan) - difference) < 1e-12)
                #expect(value.text("category") == base[index].text("category"))
                #expect(value.whole("shots") == base[index].whole("shots"))
            }
            let change = try #require(row.objects("adapter_change").last)
            #expect(change.text("projection") == "v")
            let rank = try #require(change["effective_rank"] as? [String: Any])
            let (least, most) = (rank.number("least") ?? 0, rank.number("most") ?? 9)
            #expect(least >= 1 && most <= 8 && least <= most)
        }
    }

    @Test func `a cell is a run of its own, to the last byte`() throws {
        let results = try JSONText.file(job.path + "/results.json")
        for family in ["ZS on Q/K/V", "ZS+FS on V"] {
            let entry = try #require(
                results.objects("cells").last { $0.text("family") == family })
            #expect(entry.whole("seed") == 0)
            let folder = job.path + "/" + (entry.text("folder") ?? "")
            let weight = entry.number("few_shot_weight")
            try Fixture.withTemporaryFolder { place in
                let lone = try Program.run(
                    [
                        "train", "--target", family.hasSuffix("V") && weight == nil ? "QKV" : "V",
                        "--category", "humanities", "--learning-rate",
                        "\(entry.number("learning_rate") ?? 0)", "--seed", "0", "--answer-seed",
                        "1", "--eval-every", "4", "--eval-answers", "sampled", "--output", "r",
                    ]
                        + (weight.map {
                            ["--objective", "zs+fs", "--few-shot-weight", "\($0)"]
                        } ?? []) + SweepJob.common, in: place)
                try #require(lone.status == 0, "\(lone.errors)")
                for name in SweepJob.cellFiles {
                    #expect(
                        FileManager.default.contents(atPath: place + "/r/" + name)
                            == FileManager.default.contents(atPath: folder + "/" + name),
                        "\(family): \(name)")
                }
            }
        }
    }

    @Test func `the base model answers once, and every cell has its answers`() throws {
        func answers(_ name: String) throws -> [String] {
            try String(contentsOfFile: cell(name) + "/answers.jsonl", encoding: .utf8)
                .split(separator: "\n").filter { $0.contains("\"model\": \"base\"") }
                .map(String.init)
        }
        let base = try answers("base")
        #expect(base.count == 4 * 2 * 2 * 3)
        let results = try JSONText.file(job.path + "/results.json")
        for entry in results.objects("cells") where entry.text("role") == "report" {
            #expect(try answers(entry.text("cell") ?? "") == base)
        }
        // Progress tells of each asking.
        #expect(job.ending.errors.components(separatedBy: "asking base  48/48").count == 2)
    }

    @Test func `ordinary commands read a cell's folder`() throws {
        let results = try JSONText.file(job.path + "/results.json")
        let names = results.objects("cells").filter {
            $0.text("role") == "report" && $0.text("family") == "ZS on V"
        }
        .compactMap { $0.text("folder") }
        let check = try Program.run(
            ["results", "recompute", "study/" + names[0], "--check"], in: job.folder)
        #expect(check.status == 0, "\(check.errors)")
        let explained = try Program.run(
            ["explain", "study/" + names[0], "study/" + names[1]], in: job.folder)
        #expect(explained.status == 0, "\(explained.errors)")
        #expect(explained.output.contains("seed"))
    }

    @Test func `config.yaml has the grid as lists, and runs again`() throws {
        let text = try String(contentsOfFile: job.path + "/config.yaml", encoding: .utf8)
        for line in [
            "targets: [\"V\", \"QKV\"]", "learning-rates: [0.002, 0.02]", "seeds: [1, 0]",
            "few-shot-weights: [\"none\", 0.5]", "few-shot-on: [\"V\"]",
            "category: [\"humanities\"]", "max-steps: 4", "report: \"winners\"", "eval-limit: 12",
            "answer-seed: 1",
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        let names = text.split(separator: "\n").map { $0.prefix { $0 != ":" } }
        #expect(names == names.sorted())
        #expect(!names.contains("learning-rate") && !names.contains("seed"))
        try Fixture.withTemporaryFolder { place in
            try FileManager.default.copyItem(
                atPath: job.path + "/config.yaml", toPath: place + "/c.yaml")
            let again = try Program.run(
                ["sweep", "--config", "c.yaml", "--output", "study", "--quiet"], in: place)
            #expect(again.status == 0 && again.errors == "", "\(again.errors)")
            #expect(again.output == job.ending.output)
            try job.expectSame(place + "/study")
        }
    }

    @Test func `both samples are recorded, and share no content with each other or training`()
        throws
    {
        let file = try JSONText.file(job.path + "/questions.json")
        let part = try #require(file["humanities"] as? [String: Any])
        let world = MMLU(folder: URL(fileURLWithPath: Fixture.pocket + "/mmlu"))
        func hashes(_ places: Any?) throws -> [String] {
            let bySubject = try #require(places as? [String: [[String: Any]]])
            return try bySubject.flatMap { subject, rows in
                try rows.map { row in
                    let split = try #require(Split(rawValue: row.text("split") ?? ""))
                    let id = QuestionID(
                        subject: subject, split: split, row: try #require(row.whole("row")))
                    return try world.question(at: id).contentHash
                }
            }
        }
        let selection = try hashes(part["selection"])
        let reported = try hashes((part["reported"] as? [String: Any])?["questions"])
        let trained = try #require(
            try JSONText.file(cell("v-fs0.5-2e-3-s1") + "/adapter/trained_questions.json")[
                "content_hashes"] as? [String])
        #expect(selection.count == 12 && reported.count == 8 && trained.count == 256)
        #expect(Set(selection).isDisjoint(with: reported))
        #expect(Set(selection).isDisjoint(with: trained))
        #expect(Set(reported).isDisjoint(with: trained))
    }
}
