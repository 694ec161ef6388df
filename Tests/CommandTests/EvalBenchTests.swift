import Foundation
import TestSupport
import Testing

@Suite struct EvalBenchTests {
    private static func run(_ arguments: [String]) throws -> Program.Ending {
        try Program.run(["bench", "eval"] + arguments, in: NSTemporaryDirectory())
    }

    private static let small = [
        "--shape", Fixture.pocket, "--rounds", "2", "--threads", "1", "--dtype", "fp32",
    ]

    private static func result(_ arguments: [String]) throws -> [String: Any] {
        let run = try run(small + arguments + ["--json"])
        #expect(run.status == 0, "\(run.errors)")
        return try #require(
            try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    @Test func `letters are scored beside the products`() throws {
        let result = try Self.result([
            "--subjects", "2", "--questions", "3", "--prefix", "20", "--lengths", "9-9",
        ])
        #expect(result["questions"] as? Int == 6)
        #expect(result["prompt_tokens"] as? Int == 6 * 29)
        #expect(result["computed_tokens"] as? Int == 2 * 20 + 6 * 9)
        #expect(result["new_tokens"] as? Int == 0)
        for name in ["seconds", "floor_seconds"] {
            let seconds = try #require(result[name] as? [Double])
            #expect(seconds.count == 2 && seconds.allSatisfy { $0 > 0 })
        }
        let logprobs = try #require(result["logprobs"] as? [[Double]])
        #expect(logprobs.map(\.count) == .init(repeating: 4, count: 6))
        #expect(logprobs.allSatisfy { $0.allSatisfy { $0 < 0 } })
    }

    /// Prompts from a file, in groups or not: the same log-probabilities, fewer tokens.
    @Test func `prompts that begin alike are computed once`() throws {
        let shared = Array(10..<22)
        let prompts = [shared + [3, 4], shared + [5], shared + [6, 7, 8], [9, 8, 7, 6]]
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/prompts.jsonl"
            let lines = prompts.map { "{\"input_ids\": \($0)}\n" }
            try lines.joined().write(toFile: path, atomically: true, encoding: .utf8)
            let together = try Self.result(["--prompts", path, "--letters", "11,12,13,14"])
            #expect(together["prompt_tokens"] as? Int == 3 * 12 + 6 + 4)
            #expect(together["computed_tokens"] as? Int == 12 + 6 + 4)
            let found = try #require(together["logprobs"] as? [[Double]])
            for (index, line) in lines.enumerated() {
                try line.write(toFile: path, atomically: true, encoding: .utf8)
                let alone = try Self.result(["--prompts", path, "--letters", "11,12,13,14"])
                let expected = try #require((alone["logprobs"] as? [[Double]])?.first)
                for (one, other) in zip(found[index], expected) {
                    #expect(abs(one - other) < 1e-5)
                }
            }
        }
    }

    @Test func `texts are generated, all of one length`() throws {
        let run = try Self.run(
            Self.small + [
                "--subjects", "1", "--questions", "3", "--prefix", "8", "--lengths", "5-6",
                "--new-tokens", "4", "--repeats", "2",
            ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("texts              24 tokens, "))
        #expect(run.output.contains(" tokens/s, 6 at one time"))
    }

    @Test(arguments: [
        (["--shape", "gpt-2"], "--shape: 'gpt-2' is no model folder; a folder or one of"),
        (["--letters", "1,2"], "--letters: '1,2'; four token ids are needed, like 1,2,3,4"),
        (["--new-tokens", "0"], "--new-tokens: 0 is too few; at least 1 is needed"),
        (["--prefix=-1"], "--prefix: -1 is too few; at least 0 is needed"),
        (["--prompts", "/nowhere.jsonl"], "/nowhere.jsonl"),
    ])
    func `what cannot be measured is refused`(arguments: [String], words: String) throws {
        let run = try Self.run(
            arguments.contains("/nowhere.jsonl") ? Self.small + arguments : arguments)
        #expect(run.status == (arguments.contains("/nowhere.jsonl") ? 1 : 64))
        #expect(run.errors.contains(words), "\(run.errors)")
    }
}
