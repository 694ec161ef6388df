import Foundation
import TestSupport
import Testing
import Torch
import Tracking

/// A model with a NaN weight: no command makes a number of it.
@Suite struct FiniteLogitsTests {
    private static let remedy =
        "is not a finite number; finite ones are needed: look for a damaged weight by ft-mmlu "
        + "doctor, or try --dtype fp32"

    /// Runs a command beside the damaged model `m`.
    private func run(
        _ arguments: [String], check: (_ ending: Program.Ending, _ folder: String) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            try ChangedModel.writeDamaged(to: folder + "/m")
            try check(Program.run(arguments, in: folder), folder)
        }
    }

    private let asking =
        ["--model", "m", "--limit", "3", "--categories", "stem"] + ChangedModel.data

    private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// The first question that a run's questions.json names, in the order of asking.
    private func firstQuestion(_ run: String) throws -> String {
        let questions = try #require(
            try JSONText.file(run + "/questions.json")["questions"] as? [String: [[String: Any]]])
        let subject = try #require(questions.keys.min())
        let place = try #require(questions[subject]?.first)
        return "\(subject) \(place.text("split") ?? "") row \(place.whole("row") ?? -1)"
    }

    @Test(arguments: [
        ["--prompt", "hendrycks"], ["--prompt", "continuation"],
        ["--prompt", "plain-cot", "--temperature", "0"],
        ["--prompt", "plain-cot", "--temperature", "1", "--repeats", "2"],
    ])
    func `eval names the first question, and stores no success`(flags: [String]) throws {
        let command =
            ["eval", "--shots", "0,1", "--output", "r", "--store", "s.sqlite", "--quiet"] + asking
        try run(command + flags) { ending, folder in
            #expect(ending.status == 1)
            #expect(ending.output == "")
            let words =
                "\(try firstQuestion(folder + "/r")), 0 shots: a logit of the base model "
                + Self.remedy
            #expect(ending.errors == "Error: \(words)\n")
            #expect(!isThere(folder + "/r/results.json"))
            #expect(try JSONText.lines(folder + "/r/answers.jsonl").isEmpty)
            #expect(try JSONText.file(folder + "/r/run.json").text("failure") == words)
            let stored = try StoredRun(folder + "/s.sqlite").run
            #expect(stored.state == .failed)
            #expect(stored.failure == words)
        }
    }

    @Test func `an adapter that overflows is told from its base model`() throws {
        let job = try MainJob.shared()
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(
                atPath: job.run + "/adapter", toPath: folder + "/a")
            // Finite weights, each 8.5e37, whose product is not.
            let path = folder + "/a/adapter_model.safetensors"
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            let header = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            for index in (8 + header)..<bytes.count { bytes[index] = 0x7E }
            try bytes.write(to: URL(fileURLWithPath: path))
            let ending = try Program.run(
                [
                    "eval", "--adapter", "a", "--with-base", "--prompt", "hendrycks", "--limit",
                    "2", "--shots", "1", "--output", "r", "--quiet",
                ], in: folder)
            #expect(ending.status == 1)
            #expect(ending.errors.contains(", 1 shot: a logit of the adapted model " + Self.remedy))
            // The base model's answers are kept; they are right.
            let answers = try JSONText.lines(folder + "/r/answers.jsonl")
            #expect(answers.count == 8)
            #expect(answers.allSatisfy { $0.text("model") == "base" })
            #expect(!isThere(folder + "/r/results.json"))
            let verified = try Program.run(
                ["verify-adapter", "--adapter", "a", "--limit", "2", "--quiet"], in: folder)
            #expect(verified.status == 1)
            #expect(verified.output == "")
            let found = verified.lastError.groups(
                of: "Error: [a-z_]+ test row [0-9]+, 0 shots: a logit of the model (.*)")
            #expect(found == [Self.remedy], "\(verified.errors)")
        }
    }

    @Test func `training names the example whose loss is no number`() throws {
        let command =
            [
                "train", "--target", "V", "--category", "stem", "--holdout", "12", "--batch-size",
                "4", "--max-steps", "2", "--prompt", "hendrycks", "--no-eval", "--output", "r",
                "--store", "s.sqlite", "--quiet",
            ] + ["--model", "m"] + ChangedModel.data
        try run(command) { ending, folder in
            #expect(ending.status == 1)
            let found = ending.lastError.groups(
                of: "Error: step 0 \\([a-z_]+ test row [0-9]+\\): the loss is nan; (.*)")
            #expect(
                found == ["a finite one is needed: try a lower learning rate, or --dtype fp32"],
                "\(ending.errors)")
            #expect(!isThere(folder + "/r/adapter"))
            let stored = try StoredRun(folder + "/s.sqlite").run
            #expect(stored.state == .failed)
        }
    }

    @Test func `a last step that leaves no number is no success either`() throws {
        // The last step is finite, what it makes of the adapter is not: such a decay multiplies the
        // weights by -10⁸ in each step.
        try Fixture.withTemporaryFolder { folder in
            try "{\"input_ids\": [5, 6, 7, 8]}\n".write(
                toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                [
                    "train", "--model", Fixture.golden + "/tiny/checkpoint", "--target", "V",
                    "--examples", "x.jsonl", "--dtype", "fp32", "--output", "r", "--max-steps", "3",
                    "--warmup-steps", "0", "--schedule", "constant", "--learning-rate", "100",
                    "--alpha", "1e6", "--weight-decay", "1e6", "--quiet",
                ], in: folder)
            #expect(ending.status == 1)
            #expect(
                ending.errors == "Error: x.jsonl, line 1: a logit of the model \(Self.remedy)\n")
            #expect(!isThere(folder + "/r/adapter"))
        }
    }

    @Test func `in a sweep each cell fails with its cause, and the rest goes on`() throws {
        let command =
            [
                "sweep", "--targets", "V", "--category", "stem", "--learning-rates", "1e-3,1e-2",
                "--holdout", "8", "--batch-size", "4", "--max-steps", "1", "--limit", "2",
                "--eval-limit", "2", "--shots", "1", "--prompt", "hendrycks", "--output", "study",
                "--quiet",
            ] + ["--model", "m"] + ChangedModel.data
        try run(command) { ending, folder in
            #expect(ending.status == 1)
            #expect(ending.lastError.hasPrefix("Error: 3 cells failed: base ("))
            for cell in ["base", "v-zs-1e-3-s0", "v-zs-1e-2-s0"] {
                let failure = try JSONText.file(folder + "/study/cells/\(cell)/failure.json")
                #expect(failure.text("kind") == "not finite", "\(cell): \(failure)")
            }
        }
    }

    @Test func `logits names line and token, and writes nothing`() throws {
        try Fixture.withTemporaryFolder { folder in
            try ChangedModel.writeDamaged(to: folder + "/m")
            try "\n{\"input_ids\": [1, 2]}\n".write(
                toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                ["logits", "--model", "m", "--examples", "x.jsonl", "--output", "o"], in: folder)
            #expect(ending.status == 1)
            #expect(
                ending.errors == "Error: x.jsonl, line 2, token 1: a logit of the model "
                    + Self.remedy + "\n")
            #expect(!isThere(folder + "/o"))
        }
    }

    @Test(arguments: [
        ["eval", "--subjects", "1", "--questions", "2", "--prefix", "9"],
        ["eval", "--subjects", "1", "--questions", "2", "--prefix", "9", "--new-tokens", "2"],
        ["train", "--batch-size", "2"],
    ])
    func `bench measures no such model`(arguments: [String]) throws {
        let command =
            ["bench"] + arguments
            + ["--shape", "m", "--rounds", "1", "--lengths", "9-9", "--threads", "1", "--json"]
        try run(command) { ending, _ in
            #expect(ending.status == 1)
            #expect(ending.output == "")
            let words =
                arguments[0] == "eval"
                ? "Error: prompt 1: a logit of the model " + Self.remedy
                : "Error: step 0 (example 1): the loss is nan; a finite one is needed"
            #expect(ending.errors.hasPrefix(words), "\(ending.errors)")
        }
    }

    @Test func `plan and rationales make nothing of it`() throws {
        let plan =
            [
                "plan", "--targets", "V", "--category", "stem", "--holdout", "8", "--limit", "2",
                "--shots", "1", "--prompt", "hendrycks", "--quiet", "--model", "m",
            ] + ChangedModel.data
        try run(plan) { ending, _ in
            #expect(ending.status == 1)
            #expect(ending.output == "")
            #expect(ending.errors.contains("the loss is nan"), "\(ending.errors)")
        }
        let rationales =
            [
                "rationales", "--teacher", "self", "--category", "stem", "--holdout", "8",
                "--prompt", "plain-cot", "--shots", "0", "--limit", "2", "--max-new-tokens", "4",
                "--output", "r.jsonl", "--quiet", "--model", "m",
            ] + ChangedModel.data
        try run(rationales) { ending, folder in
            #expect(ending.status == 1)
            #expect(ending.output == "")
            #expect(
                ending.lastError.hasSuffix(", 0 shots: a logit of the model " + Self.remedy),
                "\(ending.errors)")
            let size = FileManager.default.contents(atPath: folder + "/r.jsonl")?.count ?? 0
            #expect(size == 0)
        }
    }

    @Test func `doctor and merge name the weight`() throws {
        try run(["doctor", "--model", "m"] + ChangedModel.data) { ending, folder in
            #expect(ending.status == 1)
            #expect(
                ending.output.contains(
                    "m/model.safetensors: 'model.norm.weight' has values that are not finite"),
                "\(ending.output)")
            let job = try MainJob.shared()
            let merged = try Program.run(
                ["merge", "--model", "m", "--adapter", job.run + "/adapter", "--output", "o"],
                in: folder)
            #expect(merged.status == 1)
            #expect(
                merged.lastError == "Error: m/model.safetensors: 'model.norm.weight' has values "
                    + "that are not finite; a checkpoint whose weights are numbers is needed")
            #expect(!isThere(folder + "/o"))
        }
    }
}
