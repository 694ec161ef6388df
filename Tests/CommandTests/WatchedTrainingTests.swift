import Benchmarks
import Foundation
import TestSupport
import Testing
import Torch

/// Evaluations in training, and the best adapter.
@Suite struct WatchedTrainingTests {
    @Test func `every few steps and after the last val questions are asked`() throws {
        let whole = try ResumableJob.shared()
        let lines = try JSONText.lines(whole.path + "/evaluations.jsonl")
        #expect(lines.map { $0.whole("step") } == [3, 6, 8])
        var best = -1.0
        for line in lines {
            #expect(
                Set(line.keys) == [
                    "step", "epoch", "category", "split", "shots", "questions", "repeats",
                    "correct", "asked", "accuracy", "unreadable", "is_best", "correct_by_question",
                ])
            let byQuestion = try #require(line["correct_by_question"] as? [Int])
            #expect(byQuestion.count == 10 && byQuestion.reduce(0, +) == line.whole("correct"))
            #expect(line.text("category") == "humanities" && line.text("split") == "val")
            #expect(line.whole("questions") == 10 && line.whole("shots") == 0)
            let accuracy = try #require(line.number("accuracy"))
            #expect(accuracy == (line.number("correct") ?? -1) / 10)
            #expect(line["is_best"] as? Bool == (accuracy > best))
            best = max(best, accuracy)
        }
        let kept = try #require(
            JSONText.file(whole.path + "/results.json")["kept_adapter"] as? [String: Any])
        #expect(kept.text("rule") == "best")
        #expect(kept.whole("step") == lines.last { $0["is_best"] as? Bool == true }?.whole("step"))
        #expect(kept.number("validation_accuracy") == best)
    }

    @Test func `the best adapter is that of its step, the last of the last`() throws {
        try Fixture.withTemporaryFolder { folder in
            // At such a rate the first steps learn and the following ones break what was learnt.
            func train(_ flags: [String], to run: String) throws -> [UInt8] {
                let ending = try Program.run(
                    [
                        "train", "--target", "V", "--category", "humanities", "--batch-size", "16",
                        "--learning-rate", "0.05", "--schedule", "constant", "--warmup-steps", "0",
                        "--no-eval", "--quiet", "--output", run,
                    ] + flags, in: folder)
                #expect(ending.status == 0, "\(ending.errors)")
                return Array(
                    try Data(
                        contentsOf: URL(
                            filePath: "\(folder)/\(run)/adapter/adapter_model.safetensors")))
            }
            let watched = ["--max-steps", "6", "--eval-every", "1", "--eval-limit", "30"]
            let best = try train(watched + ["--keep", "best"], to: "best")
            let last = try train(watched + ["--keep", "last"], to: "last")
            #expect(last != best)
            #expect(try train(["--max-steps", "6"], to: "unwatched") == last)
            let lines = try JSONText.lines(folder + "/best/evaluations.jsonl")
            let step = try #require(
                lines.last { $0["is_best"] as? Bool == true }?.whole("step"))
            #expect(step < 6)
            #expect(try train(["--max-steps", "\(step)"], to: "short") == best)
        }
    }

    @Test func `all val rows trained on leave none to watch by`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                [
                    "train", "--target", "V", "--category", "humanities", "--train-rows", "val",
                    "--eval-every", "1", "--output", "r",
                ], in: folder)
            #expect(ending.status == 64)
            #expect(
                ending.lastError.hasSuffix(
                    "are trained on, shown as demonstrations or evaluated afterwards; train on the "
                        + "holdout, with --few-shot-source pool or dev, or leave it out"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }
}
