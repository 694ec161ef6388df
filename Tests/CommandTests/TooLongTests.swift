import Foundation
import TestSupport
import Testing

/// Prompts that the model has no room for: refused by name, or left out of everything and named.
@Suite struct TooLongTests {
    private static let asking =
        [
            "--model", "m", "--prompt", "hendrycks", "--categories", "stem", "--limit", "12",
            "--quiet", "--output", "r",
        ] + ChangedModel.data

    /// Runs beside a model with room for so many tokens.
    private static func run(
        room: Int, _ arguments: [String],
        check: (_ ending: Program.Ending, _ folder: String) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            try ChangedModel.writeShort(to: folder + "/m", contextLength: room)
            try check(Program.run(arguments, in: folder), folder)
        }
    }

    /// Tokens of the longest prompt behind so many shots: with room for one less it is refused.
    private static func longest(shots: Int) throws -> Int {
        var range = 1...1024
        while range.count > 1 {
            let middle = (range.lowerBound + range.upperBound) / 2
            try run(room: middle, ["eval", "--shots", "\(shots)"] + asking) { ending, _ in
                range =
                    ending.status == 0
                    ? range.lowerBound...middle : middle + 1...range.upperBound
            }
        }
        return range.lowerBound
    }

    private static let zeroShot = Result { try longest(shots: 0) }
    private static let twoShot = Result { try longest(shots: 2) }

    private static let refusedExample =
        "Error: training on [a-z_]+ test row [0-9]+: its prompt and target have [0-9]+ tokens, the "
        + "model has room for [0-9]+"

    private func places(_ value: Any?) -> [String] {
        (value as? [String: [[String: Any]]] ?? [:]).flatMap { subject, rows in
            rows.map { "\(subject) \($0.text("split") ?? "") row \($0.whole("row") ?? -1)" }
        }.sorted()
    }

    @Test func `a prompt too long is refused by name, or its question is left out of all`() throws {
        let most = try Self.zeroShot.get()
        let room = most - 1
        let eval = ["eval", "--shots", "0"] + Self.asking
        try Self.run(room: room, eval) { ending, folder in
            #expect(ending.status == 1)
            let found = ending.lastError.groups(
                of: "Error: the 0-shot prompt of [a-z_]+ test row [0-9]+ has ([0-9]+) tokens; the "
                    + "model has room for ([0-9]+): use a model with a longer context, or --too-long "
                    + "skip")
            #expect(found == ["\(most)", "\(room)"], "\(ending.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/r"))
        }
        let job = try MainJob.shared()
        let adapted = ["--adapter", job.run + "/adapter", "--with-base", "--too-long", "skip"]
        try Self.run(room: room, eval + adapted) { ending, folder in
            #expect(ending.status == 0, "\(ending.errors)")
            let results = try JSONText.file(folder + "/r/results.json")
            let skipped = places(results["too_long_questions"])
            #expect(!skipped.isEmpty && skipped.count < 12)
            let questions = try JSONText.file(folder + "/r/questions.json")
            #expect(places(questions["too_long"]) == skipped)
            let asked = places(questions["questions"])
            #expect(asked.count + skipped.count == 12)
            #expect(Set(asked).isDisjoint(with: skipped))
            let words = "\(skipped.count) of 12 questions are left out, too long for the model: "
            let line = try #require(
                ending.output.split(separator: "\n").first { $0.hasPrefix(words) })
            #expect(line.dropFirst(words.count).components(separatedBy: ", ").sorted() == skipped)
            // The same for both models.
            for model in ["base", "adapted"] {
                let answers = try JSONText.lines(folder + "/r/answers.jsonl")
                    .filter { $0.text("model") == model }
                    .map {
                        "\($0.text("subject") ?? "") test row \($0.whole("row") ?? -1)"
                    }
                #expect(answers.sorted() == asked, "\(model)")
            }
            let again = try Program.run(
                ["results", "recompute", "r", "--check"], in: folder)
            #expect(again.status == 0, "\(again.errors)")
        }
    }

    @Test func `what one number of shots has no room for is asked behind none`() throws {
        // Without shots every prompt has room.
        let room = try Self.twoShot.get() - 1
        #expect(try Self.zeroShot.get() < room)
        let flags = ["eval", "--shots", "0,2", "--too-long", "skip"] + Self.asking
        try Self.run(room: room, flags) { ending, folder in
            #expect(ending.status == 0, "\(ending.errors)")
            let skipped = places(
                try JSONText.file(folder + "/r/results.json")["too_long_questions"])
            #expect(!skipped.isEmpty)
            let answers = try JSONText.lines(folder + "/r/answers.jsonl")
            func rows(_ shots: Int) -> [String] {
                answers.filter { $0.whole("shots") == shots }.map {
                    "\($0.text("subject") ?? "") test row \($0.whole("row") ?? -1)"
                }.sorted()
            }
            #expect(rows(0) == rows(2))
            #expect(rows(0).count == 12 - skipped.count)
            #expect(Set(rows(0)).isDisjoint(with: skipped))
        }
    }

    @Test func `room for an answer counts, and nothing is left of a model without room`() throws {
        let most = try Self.zeroShot.get()
        let generate =
            ["eval", "--shots", "0", "--scoring", "generate", "--max-new-tokens", "9"]
            + Self.asking
        try Self.run(room: most + 8, generate) { ending, _ in
            #expect(ending.status == 1)
            #expect(
                ending.lastError.contains(
                    " has \(most) tokens, and its answer up to 9; the model has room for "
                        + "\(most + 8): "), "\(ending.errors)")
        }
        try Self.run(room: 10, ["eval", "--shots", "0", "--too-long", "skip"] + Self.asking) {
            ending, folder in
            #expect(ending.status == 1)
            #expect(
                ending.lastError.groups(
                    of: "Error: --too-long skip: the prompts of all 12 questions are too long, the "
                        + "first of them [a-z_]+ test row [0-9]+; the model has room for 10 tokens: "
                        + "use fewer --shots or --max-new-tokens") != nil, "\(ending.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/r"))
        }
    }

    @Test func `training leaves out what is too long where it is asked to`() throws {
        let examples = [4, 600, 4].map { count in
            "{\"input_ids\": [\((0..<count).map { "\($0 % 97)" }.joined(separator: ", "))]}\n"
        }.joined()
        try Fixture.withTemporaryFolder { folder in
            try examples.write(toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
            let command = [
                "train", "--model", Fixture.golden + "/tiny/checkpoint", "--target", "V",
                "--examples", "x.jsonl", "--batch-size", "2", "--epochs", "1", "--dtype", "fp32",
                "--learning-rate", "0.01", "--warmup-steps", "0", "--output", "r",
            ]
            let refused = try Program.run(command, in: folder)
            #expect(refused.status == 1)
            #expect(
                refused.errors
                    == "Error: x.jsonl, line 2: has 600 input_ids; the model has room for 512\n")
            let ending = try Program.run(command + ["--too-long", "skip"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(
                ending.errors.contains(
                    "1 of 3 training examples are left out, too long for the model: x.jsonl, line "
                        + "2\n"), "\(ending.errors)")
            #expect(
                try JSONText.lines(folder + "/r/metrics.jsonl").map { $0.whole("tokens") } == [8])
        }
        let most = try Self.zeroShot.get()
        let train =
            [
                "train", "--target", "V", "--category", "stem", "--holdout", "200", "--max-steps",
                "1", "--no-eval", "--learning-rate", "0.01", "--warmup-steps", "0",
            ] + Self.asking.filter { $0 != "--quiet" }
        // Some prompts are a token shorter than others, and each target has one.
        try Self.run(room: most, train) { ending, folder in
            #expect(ending.status == 1)
            #expect(
                ending.lastError.groups(of: Self.refusedExample) != nil, "\(ending.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/r"))
        }
        try Self.run(room: most, train + ["--too-long", "skip"]) { ending, _ in
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(
                ending.errors.contains(
                    " of 200 training examples are left out, too long for the model: "),
                "\(ending.errors)")
        }
    }

    @Test func `a few-shot prompt that is too long is found before the first step`() throws {
        let most = try Self.zeroShot.get()
        let train =
            [
                "train", "--target", "V", "--category", "stem", "--holdout", "64", "--objective",
                "zs+fs", "--few-shot-shots", "2", "--no-eval", "--batch-size", "4",
            ] + Self.asking
        try Self.run(room: most + 20, train) { ending, folder in
            #expect(ending.status == 1)
            #expect(
                ending.lastError.groups(of: Self.refusedExample) != nil, "\(ending.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/r"))
        }
    }

    @Test func `a file and a sweep may ask for it too`() throws {
        let room = try Self.twoShot.get() - 1
        try Fixture.withTemporaryFolder { folder in
            try ChangedModel.writeShort(to: folder + "/m", contextLength: room)
            try "too-long: skip\n".write(
                toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                [
                    "sweep", "--targets", "V", "--learning-rates", "1e-3,1e-2", "--category",
                    "stem", "--holdout", "32", "--batch-size", "8", "--max-steps", "2",
                    "--eval-limit", "30", "--shots", "2", "--config", "c.yaml", "--store", "none",
                ] + Self.asking, in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            let questions = try JSONText.file(folder + "/r/questions.json")
            let reported = (questions["stem"] as? [String: Any])?["reported"] as? [String: Any]
            let skipped = places(reported?["too_long"])
            #expect(!skipped.isEmpty)
            #expect(
                ending.output.contains(
                    "\(skipped.count) questions are left out, too long for the model: "),
                "\(ending.output)")
            for cell in ["base", "v-zs-1e-3-s0", "v-zs-1e-2-s0"] {
                let path = folder + "/r/cells/\(cell)/results.json"
                guard FileManager.default.fileExists(atPath: path) else { continue }
                #expect(places(try JSONText.file(path)["too_long_questions"]) == skipped)
            }
        }
    }
}
