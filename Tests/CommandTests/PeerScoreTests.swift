import Benchmarks
import Foundation
import TestSupport
import Testing

/// `eval` beside lm-eval 0.4.13's own scores of the golden checkpoint.
@Suite(
    .enabled(
        if: Fixture.shared != nil,
        "no golden in ../shared or FT_MMLU_SHARED: lm-eval's scores were not compared"))
struct PeerScoreTests {
    private struct Golden: Decodable {
        struct Subject: Decodable {
            struct Document: Decodable {
                let prompt: String?
                let logprobs: [Double]
            }

            let acc: Double
            let docs: [Document]
        }

        let adapter: String
        let results: [String: [String: Subject]]
    }

    private struct ChoiceScores: Decodable {
        struct Document: Decodable {
            let logprobs: [Double]
            let acc: Double
            let acc_bytes: Double
        }

        let scores: [String: [String: [Document]]]
    }

    private func folder() throws -> String { try #require(Fixture.shared) + "/golden/tiny" }

    private func golden() throws -> Golden {
        try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: URL(fileURLWithPath: folder() + "/eval.json")))
    }

    /// Runs `eval` over all questions in fp32, and gives its folder to the body.
    private func evaluating(_ arguments: [String], _ body: (String) throws -> Void) throws {
        let golden = try folder()
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                [
                    "eval", "--model", golden + "/checkpoint", "--data", golden + "/mmlu",
                    "--shots", "0,7", "--limit", "none", "--dtype", "fp32", "--device", "cpu",
                    "--output", "e", "--quiet",
                ] + arguments, in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            try body(folder + "/e")
        }
    }

    @Test func `letters score as lm-eval scores them, base and adapted`() throws {
        let golden = try golden()
        let adapter = try folder() + "/" + golden.adapter
        try evaluating(["--prompt", "lm-eval", "--adapter", adapter, "--with-base"]) { run in
            var count = 0
            var largest = 0.0
            for line in try JSONText.lines(run + "/answers.jsonl") {
                let model = line.text("model") == "base" ? "base" : "adapter"
                let cell = "\(model).\(try #require(line.whole("shots")))shot"
                let subject = try #require(line.text("subject"))
                let row = try #require(line.whole("row"))
                let documents = try #require(golden.results[cell]?[subject]?.docs)
                let found = try #require(line["logprobs"] as? [NSNumber]).map(\.doubleValue)
                for (a, b) in zip(found, documents[row].logprobs) {
                    largest = max(largest, abs(a - b))
                }
                count += 1
            }
            #expect(count == 64)
            #expect(largest < 2e-5)
            let rows = try JSONText.file(run + "/results.json").objects("subjects")
            #expect(rows.count == 8)
            for row in rows {
                let model = row.text("model") == "base" ? "base" : "adapter"
                let cell = "\(model).\(try #require(row.whole("shots")))shot"
                let subject = try #require(row.text("subject"))
                #expect(row.number("mean") == golden.results[cell]?[subject]?.acc)
            }
        }
    }

    @Test func `the prompt lm-eval is lm-eval's to the byte`() throws {
        let golden = try golden()
        let dataset = MMLU(folder: URL(fileURLWithPath: try folder() + "/mmlu"))
        var count = 0
        for (cell, shots) in [("base.0shot", 0), ("base.7shot", 7)] {
            for (subject, scores) in try #require(golden.results[cell]) {
                let prefix = PromptPrefix(
                    LMEval(), topic: try Subjects.subject(named: subject).title,
                    shots: try Shots.select(
                        count: shots, for: subject, from: .dev, in: dataset, excluding: []))
                let questions = try dataset.questions(of: subject, in: .test)
                for (question, document) in zip(questions, scores.docs) {
                    guard let prompt = document.prompt else { continue }
                    let text = try prefix.prompt(asking: question).text
                    #expect(Array(text.utf8) == Array(prompt.utf8), "\(cell) \(question.id)")
                    count += 1
                }
            }
        }
        #expect(count == 18)
    }

    /// `scripts/oracle/choice_scores.py` made the scores.
    @Test func `choices score as lm-eval scores its continuations`() throws {
        let file = Fixture.repository.appending(path: "Tests/Fixtures/prompts/choice_scores.json")
        let golden = try JSONDecoder().decode(ChoiceScores.self, from: Data(contentsOf: file))
        try evaluating(["--prompt", "continuation"]) { run in
            let lines = try JSONText.lines(run + "/answers.jsonl")
            #expect(lines.count == 32)
            for line in lines {
                let shots = try #require(line.whole("shots"))
                let subject = try #require(line.text("subject"))
                let row = try #require(line.whole("row"))
                let document = try #require(golden.scores["\(shots)"]?[subject]?[row])
                let found = try #require(line["choice_logprobs"] as? [NSNumber])
                    .map(\.doubleValue)
                for (a, b) in zip(found, document.logprobs) {
                    // Sums of up to a dozen tokens, each within the gate of one.
                    #expect(abs(a - b) < 1e-4 && abs(a - b) < 2e-5 * max(1, abs(b)))
                }
                #expect(line["correct"] as? Bool == (document.acc_bytes == 1))
                #expect(line.text("scoring") == "choice")
                let best = found.indices.max { found[$0] < found[$1] }
                let isLikeliest = best == Letter(rawValue: line.text("answer") ?? "")?.index
                #expect(isLikeliest == (document.acc == 1))
            }
        }
    }
}
