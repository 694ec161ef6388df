import Foundation
import TestSupport
import Testing
import Torch

/// Ctrl-C and SIGTERM end the work between two steps.
@Suite struct SignalTests {
    @Test(arguments: [(SIGINT, 130, "Ctrl-C"), (SIGTERM, 143, "SIGTERM")])
    func `a signal in training ends it between two steps`(
        signal: Int32, status: Int32, name: String
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                [
                    "train", "--target", "V", "--category", "humanities", "--epochs", "100000",
                    "--checkpoint-every", "0", "--output", "a run",
                ], in: folder, of: "a run/metrics.jsonl", then: signal)
            #expect(ending.status == status)
            #expect(ending.output == "")
            #expect(
                ending.lastError == "stopped by \(name); go on with: ft-mmlu train --resume 'a run'"
            )
            let run = folder + "/a run"
            let steps = try JSONText.lines(run + "/metrics.jsonl").count
            #expect(steps > 0)
            let checkpoint = try SafetensorsFile(path: run + "/checkpoint/training.safetensors")
            #expect(checkpoint.metadata["steps"] == "\(steps)")
            let files = try FileManager.default.subpathsOfDirectory(atPath: run).sorted()
            #expect(
                files == [
                    "checkpoint", "checkpoint/inputs.json", "checkpoint/training.safetensors",
                    "config.yaml", "events.out.tfevents.0001.ft-mmlu", "metrics.jsonl",
                    "questions.json", "run.json",
                ])
        }
    }

    @Test func `a signal while questions are asked leaves whole answers and no result`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                ["eval", "--limit", "none", "--batch-tokens", "600", "--output", "r"],
                in: folder, of: "r/answers.jsonl", then: SIGINT)
            #expect(ending.status == 130)
            #expect(try JSONText.lines(folder + "/r/answers.jsonl").isEmpty == false)
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder + "/r").sorted()
            #expect(
                files == [
                    "answers.jsonl", "checkpoint", "checkpoint/inputs.json", "config.yaml",
                    "questions.json", "run.json",
                ])
        }
    }
}
