import Foundation
import TestSupport
import Testing

/// `eval` beside lm-eval 0.4.13 on checkpoints whose tokenizers put a start token (BOS) before a
/// text. `scripts/oracle/bos_scores.py` made the checkpoint and the scores.
struct StartTokenScoreTests {
    private struct Golden: Decodable {
        struct Question: Decodable {
            let subject: String
            let row: Int
            let shots: Int
            let logprobs: [Double]
        }

        let scores: [String: [Question]]
    }

    private static let folder = Fixture.repository.appending(path: "Tests/Fixtures/prompts/bos")

    /// The largest distance of a question's four log-probabilities from lm-eval's, for each
    /// question that either has.
    private func distances(_ tokenizer: String, _ flags: [String]) throws -> [Double] {
        let file = try Data(contentsOf: Self.folder.appending(path: "scores.json"))
        let golden = try JSONDecoder().decode(Golden.self, from: file)
        let questions = try #require(golden.scores[tokenizer])
        let expected = Dictionary(
            uniqueKeysWithValues: questions.map {
                ("\($0.subject) \($0.row) \($0.shots)", $0.logprobs)
            })
        return try Fixture.withTemporaryFolder { folder in
            let model = URL(fileURLWithPath: folder + "/model")
            try FileManager.default.copyItem(at: Self.folder.appending(path: "model"), to: model)
            let own = Self.folder.appending(path: "tokenizers/" + tokenizer)
            for name in try FileManager.default.contentsOfDirectory(atPath: own.path) {
                try FileManager.default.copyItem(
                    at: own.appending(path: name), to: model.appending(path: name))
            }
            let rows = Set(questions.map { "\($0.subject),test,\($0.row)" }).sorted()
            try (["subject,split,row"] + rows).joined(separator: "\n").write(
                toFile: folder + "/questions.csv", atomically: true, encoding: .utf8)
            let ending = try Program.run(
                [
                    "eval", "--model", "model", "--data", Fixture.pocket + "/mmlu",
                    "--questions", "questions.csv", "--prompt", "lm-eval", "--shots", "0,5",
                    "--dtype", "fp32", "--device", "cpu", "--output", "e", "--quiet",
                ] + flags, in: folder)
            try #require(ending.status == 0, "\(ending.errors)")
            let lines = try JSONText.lines(folder + "/e/answers.jsonl")
            #expect(lines.count == expected.count)
            return try lines.map { line in
                let row = try #require(line.whole("row"))
                let shots = try #require(line.whole("shots"))
                let key = "\(line.text("subject") ?? "") \(row) \(shots)"
                let theirs = try #require(expected[key])
                let ours = try #require(line["logprobs"] as? [NSNumber]).map(\.doubleValue)
                try #require(ours.count == 4 && theirs.count == 4)
                return try #require(zip(ours, theirs).map { abs($0 - $1) }.max())
            }
        }
    }

    @Test(arguments: ["llama2", "llama3", "gemma"])
    func `letters score as lm-eval scores them behind a start token`(tokenizer: String) throws {
        let found = try distances(tokenizer, [])
        #expect(found.count == 24)
        #expect(found.allSatisfy { $0 < 1e-4 }, "\(found)")
    }

    /// Without this the comparison could not see a start token.
    @Test func `no question scores so without its start token`() throws {
        let found = try distances("llama2", ["--bos", "off"])
        #expect(found.allSatisfy { $0 > 1e-2 }, "\(found)")
    }
}
