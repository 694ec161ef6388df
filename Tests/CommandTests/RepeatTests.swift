import Foundation
import TestSupport
import Testing
import Torch

/// A run made again from what it wrote, and an adapter evaluated by itself.
@Suite struct RepeatTests {
    private let job: MainJob

    init() throws { job = try MainJob.shared() }

    @Test func `a run repeats from its config.yaml byte for byte`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                ["train", "--config", job.run + "/config.yaml", "--output", "again", "--quiet"],
                in: folder)
            #expect(ending.status == 0)
            #expect(ending.errors == "")
            #expect(
                ending.output == job.ending.output.replacing("folder: run", with: "folder: again"))
            for name in [
                "config.yaml", "questions.json", "answers.jsonl", "results.json",
                "adapter/adapter_model.safetensors", "adapter/adapter_config.json",
                "adapter/trained_questions.json",
            ] {
                let again = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/again/\(name)"))
                #expect(
                    try Data(contentsOf: URL(fileURLWithPath: "\(job.run)/\(name)")) == again,
                    "\(name)")
            }
        }
    }

    @Test func `eval with the base model answers as the run did`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                [
                    "eval", "--adapter", job.run + "/adapter", "--with-base", "--limit", "3",
                    "--output", "e",
                ], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            let answers = try String(contentsOfFile: folder + "/e/answers.jsonl", encoding: .utf8)
            #expect(try answers == job.text("answers.jsonl"))
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder + "/e")
            #expect(
                files.sorted() == [
                    "answers.jsonl", "checkpoint", "checkpoint/inputs.json", "config.yaml",
                    "questions.json", "results.json", "run.json",
                ])
        }
    }

    @Test func `eval of an adapter asks the adapted model only`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                ["eval", "--adapter", job.run + "/adapter", "--limit", "3", "--output", "e"],
                in: folder)
            #expect(ending.status == 0)
            let adapted = try job.text("answers.jsonl").split(separator: "\n")
                .filter { $0.contains("\"model\": \"adapted\"") }
            let answers = try String(contentsOfFile: folder + "/e/answers.jsonl", encoding: .utf8)
            #expect(answers.split(separator: "\n") == adapted)
        }
    }

    @Test func `an adapter of scale 0 is the base model`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                [
                    "eval", "--adapter", job.run + "/adapter", "--adapter-scale", "0", "--limit",
                    "3", "--output", "e",
                ], in: folder)
            #expect(ending.status == 0)
            let base = try job.text("answers.jsonl").split(separator: "\n")
                .filter { $0.contains("\"model\": \"base\"") }
            let answers = try String(contentsOfFile: folder + "/e/answers.jsonl", encoding: .utf8)
                .replacing("\"model\": \"adapted\"", with: "\"model\": \"base\"")
            #expect(answers.split(separator: "\n") == base)
        }
    }

    @Test func `scoring by letter takes each question once`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                [
                    "eval", "--prompt", "hendrycks", "--shots", "1", "--limit", "2", "--output",
                    "e",
                ], in: folder)
            #expect(ending.status == 0)
            let lines = try JSONText.lines(folder + "/e/answers.jsonl")
            #expect(lines.count == 8)
            for line in lines {
                let logprobs = try #require(line["logprobs"] as? [Double])
                #expect(logprobs.count == 4)
                #expect(logprobs.reduce(0) { $0 + exp($1) } <= 1.0001)
                let best = try #require(logprobs.max())
                let letter = ["A", "B", "C", "D"][try #require(logprobs.firstIndex(of: best))]
                #expect(line.text("chosen") == letter)
                let margin = best - logprobs.sorted()[2]
                #expect(abs(try #require(line.number("margin")) - margin) < 1e-9)
                #expect(line.text("scoring") == "letter")
            }
            for row in try JSONText.file(folder + "/e/results.json").objects("accuracy") {
                #expect(row.isNull("standard_error"))
                #expect(row.whole("repeats") == 1)
            }
        }
    }

    @Test func `a trained adapter is a start for another training`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                [
                    "train", "--init-adapter", job.run + "/adapter", "--category", "stem",
                    "--max-steps", "1", "--warmup-steps", "0", "--learning-rate", "1e-6",
                    "--no-eval",
                    "--output", "r", "--quiet",
                ], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.output == "run folder: r\n")
            let path = "/adapter/adapter_model.safetensors"
            // A step of AdamW moves no element by more than the rate.
            let start = try SafetensorsFile(path: job.run + path)
            let end = try SafetensorsFile(path: folder + "/r" + path)
            #expect(start.entries.count == 8)
            for name in start.entries.keys {
                try expectClose(
                    end.tensor(name), start.tensor(name), .absolute(1.01e-6 + 1e-8), name)
            }
        }
    }

    @Test func `token ids are trained on without questions`() throws {
        try Fixture.withTemporaryFolder { folder in
            try "{\"input_ids\": [5, 6, 7], \"labels\": [-100, 6, 7]}\n{\"input_ids\": [9, 8]}\n"
                .write(toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                [
                    "train", "--target", "q,k", "--examples", "x.jsonl", "--epochs", "3",
                    "--batch-size", "1", "--no-shuffle", "--output", "r",
                ], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.output == "run folder: r\n")
            let lines = try JSONText.lines(folder + "/r/metrics.jsonl")
            #expect(lines.map { $0.whole("tokens") } == [3, 2, 3, 2, 3, 2])
            #expect(lines.map { $0.whole("epoch") } == [0, 0, 1, 1, 2, 2])
            let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/r").sorted()
            #expect(
                files == [
                    "adapter", "checkpoint", "config.yaml", "events.out.tfevents.0001.ft-mmlu",
                    "metrics.jsonl", "run.json",
                ])
        }
    }
}
