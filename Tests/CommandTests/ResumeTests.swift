import Foundation
import TestSupport
import Testing
import Tracking

/// `--resume`: runs that were stopped by a signal, and what may not be resumed.
@Suite struct ResumeTests {
    @Test(arguments: [SIGINT, SIGTERM])
    func `a training stopped by a signal goes on as if it had not been`(signal: Int32) throws {
        let whole = try ResumableJob.shared()
        try Fixture.withTemporaryFolder { folder in
            let stopped = try Program.run(
                ResumableJob.arguments + ["--output", "r"], in: folder, until: 3,
                of: "r/metrics.jsonl", then: signal)
            try #require(stopped.status == 128 + signal, "\(stopped.errors)")
            let metrics = folder + "/r/metrics.jsonl"
            let steps = try JSONText.lines(metrics).count
            // Lines after the checkpoint, one of them torn, are of steps that are made again.
            let text = try String(contentsOfFile: metrics, encoding: .utf8)
            try (text + "{\"step\": \(steps)}\n{\"step\"")
                .write(toFile: metrics, atomically: false, encoding: .utf8)
            let ending = try Program.run(
                ["train", "--resume", "r", "--device", "auto", "--threads", "1"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.errors.contains("resuming after step \(steps) of 8\n"))
            #expect(ending.output == whole.output)
            try whole.expectSame(folder + "/r")
        }
    }

    @Test func `a run stopped while it asks keeps its answers`() throws {
        let whole = try ResumableJob.shared()
        try Fixture.withTemporaryFolder { folder in
            let copy = folder + "/r"
            try FileManager.default.copyItem(atPath: whole.path, toPath: copy)
            try FileManager.default.removeItem(atPath: copy + "/results.json")
            let path = copy + "/answers.jsonl"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let lines = text.split(separator: "\n")
            #expect(lines.count == 2 * 2 * 8 * 3)
            // Two thirds, the last of them torn; one is marked, to see that it is not asked again.
            let marked = lines[7].replacing("\"text\": \"", with: "\"text\": \"kept ")
            let kept = lines[..<7] + [marked[...]] + lines[8..<64] + [lines[64].dropLast(5)]
            try kept.joined(separator: "\n").write(
                toFile: path, atomically: false, encoding: .utf8)
            let ending = try Program.run(["train", "--resume", "r"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.errors.contains("48 of 48 answers of base are kept\n"))
            #expect(ending.errors.contains("16 of 48 answers of adapted are kept\n"))
            #expect(ending.output == whole.output)
            let again = try String(contentsOfFile: path, encoding: .utf8)
            #expect(again == text.replacing(lines[7], with: marked))
            try again.replacing(marked, with: lines[7]).write(
                toFile: path, atomically: false, encoding: .utf8)
            try whole.expectSame(copy)
        }
    }

    @Test func `an eval stopped by a signal goes on`() throws {
        let arguments = ["eval", "--limit", "20", "--shots", "0", "--batch-tokens", "400"]
        try Fixture.withTemporaryFolder { folder in
            let whole = try Program.run(arguments + ["--output", "whole"], in: folder)
            #expect(whole.status == 0)
            let stopped = try Program.run(
                arguments + ["--output", "r"], in: folder, of: "r/answers.jsonl", then: SIGTERM)
            try #require(stopped.status == 143)
            #expect(
                stopped.lastError == "stopped by SIGTERM; go on with: ft-mmlu eval --resume r")
            let count = try JSONText.lines(folder + "/r/answers.jsonl").count
            let ending = try Program.run(["eval", "--resume", "r"], in: folder)
            #expect(ending.status == 0)
            #expect(ending.errors.contains("\(count) of 240 answers of base are kept\n"))
            #expect(ending.output == whole.output.replacing("folder: whole", with: "folder: r"))
            for name in ["answers.jsonl", "results.json", "config.yaml", "questions.json"] {
                #expect(
                    FileManager.default.contents(atPath: folder + "/r/" + name)
                        == FileManager.default.contents(atPath: folder + "/whole/" + name),
                    "\(name)")
            }
        }
    }

    @Test func `a run that is complete says so and changes nothing`() throws {
        let whole = try ResumableJob.shared()
        let ending = try Program.run(["train", "--resume", whole.path], in: "/")
        #expect(ending.status == 0)
        #expect(
            ending.output == "run folder: \(whole.path) is complete; there is nothing to do\n")
        #expect(ending.errors == "")
        try whole.expectSame(whole.path)
    }

    @Test func `a run killed before it recorded its end is finished by going on`() throws {
        try Fixture.withTemporaryFolder { folder in
            let made = try Program.run(
                [
                    "train", "--target", "V", "--category", "stem", "--max-steps", "2", "--no-eval",
                    "--output", "r", "--quiet",
                ], in: folder)
            try #require(made.status == 0, "\(made.errors)")
            let store = try Store(folder + "/runs/results.sqlite")
            var run = try #require(try store.runs().first)
            #expect(run.state == .finished)
            run.finishedAt = nil
            try store.begin(run)
            #expect(try store.runs().first?.state == .unfinished)
            let path = folder + "/r/run.json"
            let words = try String(contentsOfFile: path, encoding: .utf8)
            try words.replacing(/"finishedAt": [0-9.e+]+/, with: "\"finishedAt\": null")
                .write(toFile: path, atomically: true, encoding: .utf8)
            let ending = try Program.run(["train", "--resume", "r"], in: folder)
            #expect(ending.output == "run folder: r is complete; there is nothing to do\n")
            #expect(try store.runs().first?.state == .finished)
            #expect(try JSONText.file(path).number("finishedAt") != nil)
        }
    }

    @Test func `a training without evaluation is complete with its adapter`() throws {
        try Fixture.withTemporaryFolder { folder in
            let arguments = [
                "train", "--target", "V", "--category", "stem", "--max-steps", "2", "--no-eval",
                "--output", "r", "--quiet",
            ]
            #expect(try Program.run(arguments, in: folder).status == 0)
            let resume = ["train", "--resume", "r", "--quiet"]
            let complete = try Program.run(resume, in: folder)
            #expect(complete.output == "run folder: r is complete; there is nothing to do\n")
            let weights = folder + "/r/adapter/adapter_model.safetensors"
            let bytes = FileManager.default.contents(atPath: weights)
            try FileManager.default.removeItem(atPath: folder + "/r/adapter")
            let again = try Program.run(resume, in: folder)
            #expect(again.status == 0)
            #expect(again.output == "run folder: r\n")
            #expect(again.errors == "")
            #expect(FileManager.default.contents(atPath: weights) == bytes)
        }
    }

    @Test func `other data, or another rank, is refused and named`() throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(
                atPath: Fixture.pocket + "/mmlu", toPath: folder + "/data")
            let ending = try Program.run(
                [
                    "train", "--target", "V", "--category", "humanities", "--data", "data",
                    "--train-rows", "val", "--max-steps", "1", "--warmup-steps", "0", "--no-eval",
                    "--output", "r",
                ], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            try FileManager.default.removeItem(atPath: folder + "/r/adapter")
            func expectRefused(_ words: String) throws {
                let ending = try Program.run(["train", "--resume", "r", "--quiet"], in: folder)
                #expect(ending.status == 1)
                #expect(ending.errors == "Error: " + words + "\n")
                #expect(ending.output == "")
            }
            let config = folder + "/r/config.yaml"
            let settings = try String(contentsOfFile: config, encoding: .utf8)
            try settings.replacing("rank: 8", with: "rank: 4").write(
                toFile: config, atomically: false, encoding: .utf8)
            try expectRefused(
                "r: since it began, this has changed: config.yaml (rank: 8, now 4); a run resumes "
                    + "with what it began with; put it back, or start a new run with --output")
            try settings.write(toFile: config, atomically: false, encoding: .utf8)
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: folder + "/data/val")
                    .filter { $0.hasPrefix("world_religions") || $0.hasPrefix("philosophy") }.first)
            let path = folder + "/data/val/" + name
            let rows = try String(contentsOfFile: path, encoding: .utf8)
            try rows.split(separator: "\n").dropFirst().joined(separator: "\n")
                .write(toFile: path, atomically: false, encoding: .utf8)
            try expectRefused(
                "r: since it began, this has changed: training examples; a run resumes with what "
                    + "it began with; put it back, or start a new run with --output")
        }
    }

    @Test func `only device and display go with it`() throws {
        let whole = try ResumableJob.shared()
        for (flags, name) in [
            (["--rank", "8"], "rank"), (["--max-steps", "9"], "max-steps"),
            (["--no-eval"], "no-eval"), (["--shots", "0"], "shots"), (["--output", "x"], "output"),
            (["--config", "x.yaml"], "config"), (["--dtype", "fp32"], "dtype"),
            (["--model", "m", "--seed", "3"], "model"),
        ] {
            let ending = try Program.run(["train", "--resume", whole.path] + flags, in: "/")
            #expect(ending.status == 64)
            #expect(ending.output == "")
            #expect(
                ending.errors
                    == "Error: --resume \(whole.path): --\(name) was given too; only --device, "
                    + "--threads, --store and --quiet go with it, the run's config.yaml says the rest\n"
            )
        }
    }

    @Test func `the other command's run, or none, is refused`() throws {
        let whole = try ResumableJob.shared()
        let other = try Program.run(["eval", "--resume", whole.path], in: "/")
        #expect(other.status == 64)
        #expect(
            other.errors
                == "Error: --resume \(whole.path): is a run of train; use ft-mmlu train --resume "
                + "\(whole.path)\n")
        try Fixture.withTemporaryFolder { folder in
            let none = try Program.run(["train", "--resume", "absent"], in: folder)
            #expect(none.status == 1)
            #expect(
                none.errors
                    == "Error: absent: holds no run to go on with: it has no config.yaml; start a "
                    + "run with --output\n")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }
}
