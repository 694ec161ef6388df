import Benchmarks
import Foundation
import TestSupport
import Testing

/// Rationales, then training on them, then evaluation, on the built-in world.
@Suite struct RationalesWholeTests {
    /// Trains on the file and asks a few questions.
    private func learn(from file: String, in folder: String) throws {
        let sample = try Program.run(
            [
                "train", "--target", "V", "--category", "humanities", "--rationales", file,
                "--train-rows", file, "--show-sample", "--max-steps", "0", "--output", "none",
            ], in: folder)
        #expect(sample.status == 0, "\(sample.errors)")
        let training = try Program.run(
            [
                "train", "--target", "V", "--category", "humanities", "--rationales", file,
                "--train-rows", file, "--max-steps", "3", "--no-eval", "--output", "run",
            ], in: folder)
        #expect(training.status == 0, "\(training.errors)")
        let evaluation = try Program.run(
            [
                "eval", "--adapter", "run/adapter", "--shots", "0", "--limit", "2", "--output",
                "asked",
            ],
            in: folder)
        #expect(evaluation.status == 0, "\(evaluation.errors)")
        let trained = try JSONText.file(folder + "/run/adapter/trained_questions.json")
        let hashes = trained["content_hashes"] as? [String] ?? []
        #expect(hashes.count == (try JSONText.lines(folder + "/" + file).count))
    }

    @Test func `a server's rationales are learnt from`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(["--faults", "0.2"], in: folder)
            let ending = try job.run(["--limit", "24"])
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(try job.accepted().count == 24)
            try learn(from: "r.jsonl", in: folder)
        }
    }

    @Test func `training shows no think block of an older file`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob([], in: folder)
            #expect(try job.run(["--limit", "4"]).status == 0)
            let rows = try RationaleFile.read(URL(fileURLWithPath: job.acceptedPath)).map { row in
                var row = row
                row.rationale = "<think>\nIs it a trap?\n</think>\n\n" + (row.rationale ?? "")
                return try row.jsonLine() + "\n"
            }
            try rows.joined().write(
                toFile: folder + "/old.jsonl", atomically: true, encoding: .utf8)
            func sample(_ file: String) throws -> String {
                let ending = try Program.run(
                    [
                        "train", "--target", "V", "--category", "humanities", "--rationales", file,
                        "--train-rows", file, "--show-sample", "--max-steps", "0", "--output",
                        "none",
                    ], in: folder)
                #expect(ending.status == 0, "\(ending.errors)")
                return ending.errors
            }
            let shown = try sample("old.jsonl")
            #expect(shown.contains("Its home"))
            #expect(!shown.contains("trap"))
            #expect(shown == (try sample("r.jsonl")))
        }
    }

    @Test func `a model's own right answers are learnt from`() throws {
        try Fixture.withTemporaryFolder { folder in
            let command = [
                "rationales", "--teacher", "self", "--category", "humanities", "--limit", "24",
                "--samples", "2", "--output", "own.jsonl",
            ]
            let ending = try Program.run(command, in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            let lines = try JSONText.lines(folder + "/own.jsonl")
            // The base model answers 7-shot questions rightly: README's first table.
            #expect(lines.count >= 22)
            for line in lines {
                // The world's rationales name the right choice.
                let letter = line.text("answer") ?? ""
                let place = try #require(["A", "B", "C", "D"].firstIndex(of: letter))
                let choice = (line["choices"] as? [String])?[place] ?? "?"
                #expect(line.text("rationale") == "Its home: \(choice).")
                #expect(line.text("model")?.hasPrefix("pocket@") == true)
                #expect((line.whole("prompt_tokens") ?? 0) > 100)
            }
            let again = try Program.run(command, in: folder)
            #expect(again.output == ending.output)
            #expect(try JSONText.lines(folder + "/own.jsonl").count == lines.count)
            try learn(from: "own.jsonl", in: folder)
        }
    }

    @Test func `without shots the model is right by chance, and is drawn from again`() throws {
        try Fixture.withTemporaryFolder { folder in
            let command = [
                "rationales", "--teacher", "self", "--category", "humanities", "--limit", "24",
                "--shots", "0", "--hint",
            ]
            let one = try Program.run(command + ["--output", "one.jsonl"], in: folder)
            let four = try Program.run(
                command + ["--samples", "4", "--output", "four.jsonl"], in: folder)
            #expect(one.status == 0, "\(one.errors)")
            #expect(four.status == 0, "\(four.errors)")
            let few = try JSONText.lines(folder + "/one.jsonl").filter {
                $0["hint"] as? Bool == false
            }
            let more = try JSONText.lines(folder + "/four.jsonl").filter {
                $0["hint"] as? Bool == false
            }
            #expect(few.count < 20)
            // The first draws are the same; further ones only add.
            #expect(Set(few.questionNames).isSubset(of: more.questionNames))
            #expect(more.count > few.count)
            let rejected = try JSONText.lines(folder + "/one.rejected.jsonl")
            #expect(
                rejected.contains { $0["hint"] as? Bool == true } || one.output.contains("hint"))
        }
    }

    @Test func `rationales that are there already are taken from their file`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                [
                    "rationales", "--teacher", "file", "--from",
                    Fixture.pocket + "/rationales.jsonl",
                    "--category", "stem", "--train-rows", "dev+val",
                ], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            let lines = try JSONText.lines(folder + "/runs/rationales-file-stem.jsonl")
            #expect(lines.count > 10)
            #expect(lines.allSatisfy { $0.text("teacher") == "file" })
            #expect(lines.allSatisfy { $0.text("model") == "rationales.jsonl" })
            #expect(ending.output.contains("rejected         0"))
        }
    }

    @Test func `a file of settings may list what is given again, and the command line wins`() throws
    {
        try Fixture.withTemporaryFolder { folder in
            let known = Fixture.pocket + "/rationales.jsonl"
            let command = [
                "rationales", "--teacher", "file", "--category", "stem", "--train-rows", "dev+val",
                "--config", "c.yaml",
            ]
            try "from: [\(known), \(known)]\n".write(
                toFile: folder + "/c.yaml", atomically: true, encoding: .utf8)
            let both = try Program.run(command + ["--output", "both.jsonl"], in: folder)
            #expect(both.status == 0, "\(both.errors)")
            let lines = try JSONText.lines(folder + "/both.jsonl")
            #expect(lines.first?.text("model") == "rationales.jsonl, rationales.jsonl")
            try "from: no-such-file.jsonl\n".write(
                toFile: folder + "/c.yaml", atomically: true, encoding: .utf8)
            let one = try Program.run(
                command + ["--from", known, "--output", "one.jsonl"], in: folder)
            #expect(one.status == 0, "\(one.errors)")
        }
    }

    @Test func `a model is not asked different questions of one name`() throws {
        try Fixture.withTemporaryFolder { folder in
            let world = MMLU(folder: URL(fileURLWithPath: Fixture.pocket + "/mmlu"))
            let questions = try world.questions(of: "philosophy", in: .val).prefix(2)
            let id = try #require(questions.first?.id)
            let rows = try questions.map { question in
                var question = question
                question.id = id
                return try RationaleRow(
                    question: question, rationale: nil, teacher: nil, accepted: true
                ).jsonLine() + "\n"
            }
            try rows.joined().write(
                toFile: folder + "/rows.jsonl", atomically: true, encoding: .utf8)
            let ending = try Program.run(
                [
                    "rationales", "--teacher", "self", "--category", "humanities", "--train-rows",
                    "rows.jsonl", "--output", "r.jsonl",
                ], in: folder)
            #expect(ending.status == 64)
            #expect(
                ending.firstError
                    == "Error: --train-rows: different questions are called philosophy val row"
                    + " \(id.row), and --teacher self tells them apart by that; give each line of the"
                    + " file another row")
        }
    }

    @Test func `a question that may be evaluated is never sent`() throws {
        try Fixture.withTemporaryFolder { folder in
            // The last test rows that the built-in world's files have are in no holdout of 1.
            let world = MMLU(folder: URL(fileURLWithPath: Fixture.pocket + "/mmlu"))
            let rows = try world.questions(of: "philosophy", in: .test).prefix(40).map {
                try RationaleRow(question: $0, rationale: nil, teacher: nil, accepted: true)
                    .jsonLine() + "\n"
            }
            try rows.joined().write(
                toFile: folder + "/rows.jsonl", atomically: true, encoding: .utf8)
            let job = try TaughtJob(in: folder)
            let ending = try job.run(["--train-rows", "rows.jsonl", "--holdout", "1"])
            let sent = try job.server.requests().count
            #expect(sent <= 1)
            if sent == 0 {
                #expect(ending.status == 1)
                #expect(
                    ending.lastError.hasPrefix(
                        "Error: rationales: all 40 questions are test questions that may be"))
            }
        }
    }

    @Test(arguments: [
        (
            ["--teacher", "nobody"],
            "--teacher nobody: did you mean openai? one of openai, self, file is needed"
        ),
        (
            ["--teacher", "openai", "--base-url", "http://127.0.0.1:1/v1"],
            "--model: not given; the name of a model at http://127.0.0.1:1/v1 is needed"
        ),
        (
            ["--teacher", "openai", "--model", "m", "--base-url", "x"],
            "--base-url x: an address such as https://api.openai.com/v1 or http://127.0.0.1:8000/v1"
                + " is needed"
        ),
        (
            ["--teacher", "openai", "--model", "m", "--key-variable", "NO_SUCH_KEY"],
            "--key-variable NO_SUCH_KEY: there is no such environment variable; the key for"
                + " https://api.openai.com/v1 is needed there, or in a file given by --key-file"
        ),
        (
            ["--teacher", "openai", "--model", "m", "--key-variable", "sk-secret"],
            "--key-variable: the name of an environment variable is needed, of at most 40 ASCII"
                + " letters, digits and '_'; what was given is not repeated here, in case it is a"
                + " key"
        ),
        (
            ["--teacher", "openai", "--model", "m", "--base-url", "https://me:secret@x/v1"],
            "--base-url: a user or a password in the address is not sent; give a key by --key-file"
                + " or --key-variable"
        ),
        (
            [
                "--teacher", "openai", "--model", "m", "--key-variable", "TEST_KEY", "--base-url",
                "http://example.com/v1",
            ],
            "--base-url http://example.com/v1: a key would cross the network in clear; an https://"
                + " address is needed, or no key"
        ),
        (
            ["--teacher", "openai", "--model", "m", "--key-variable", "A", "--key-file", "b"],
            "--key-variable A: --key-file was given too"
        ),
        (
            [
                "--teacher", "openai", "--model", "m", "--base-url", "http://localhost:1",
                "--max-cost",
                "1",
            ], "--max-cost 1.0: needs --price-input and --price-output, of a million tokens each"
        ),
        (
            [
                "--teacher", "openai", "--model", "m", "--base-url", "http://localhost:1",
                "--price-input", "1",
            ], "--price-input: --price-output is needed too"
        ),
        (
            [
                "--teacher", "openai", "--model", "m", "--base-url", "http://localhost:1",
                "--price-input", "1", "--price-output=-1",
            ], "--price-output -1.0: a number from 0 is needed"
        ),
        (
            [
                "--teacher", "openai", "--model", "m", "--base-url", "http://localhost:1",
                "--timeout",
                "0",
            ], "--timeout 0.0: a number above 0 is needed"
        ),
        (
            ["--teacher", "self", "--base-url", "x"],
            "--base-url: goes with --teacher openai, not with self"
        ),
        (["--teacher", "self", "--from", "x"], "--from: goes with --teacher file, not with self"),
        (
            ["--teacher", "openai", "--model", "m", "--shots", "3"],
            "--shots: goes with --teacher self, not with openai"
        ),
        (
            ["--teacher", "file", "--from", "x", "--hint"],
            "--hint: goes with --teacher openai or self, not with file"
        ),
        (["--teacher", "file"], "--from: not given; a file with rationales is needed"),
        (
            ["--teacher", "self", "--samples", "2", "--temperature", "0"],
            "--samples 2: with --temperature 0 every answer is the same"
        ),
        (
            ["--teacher", "self", "--shots", "0,7"],
            "--shots: one number is needed for rationales"
        ),
        (
            ["--teacher", "self", "--prompt", "lm-eval"],
            "--prompt lm-eval: shows no rationales; use cot or plain-cot"
        ),
    ])
    func `wrong usage is refused before anything is asked`(flags: [String], words: String) throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                ["rationales", "--category", "humanities", "--output", "r.jsonl"] + flags,
                in: folder, environment: ["TEST_KEY": "sk-1", "OPENAI_API_KEY": ""])
            #expect(ending.status == 64)
            #expect(ending.firstError == "Error: " + words)
            #expect(ending.output == "")
        }
    }
}
