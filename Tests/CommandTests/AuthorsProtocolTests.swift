import Foundation
import Scoring
import TestSupport
import Testing

/// The protocol of the authors of arXiv 2602.23197, piece by piece, on the built-in world.
@Suite struct AuthorsProtocolTests {
    private func write(_ text: String, _ name: String, in folder: String) throws {
        try text.write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
    }

    @Test func `shots are drawn for each question and repeat`() throws {
        try Fixture.withTemporaryFolder { folder in
            try write("Answer it.\n- So: 'Answer: <choice>'.\n", "lines.txt", in: folder)
            let ending = try Program.run(
                [
                    "eval", "--prompt", "authors", "--prompt-file", "lines.txt", "--shots", "0,2",
                    "--shot-draw", "question", "--repeats", "2", "--samples", "3", "--limit", "2",
                    "--categories", "humanities", "--max-new-tokens", "24", "--output", "r",
                    "--store", "none",
                ], in: folder)
            try #require(ending.status == 0, "\(ending.errors)")
            let answers = try JSONText.lines(folder + "/r/answers.jsonl")
            #expect(answers.count == 2 * 2 * 6)
            for shots in [0, 2] {
                let repeats = answers.filter { $0.whole("shots") == shots }
                    .compactMap { $0.whole("repeat") }
                #expect(repeats.sorted() == (0..<6).flatMap { [$0, $0] })
            }
            let record = try JSONText.file(folder + "/r/questions.json")
            let shots = try #require(record["shots"] as? [String: [String: Any]])
            let draws = try #require(shots["2"]).keys.flatMap { shots["2"]?.objects($0) ?? [] }
            #expect(draws.count == 2 * 2)
            #expect(draws.allSatisfy { $0.objects("shots").count == 2 })
            #expect(Set(draws.map { "\($0.objects("shots"))" }).count > 1)
        }
    }

    @Test func `generated answers end at the authors' stop texts`() throws {
        try Fixture.withTemporaryFolder { folder in
            try write("Answer it.\n", "lines.txt", in: folder)
            let ending = try Program.run(
                [
                    "eval", "--prompt", "authors", "--prompt-file", "lines.txt", "--shots", "0",
                    "--limit", "8", "--repeats", "2", "--output", "r", "--store", "none",
                ], in: folder)
            try #require(ending.status == 0, "\(ending.errors)")
            let texts = try JSONText.lines(folder + "/r/answers.jsonl").compactMap {
                $0.text("text")
            }
            let stops = ["A", "B", "C", "D"].map { "Answer: \($0)" }
            let stopped = texts.filter { text in stops.contains(where: text.contains) }
            #expect(!stopped.isEmpty)
            for text in stopped { #expect(stops.contains { text.hasSuffix($0) }, "\(text)") }
        }
    }

    @Test func `rows of a list are trained on and asked`() throws {
        try Fixture.withTemporaryFolder { folder in
            try write(
                """
                set,subject,split,row
                train,philosophy,test,0
                train,philosophy,test,1
                asked,philosophy,test,2
                asked,astronomy,test,0
                asked,philosophy,test,1

                """, "rows.csv", in: folder)
            let ending = try Program.run(
                [
                    "train", "--target", "V", "--category", "humanities", "--train-rows",
                    "rows.csv", "--set", "train", "--questions", "rows.csv", "--question-sets",
                    "asked", "--epochs", "2", "--batch-size", "1", "--shots", "0", "--output", "r",
                    "--store", "none",
                ], in: folder)
            try #require(ending.status == 0, "\(ending.errors)")
            // Row 1 was trained on.
            #expect(try rows("philosophy", asked: "r", in: folder) == [2])
            #expect(try rows("astronomy", asked: "r", in: folder) == [0])
            let again = try Program.run(
                [
                    "eval", "--questions", "rows.csv", "--set", "asked", "--shots", "0",
                    "--output", "e", "--store", "none",
                ], in: folder)
            try #require(again.status == 0, "\(again.errors)")
            #expect(try rows("philosophy", asked: "e", in: folder) == [1, 2])
        }
    }

    private func rows(_ subject: String, asked run: String, in folder: String) throws -> [Int] {
        let record = try JSONText.file(folder + "/\(run)/questions.json")
        let questions = try #require(record["questions"] as? [String: Any])
        return questions.objects(subject).compactMap { $0.whole("row") }
    }

    private static let mixed = [
        "train", "--target", "V", "--category", "humanities", "--objective", "zs+fs",
        "--few-shot-anneal", "epochs", "--few-shot-shots", "2", "--epochs", "3", "--batch-size",
        "32", "--schedule", "linear", "--warmup-ratio", "0", "--no-eval", "--store", "none",
    ]

    @Test func `a mixture's epochs restart, and a stopped one goes on as if it had not been`()
        throws
    {
        try Fixture.withTemporaryFolder { folder in
            let whole = try Program.run(Self.mixed + ["--output", "whole"], in: folder)
            try #require(whole.status == 0, "\(whole.errors)")
            let steps = try JSONText.lines(folder + "/whole/metrics.jsonl")
            for epoch in 0..<3 {
                let own = steps.filter { $0.whole("epoch") == epoch }
                let rates = own.compactMap { $0.number("learning_rate") }
                // Linear from the peak, in each epoch's own number of steps.
                for (index, rate) in rates.enumerated() {
                    #expect(
                        abs(rate - rates[0] * (1 - Double(index) / Double(own.count))) < 1e-12)
                }
                let weights = own.compactMap { $0.number("few_shot_weight") }
                #expect(epoch == 2 ? weights.allSatisfy { $0 == 0 } : weights.allSatisfy { $0 > 0 })
            }
            let stopped = try Program.run(
                Self.mixed + ["--output", "r"], in: folder, until: 3, of: "r/metrics.jsonl",
                then: SIGTERM)
            try #require(stopped.status == 128 + SIGTERM, "\(stopped.errors)")
            let resumed = try Program.run(["train", "--resume", "r"], in: folder)
            try #require(resumed.status == 0, "\(resumed.errors)")
            func adapter(_ run: String) throws -> Data {
                try Data(
                    contentsOf: URL(
                        filePath: folder + "/\(run)/adapter/adapter_model.safetensors"))
            }
            #expect(try adapter("r") == adapter("whole"))
        }
    }

    @Test func `what is reported may be evaluated while a model trains, and chooses nothing`()
        throws
    {
        let arguments = [
            "train", "--target", "V", "--category", "humanities", "--max-steps", "4",
            "--eval-every", "2", "--eval-questions", "reported", "--limit", "2", "--shots", "0,1",
            "--no-eval", "--store", "none", "--output", "r",
        ]
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(arguments, in: folder)
            try #require(ending.status == 0, "\(ending.errors)")
            let lines = try JSONText.lines(folder + "/r/evaluations.jsonl")
            #expect(lines.count == 2 * 4 * 2)
            #expect(lines.allSatisfy { $0.text("asked") == "reported" })
            #expect(Set(lines.compactMap { $0.whole("step") }) == [2, 4])
            #expect(lines.allSatisfy { $0.whole("questions") == 2 })
            let best = try Program.run(arguments.dropLast(2) + ["--keep", "best"], in: folder)
            #expect(best.status == 64)
            #expect(best.errors.contains("--keep best: --eval-questions reported"))
        }
    }

    @Test(arguments: [
        (["--prompt", "authors"], "--prompt-file is not given"),
        (["--prompt", "cot", "--prompt-file", "x"], "shows no instructions of --prompt-file x"),
        (["--question-sets", "a"], "--questions is not given"),
        (["--shot-draw", "question", "--shot-order", "first"], "--shot-order first"),
        (["--repeats", "500", "--samples", "3"], "--samples 3: at most 2 is possible"),
    ])
    func `flags that do not go together are wrong usage`(flags: [String], words: String) throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(["eval", "--store", "none"] + flags, in: folder)
            #expect(ending.status == 64)
            #expect(ending.errors.contains(words), "\(ending.errors)")
        }
    }
}
