import Foundation
import TestSupport
import Testing

/// `ft-mmlu doctor` where all is well, and where something is missing or broken.
@Suite struct DoctorTests {
    private func doctor(
        _ arguments: [String] = [], in folder: String = NSTemporaryDirectory(),
        environment: [String: String] = [:]
    ) throws -> Program.Ending {
        try Program.run(["doctor"] + arguments, in: folder, environment: environment)
    }

    /// The line about one thing, without what stands before it.
    private func line(_ name: String, of ending: Program.Ending) -> (state: String, text: String)? {
        for line in ending.output.split(separator: "\n") {
            let state = String(line.prefix { $0 != " " })
            let rest = line.dropFirst(9)
            if rest.hasPrefix(name + " ") {
                return (state, rest.dropFirst(15).trimmingCharacters(in: .whitespaces))
            }
        }
        return nil
    }

    /// Rows of a split of the built-in world: a line is a row.
    private func rowCount(_ split: String) throws -> Int {
        let folder = Fixture.pocket + "/mmlu/" + split
        return try FileManager.default.contentsOfDirectory(atPath: folder).reduce(0) {
            $0
                + (try String(contentsOfFile: folder + "/" + $1, encoding: .utf8))
                .split(separator: "\n").count
        }
    }

    private func withModel(_ body: (_ folder: String, _ model: String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            let model = folder + "/m"
            try FileManager.default.createDirectory(
                atPath: model, withIntermediateDirectories: true)
            for name in [
                "config.json", "generation_config.json", "model.safetensors", "tokenizer.model",
                "tokenizer_config.json",
            ] {
                try FileManager.default.copyItem(
                    atPath: Fixture.pocket + "/" + name, toPath: model + "/" + name)
            }
            try body(folder, model)
        }
    }

    @Test func `here everything that is needed is there`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try doctor(in: folder)
            #expect(ending.status == 0, "\(ending.output)")
            #expect(ending.errors == "")
            for name in [
                "program", "libtorch", "driver", "device", "kernels", "processor", "memory",
                "checkpoint", "tokenizer", "chat template", "data", "disk", "store", "gnuplot",
                "ownership",
            ] {
                let state = line(name, of: ending)?.state
                #expect(state == "ok" || state == "warning", "\(name): \(ending.output)")
            }
            #expect(ending.output.hasSuffix("\neverything that is needed is there\n"))
            #expect(line("program", of: ending)?.text.hasPrefix("0.1.0, /") == true)
            let libtorch = try #require(self.line("libtorch", of: ending)?.text)
            #expect(libtorch.hasPrefix("2.11.0, /") && libtorch.hasSuffix("/libtorch_cpu.so"))
            let checkpoint = try #require(self.line("checkpoint", of: ending)?.text)
            // 3,667,080 bytes of file: 5,256 of header, then four bytes a parameter.
            #expect(checkpoint.contains(": qwen2, 915456 parameters in 3.7 MB of float32; "))
            #expect(checkpoint.hasSuffix("computes in float32"))
            let data = try #require(self.line("data", of: ending)?.text)
            let counts = try ["dev", "val", "test"].map { "\($0) \(try rowCount($0))" }
            #expect(
                data.contains("; rows: \(counts.joined(separator: ", ")); of test: humanities "))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test(.enabled(if: Fixture.shared != nil, "there is no folder of shared data"))
    func `the published questions have the published counts`() throws {
        let data = try #require(Fixture.shared) + "/data/mmlu"
        let ending = try doctor(["--data", data])
        #expect(
            line("data", of: ending)?.text
                == "\(data): 57 of 57 subjects; rows: dev 285, val 1531, test 14042; of test: "
                + "humanities 4705, social_sciences 3077, stem 3018, other 3242")
        #expect(ending.status == 0)
    }

    @Test func `JSON has the same checks`() throws {
        let text = try doctor()
        let ending = try doctor(["--json"])
        #expect(ending.status == 0)
        let found = try JSONText.object(ending.output)
        #expect(found["ok"] as? Bool == true)
        let checks = found.objects("checks")
        #expect(checks.count == text.output.split(separator: "\n").count - 1)
        for check in checks {
            #expect(Set(check.keys) == ["name", "state", "found", "remedy"])
            let line = try #require(self.line(check.text("name") ?? "", of: text))
            #expect(line.state == check.text("state"))
            #expect(check.isNull("remedy") == (line.state == "ok"))
        }
        let bad = try doctor(["--json", "--model", "absent"])
        #expect(bad.status == 1)
        #expect(try JSONText.object(bad.output)["ok"] as? Bool == false)
    }

    @Test func `a model that is not there`() throws {
        let ending = try doctor(["--model", "absent", "--data", Fixture.pocket + "/mmlu"])
        #expect(ending.status == 1)
        let line = try #require(self.line("checkpoint", of: ending))
        #expect(line.state == "failed")
        #expect(line.text.hasPrefix("absent: is not a model folder: there is no such folder; "))
        #expect(self.line("data", of: ending)?.state == "ok")
        #expect(ending.output.contains(" checks failed\n"))
    }

    @Test func `weights that are cut off`() throws {
        try withModel { folder, model in
            let path = model + "/model.safetensors"
            let whole = try Data(contentsOf: URL(filePath: path))
            try whole.prefix(whole.count - 5).write(to: URL(filePath: path))
            let ending = try doctor(["--model", "m"], in: folder)
            #expect(ending.status == 1)
            let line = try #require(self.line("checkpoint", of: ending))
            #expect(line.state == "failed")
            #expect(line.text.hasPrefix("m/model.safetensors: says of tensor '"))
            #expect(self.line("tokenizer", of: ending)?.state == "ok")
            #expect(
                self.line("data", of: ending)?.text == "not looked at: --data names no folder")
        }
    }

    @Test func `a tensor of another shape, and a tokenizer with too many pieces`() throws {
        try withModel { folder, model in
            let path = model + "/config.json"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let size = try #require(try JSONText.object(text).whole("vocab_size"))
            try text.replacing("\"vocab_size\": \(size)", with: "\"vocab_size\": 7")
                .write(toFile: path, atomically: false, encoding: .utf8)
            let ending = try doctor(["--model", "m"], in: folder)
            #expect(ending.status == 1)
            #expect(
                line("checkpoint", of: ending)?.text
                    == "m/model.safetensors: 'model.embed_tokens.weight' has shape [\(size), 128]; "
                    + "config.json asks for [7, 128]")
            #expect(
                line("tokenizer", of: ending)?.text
                    == "has \(size) pieces, and the model has rows for 7 tokens; the tokenizer of "
                    + "this checkpoint is needed")
            #expect(ending.output.contains("\n2 of 15 checks failed\n"))
        }
    }

    @Test func `no tokenizer, and a chat template that cannot be read`() throws {
        try withModel { folder, model in
            try FileManager.default.removeItem(atPath: model + "/tokenizer.model")
            try "{% nosuch %}".write(
                toFile: model + "/chat_template.jinja", atomically: false, encoding: .utf8)
            let ending = try doctor(["--model", "m"], in: folder)
            #expect(ending.status == 1)
            #expect(
                line("tokenizer", of: ending)?.text.contains(
                    "a tokenizer was looked for, but the folder has no tokenizer.model or "
                        + "tokenizer.json") == true)
            let template = try #require(self.line("chat template", of: ending))
            #expect(template.state == "warning")
            #expect(template.text.hasSuffix("; only --prompt chat and cot need it"))
        }
    }

    @Test func `questions that lack a file`() throws {
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(tests: ["nutrition": 8, "virology": 2], to: folder + "/d")
            let good = try doctor(["--data", "d"], in: folder)
            #expect(
                line("data", of: good)?.text
                    == "d: 2 of 57 subjects; rows: dev 10, val 12, test 10; of test: humanities 0, "
                    + "social_sciences 0, stem 0, other 10")
            try FileManager.default.removeItem(atPath: folder + "/d/dev/virology_dev.csv")
            let bad = try doctor(["--data", "d"], in: folder)
            #expect(bad.status == 1)
            let line = try #require(self.line("data", of: bad))
            #expect(line.state == "failed")
            #expect(
                line.text
                    == "d: lacks dev/virology_dev.csv; each subject needs its files of dev, val and "
                    + "test: copy MMLU again")
        }
    }

    @Test func `questions that are damaged, and none`() throws {
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(tests: ["nutrition": 8], to: folder + "/d")
            try "a,b,c\n".write(
                toFile: folder + "/d/test/nutrition_test.csv", atomically: false, encoding: .utf8)
            let damaged = try doctor(["--data", "d"], in: folder)
            #expect(damaged.status == 1)
            #expect(
                line("data", of: damaged)?.text.contains("row 1: found 3 fields; six fields")
                    == true)
            let none = try doctor(["--data", "absent"], in: folder)
            #expect(none.status == 1)
            #expect(line("data", of: none)?.text.contains("has no folder dev, val or") == true)
        }
    }

    @Test func `a place that cannot be written`() throws {
        try Fixture.withTemporaryFolder { folder in
            try "x".write(toFile: folder + "/file", atomically: false, encoding: .utf8)
            let ending = try doctor(["--output", "file/runs"], in: folder)
            #expect(ending.status == 1)
            #expect(
                line("disk", of: ending)?.text
                    == "file/runs: nothing can be written there: Not a directory; name another "
                    + "folder by --output")
            let kernel = try doctor(["--output", "/proc/runs"], in: folder)
            #expect(kernel.status == 1)
            #expect(line("disk", of: kernel)?.state == "failed")
        }
    }

    @Test func `no gnuplot is a warning`() throws {
        let ending = try doctor(environment: ["PATH": "/nowhere"])
        #expect(ending.status == 0)
        let line = try #require(self.line("gnuplot", of: ending))
        #expect(line.state == "warning")
        #expect(
            line.text
                == "is not on PATH; install it (Debian: gnuplot-nox); without it figures are data and "
                + "scripts")
    }

    @Test func `a gnuplot that does not draw is a warning`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/gnuplot"
            try "#!/bin/sh\necho 'unknown terminal' >&2\nexit 2\n".write(
                toFile: path, atomically: false, encoding: .utf8)
            chmod(path, 0o755)
            let ending = try doctor(environment: ["PATH": folder])
            #expect(ending.status == 0)
            let line = try #require(self.line("gnuplot", of: ending))
            #expect(line.state == "warning")
            #expect(line.text.contains("gnuplot ended with status 2: unknown terminal"))
        }
    }

    @Test func `a device that there is not`() throws {
        let ending = try doctor(["--device", "quantum"])
        #expect(ending.status == 1)
        let line = try #require(self.line("device", of: ending))
        #expect(line.state == "failed")
        #expect(line.text.hasPrefix("--device quantum: there is no such kind of device; "))
    }

    @Test func `a teacher's server is asked, and one that is not there is a failure`() throws {
        try Fixture.withTemporaryFolder { folder in
            let server = try TeacherServer(in: folder + "/server")
            let url = try server.baseURL()
            let good = try doctor(["--base-url", url], in: folder)
            #expect(good.status == 0, "\(good.output)")
            let line = try #require(self.line("teacher", of: good))
            #expect(line.state == "ok" && line.text == "\(url): answers")
            server.stop()
            let bad = try doctor(["--base-url", url], in: folder)
            #expect(bad.status == 1)
            #expect(
                self.line("teacher", of: bad)?.text
                    == "\(url)/models: the server cannot be reached; start the server, or give "
                    + "another --base-url")
        }
    }

    @Test func `a store that is none is a failure`() throws {
        try Fixture.withTemporaryFolder { folder in
            let new = try doctor(["--store", "s.sqlite"], in: folder)
            #expect(
                line("store", of: new)?.text == "s.sqlite: not there yet; the first run makes it")
            try String(repeating: "no database ", count: 100).write(
                toFile: folder + "/s.sqlite", atomically: false, encoding: .utf8)
            let bad = try doctor(["--store", "s.sqlite"], in: folder)
            #expect(bad.status == 1)
            #expect(
                line("store", of: bad)?.text
                    == "s.sqlite: is no SQLite file; name another by --store")
        }
    }
}
