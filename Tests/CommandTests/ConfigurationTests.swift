import Foundation
import TestSupport
import Testing

/// Flags that stand in a file, and runs made again from what they wrote.
@Suite struct ConfigurationTests {
    private func write(_ text: String, to folder: String) throws {
        try text.write(toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
    }

    @Test func `an eval repeats from its config.yaml byte for byte`() throws {
        try Fixture.withTemporaryFolder { folder in
            let first = try Program.run(
                [
                    "eval", "--limit", "2", "--shots", "1", "--prompt", "hendrycks",
                    "--categories", "stem,other", "--output", "e",
                ], in: folder)
            #expect(first.status == 0, "\(first.errors)")
            let again = try Program.run(
                ["eval", "--config", "e/config.yaml", "--output", "again", "--quiet"], in: folder)
            #expect(again.status == 0, "\(again.errors)")
            for name in ["config.yaml", "questions.json", "answers.jsonl", "results.json"] {
                #expect(
                    try Data(contentsOf: URL(filePath: "\(folder)/e/\(name)"))
                        == Data(contentsOf: URL(filePath: "\(folder)/again/\(name)")), "\(name)")
            }
        }
    }

    @Test func `a run of the built-in world names no place of this machine`() throws {
        let job = try MainJob.shared()
        #expect(!(try job.text("config.yaml")).contains("/"))
        let settings = try #require(
            try JSONText.file(job.run + "/results.json")["settings"] as? [String: Any])
        #expect(settings.isNull("data") && settings.isNull("rationales"))
    }

    @Test func `a run goes on after the program and its world moved`() throws {
        try Fixture.withTemporaryFolder { folder in
            let manager = FileManager.default
            try manager.createDirectory(
                atPath: folder + "/here/data", withIntermediateDirectories: true)
            try manager.copyItem(
                atPath: Fixture.pocket, toPath: folder + "/here/data/pocket")
            try manager.copyItem(atPath: Program.path, toPath: folder + "/here/ft-mmlu")
            let made = try Program.run(
                [
                    "train", "--target", "V", "--category", "stem", "--max-steps", "2", "--limit",
                    "2", "--shots", "1", "--output", "run",
                ], in: folder, program: folder + "/here/ft-mmlu")
            #expect(made.status == 0, "\(made.errors)")
            let results = URL(filePath: folder + "/run/results.json")
            let whole = try Data(contentsOf: results)
            try manager.moveItem(atPath: folder + "/here", toPath: folder + "/there")
            try manager.removeItem(at: results)
            let resumed = try Program.run(
                ["train", "--resume", "run", "--quiet"], in: folder,
                program: folder + "/there/ft-mmlu")
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(try Data(contentsOf: results) == whole)
            // A world that has changed is noticed, though config.yaml does not name its files.
            try manager.removeItem(at: results)
            try Data("{}\n".utf8).append(to: folder + "/there/data/pocket/rationales.jsonl")
            let changed = try Program.run(
                ["train", "--resume", "run", "--quiet"], in: folder,
                program: folder + "/there/ft-mmlu")
            #expect(changed.status == 1)
        }
    }

    @Test func `training asks zero-shot too, whether shots come by flag or by file`() throws {
        try Fixture.withTemporaryFolder { folder in
            try write(
                """
                target: V
                category: stem
                max-steps: 2
                limit: 1
                shots: 2
                output: by-file
                quiet: true
                """, to: folder)
            let file = try Program.run(["train", "--config", "c.yaml"], in: folder)
            #expect(file.status == 0, "\(file.errors)")
            #expect(file.errors == "")
            #expect(file.output.hasSuffix("run folder: by-file\n"))
            let flag = try Program.run(
                [
                    "train", "--target", "V", "--category", "stem", "--max-steps", "2", "--limit",
                    "1", "--shots", "2", "--output", "by-flag", "--few-shot-weight", "0.5",
                    "--few-shot-anneal", "constant",
                ], in: folder)
            #expect(flag.status == 0, "\(flag.errors)")
            let questions = try ["by-file", "by-flag"].map {
                try String(contentsOfFile: "\(folder)/\($0)/questions.json", encoding: .utf8)
            }
            #expect(questions[0] == questions[1])
            let shots = try #require(try JSONText.object(questions[0])["shots"] as? [String: Any])
            #expect(Set(shots.keys) == ["0", "2"])
            #expect(
                flag.errors.contains(
                    "--few-shot-weight, --few-shot-anneal: not used; only --objective zs+fs has a "
                        + "few-shot loss\n"))
        }
    }

    @Test func `a refused run leaves an empty folder that was there`() throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.createDirectory(
                atPath: folder + "/mine", withIntermediateDirectories: false)
            for output in ["mine", "new"] {
                let ending = try Program.run(
                    ["eval", "--max-new-tokens", "5000", "--limit", "1", "--output", output],
                    in: folder)
                #expect(ending.status == 64)
                #expect(
                    ending.lastError
                        == "Error: --max-new-tokens 5000: leaves no room for a prompt; the model has "
                        + "room for 1024 tokens, prompt and answer together")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["mine"])
        }
    }

    @Test func `flags of other commands stand in a file, and flags win`() throws {
        try Fixture.withTemporaryFolder { folder in
            try write("regime: pretrained\nshots: 3\njson: true\ndimension: 2\n", to: folder)
            let flags = ["theory", "error", "--regime", "pretrained", "--dimension", "2", "--json"]
            let expected = try Program.run(flags + ["--shots", "3"], in: folder)
            let found = try Program.run(["theory", "error", "--config", "c.yaml"], in: folder)
            #expect(found.status == 0, "\(found.errors)")
            #expect(found.output == expected.output && found.output.hasPrefix("{"))
            let five = try Program.run(
                ["theory", "error", "--config=c.yaml", "--shots", "5"], in: folder)
            #expect(try five.output == Program.run(flags + ["--shots", "5"], in: folder).output)
            #expect(five.output != found.output)

            try write("json: false\ndecode: true\n", to: folder)
            let decoded = try Program.run(
                ["tokenize", "--config", "c.yaml"], in: folder, input: "[]\n")
            #expect(decoded.output == "\"\"\n")
        }
    }

    @Test func `what is no flag of the command is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            func expect(_ words: String, _ text: String, _ command: [String]) throws {
                try write(text, to: folder)
                let ending = try Program.run(command + ["--config", "c.yaml"], in: folder)
                #expect(ending.status == 64)
                #expect(ending.errors == "Error: \(words)\n")
            }
            try expect(
                "--config c.yaml: there is no setting 'modle'; did you mean 'model'?",
                "modle: x", ["merge"])
            try expect(
                "--config c.yaml: json perhaps: true or false is needed", "json: perhaps",
                ["tokenize"])
            try expect(
                "--config c.yaml: there is no setting 'config'; did you mean 'json'?",
                "config: d.yaml", ["results", "compare", "a", "b"])
            let absent = try Program.run(["merge", "--config", "absent.yaml"], in: folder)
            #expect(
                absent.firstError
                    == "Error: --config absent.yaml: there is no such file, or it cannot be read")
        }
    }

    @Test func `verify-adapter takes its adapter from a file`() throws {
        let job = try MainJob.shared()
        try Fixture.withTemporaryFolder { folder in
            try write("adapter: \(job.run)/adapter\nlimit: 1\nquiet: true\n", to: folder)
            let ending = try Program.run(["verify-adapter", "--config", "c.yaml"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.errors == "")
            #expect(ending.output.hasPrefix("0 of 4 answers differ, 0 by more than rounding; "))
            let none = try Program.run(["verify-adapter"], in: folder)
            #expect(none.status == 64)
            #expect(
                none.firstError == "Error: --adapter: not given; an adapter's folder is needed")
        }
    }
}

extension Data {
    /// Writes the bytes behind those of a file.
    fileprivate func append(to path: String) throws {
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: self)
        try handle.close()
    }
}
