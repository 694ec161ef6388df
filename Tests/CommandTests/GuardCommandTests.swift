import Foundation
import TestSupport
import Testing

/// Trainings from the command line that must not pass for a success.
@Suite struct GuardCommandTests {
    /// Trains on token ids with the tiny random checkpoint of 97 tokens; ln 97 = 4.5747.
    private func train(
        _ examples: String, _ flags: [String],
        check: (_ ending: Program.Ending, _ folder: String) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            try examples.write(
                toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                [
                    "train", "--model", Fixture.golden + "/tiny/checkpoint", "--target", "V",
                    "--examples", "x.jsonl", "--batch-size", "1", "--no-shuffle", "--dtype",
                    "fp32", "--output", "r",
                ] + flags, in: folder)
            try check(ending, folder + "/r")
        }
    }

    private func expectNoAdapter(_ run: String) {
        #expect(!FileManager.default.fileExists(atPath: run + "/adapter"))
        #expect(!FileManager.default.fileExists(atPath: run + "/results.json"))
    }

    private let line = "{\"input_ids\": [5, 6, 7, 8]}\n"

    @Test func `a learning rate of 0 is no success`() throws {
        try train(line, ["--learning-rate", "0", "--max-steps", "3"]) { ending, run in
            #expect(ending.status == 1)
            #expect(
                ending.lastError == "Error: no step of 3 changed the adapter: the learning rate "
                    + "was 0 at each; a --learning-rate above 0, and more steps than warm up, are "
                    + "needed")
            expectNoAdapter(run)
        }
    }

    @Test func `resuming does not make a success of an adapter that no step changed`() throws {
        try train(line, ["--learning-rate", "0", "--max-steps", "3"]) { ending, run in
            #expect(ending.status == 1)
            let folder = String(run.prefix(upTo: run.lastIndex(of: "/") ?? run.endIndex))
            let again = try Program.run(["train", "--resume", run], in: folder)
            #expect(again.status == 1)
            #expect(
                again.lastError.hasPrefix("Error: no step of 3 changed the adapter"),
                "\(again.errors)")
            expectNoAdapter(run)
        }
    }

    @Test func `an adapter that goes on from another has seen what that one saw`() throws {
        try Fixture.withTemporaryFolder { folder in
            func train(_ category: String, _ output: String, _ more: [String]) throws -> Set<String>
            {
                let ending = try Program.run(
                    [
                        "train", "--category", category, "--max-steps", "2", "--no-eval", "--quiet",
                        "--output", output,
                    ] + more, in: folder)
                try #require(ending.status == 0, "\(ending.errors)")
                let file = try JSONSerialization.jsonObject(
                    with: Data(
                        contentsOf: URL(
                            fileURLWithPath: folder + "/\(output)/adapter/trained_questions.json")))
                let hashes = (file as? [String: Any])?["content_hashes"] as? [String]
                return Set(hashes ?? [])
            }
            let first = try train("humanities", "a", ["--target", "V"])
            let second = try train("stem", "b", ["--init-adapter", "a/adapter"])
            #expect(!first.isEmpty)
            #expect(second.isStrictSuperset(of: first))
        }
    }

    @Test func `a loss that is not finite is no success`() throws {
        let flags = ["--warmup-steps", "0", "--max-steps", "5", "--schedule", "constant"]
        let wild = ["--learning-rate", "100", "--alpha", "1e6", "--weight-decay", "1e6"]
        try train(line, flags + wild) { ending, run in
            #expect(ending.status == 1)
            #expect(
                ending.lastError
                    == "Error: step 3 (x.jsonl, line 1): the loss is nan; a finite one is "
                    + "needed: try a lower learning rate, or --dtype fp32")
            expectNoAdapter(run)
            let lines = try JSONText.lines(run + "/metrics.jsonl")
            #expect(lines.count == 3)
        }
    }

    @Test func `examples without a target are counted, and stop a step that has no other`() throws {
        let silent = "{\"input_ids\": [5, 6], \"labels\": [5, -100]}\n"
        try train(line + silent, ["--batch-size", "2"]) { ending, _ in
            #expect(ending.status == 0)
            #expect(
                ending.errors.contains(
                    "1 of 2 training examples have no target token and teach nothing\n"))
        }
        try train(line + silent, []) { ending, run in
            #expect(ending.status == 1)
            #expect(
                ending.lastError == "Error: step 1: its examples have no target token; at least "
                    + "one is needed")
            expectNoAdapter(run)
            #expect(!FileManager.default.fileExists(atPath: run + "/metrics.jsonl"))
        }
    }

    @Test func `an example longer than the context is refused by its line`() throws {
        let ids = (0..<513).map { "\($0 % 97)" }.joined(separator: ", ")
        try train(line + "{\"input_ids\": [\(ids)]}\n", []) { ending, run in
            #expect(ending.status == 1)
            #expect(
                ending.errors == "Error: x.jsonl, line 2: has 513 input_ids; the model has room "
                    + "for 512\n")
            #expect(!FileManager.default.fileExists(atPath: run))
        }
    }

    @Test func `a first loss above ln(vocabulary) is warned of, and an error under strict`() throws
    {
        // Which token of the 97 is likeliest last, and which least, is a matter of chance.
        func firstLoss(_ token: Int) throws -> Double {
            var loss = 0.0
            try train(
                "{\"input_ids\": [5, \(token)]}\n", ["--max-steps", "2", "--quiet"]
            ) { ending, run in
                #expect(ending.status == 0, "\(ending.errors)")
                loss = try #require(
                    try JSONText.lines(run + "/metrics.jsonl").first?.number("loss"))
            }
            return loss
        }
        let losses = try (6..<18).map { ($0, try firstLoss($0)) }
        let high = try #require(losses.max { $0.1 < $1.1 })
        let low = try #require(losses.min { $0.1 < $1.1 })
        #expect(high.1 > log(97) && low.1 < log(97))
        let words = String(
            format: "the first loss is %.4f nats, above 4.5747 = ln(97), which a model that knows "
                + "nothing has; likely causes: a prompt or chat template that the checkpoint does "
                + "not know, labels that are not the tokens that follow, the tokenizer of another "
                + "checkpoint, or weights that were never trained", high.1)
        let example = "{\"input_ids\": [5, \(high.0)]}\n"
        try train(example, ["--max-steps", "2"]) { ending, _ in
            #expect(ending.status == 0)
            #expect(ending.errors.contains(words + "; --strict stops here\n"))
        }
        try train(example, ["--max-steps", "2", "--strict"]) { ending, run in
            #expect(ending.status == 1)
            #expect(ending.lastError == "Error: " + words)
            expectNoAdapter(run)
        }
        let fitting = "{\"input_ids\": [5, \(low.0)]}\n"
        try train(fitting, ["--max-steps", "2", "--strict"]) { ending, _ in
            #expect(ending.status == 0)
            #expect(!ending.errors.contains("ln("))
        }
    }
}
