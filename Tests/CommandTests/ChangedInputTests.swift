import Basics
import Foundation
import TestSupport
import Testing

/// `--resume` after a user changed something that decides the results.
@Suite struct ChangedInputTests {
    private static let questions = [
        "--model", "m", "--data", "data", "--holdout", "256", "--limit", "2", "--shots", "0",
        "--prompt", "plain-cot", "--temperature", "0.7", "--repeats", "1", "--max-new-tokens", "4",
        "--store", "none",
    ]
    private static let training =
        [
            "--category", "humanities", "--max-steps", "2", "--batch-size", "4", "--warmup-steps",
            "0",
        ] + questions

    /// A folder with a model, questions, and what the command makes of them.
    private func with(
        _ arguments: [String], _ body: (_ folder: String) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            try ChangedModel.write(to: folder + "/m")
            try FileManager.default.copyItem(
                atPath: Fixture.pocket + "/mmlu", toPath: folder + "/data")
            let made = try Program.run(arguments, in: folder)
            try #require(made.status == 0, "\(made.errors)")
            try body(folder)
        }
    }

    /// Changes a file for the time of the body.
    private func changing(
        _ path: String, _ change: (String) throws -> String, _ body: () throws -> Void
    ) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let changed = try change(text)
        try #require(changed != text)
        try changed.write(toFile: path, atomically: false, encoding: .utf8)
        try body()
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    private func contents(_ folder: String) throws -> [String: Data?] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return Dictionary(
            uniqueKeysWithValues: names.map {
                ($0, FileManager.default.contents(atPath: folder + "/" + $0))
            })
    }

    private func expectChanged(
        _ subject: String, _ arguments: [String], in folder: String, what: String = "run",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let run = try #require(arguments.last)
        let before = try contents(folder)
        let ending = try Program.run(arguments, in: folder)
        #expect(ending.status == 1, sourceLocation: sourceLocation)
        #expect(
            ending.lastError
                == "Error: \(run): since it began, this has changed: \(subject); a \(what) resumes "
                + "with what it began with; put it back, or start a new \(what) with --output",
            sourceLocation: sourceLocation)
        #expect(ending.output == "", sourceLocation: sourceLocation)
        #expect(try contents(folder) == before, sourceLocation: sourceLocation)
    }

    /// Files that every kind of run reads.
    private func expectFilesCompared(
        _ arguments: [String], in folder: String, what: String = "run", cells: String = ""
    ) throws {
        for (name, change) in [
            ("generation_config.json", { $0.replacing("[", with: "[7, ") }),
            ("tokenizer_config.json", { $0.replacing("{", with: "{ ") }),
            ("config.json", { $0 + "\n" }),
        ] as [(String, (String) -> String)] {
            try changing(folder + "/m/" + name, change) {
                try expectChanged(name + cells, arguments, in: folder, what: what)
            }
        }
        let template = folder + "/m/chat_template.jinja"
        try "{{ messages[0].content }}".write(
            toFile: template, atomically: false, encoding: .utf8)
        try expectChanged("chat_template.jinja (new)" + cells, arguments, in: folder, what: what)
        try FileManager.default.removeItem(atPath: template)
    }

    /// Adds a word to each question of one split.
    private func changingQuestions(
        _ split: String, in folder: String, _ body: () throws -> Void
    ) throws {
        let place = "\(folder)/data/\(split)"
        let names = try FileManager.default.contentsOfDirectory(atPath: place)
        let before = try names.map { try String(contentsOfFile: place + "/" + $0, encoding: .utf8) }
        for (name, text) in zip(names, before) {
            try text.replacing(/(?m)^(.*?),/) { "\($0.output.1.replacing("?", with: "??"))," }
                .write(toFile: place + "/" + name, atomically: false, encoding: .utf8)
        }
        try body()
        for (name, text) in zip(names, before) {
            try text.write(toFile: place + "/" + name, atomically: false, encoding: .utf8)
        }
    }

    @Test func `a training`() throws {
        try with(
            ["train", "--target", "V", "--learning-rate", "0.0001", "--output", "r"] + Self.training
        ) { folder in
            let resume = ["train", "--quiet", "--resume", "r"]
            let config = folder + "/r/config.yaml"
            // Also of a run that is complete, so that nobody takes it for one of more epochs.
            try changing(config, { $0.replacing("epochs: 5", with: "epochs: 9") }) {
                try expectChanged("config.yaml (epochs: 5, now 9)", resume, in: folder)
            }
            let whole = try String(contentsOfFile: folder + "/r/results.json", encoding: .utf8)
            for name in ["results.json", "answers.jsonl", "adapter"] {
                try FileManager.default.removeItem(atPath: folder + "/r/" + name)
            }
            try changing(config, { $0.replacing("rate: 0.0001", with: "rate: 0.001") }) {
                try expectChanged(
                    "config.yaml (learning-rate: 0.0001, now 0.001)", resume, in: folder)
                try changing(folder + "/m/tokenizer_config.json", { $0 + "\n" }) {
                    try expectChanged(
                        "config.yaml (learning-rate: 0.0001, now 0.001), tokenizer_config.json",
                        resume, in: folder)
                }
            }
            try changing(config, { $0.replacing(/limit: 2\n/, with: "limit: 3\n") }) {
                try expectChanged("config.yaml (limit: 2, now 3)", resume, in: folder)
            }
            try expectFilesCompared(resume, in: folder)
            try changingQuestions("test", in: folder) {
                try expectChanged("training examples, prompts", resume, in: folder)
            }
            // A model and data that were moved are the same; the others decide no result.
            for name in ["m", "data"] {
                try FileManager.default.moveItem(
                    atPath: folder + "/" + name, toPath: folder + "/moved-" + name)
            }
            let text = try String(contentsOfFile: config, encoding: .utf8)
            try text.replacing("model: \"m\"", with: "model: \"moved-m\"")
                .replacing("data: \"data\"", with: "data: \"moved-data\"")
                .replacing("checkpoint-every: 25", with: "checkpoint-every: 1")
                .replacing("learning-rate: 0.0001", with: "learning-rate: 1e-4")
                .write(toFile: config, atomically: false, encoding: .utf8)
            let ending = try Program.run(resume + ["--store", "s.sqlite"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            let results = try String(contentsOfFile: folder + "/r/results.json", encoding: .utf8)
            #expect(
                results.replacing("moved-", with: "")
                    .replacing("\"checkpoint-every\": 1,", with: "\"checkpoint-every\": 25,")
                    == whole)
            #expect(FileManager.default.fileExists(atPath: folder + "/s.sqlite"))
        }
    }

    @Test func `an evaluation`() throws {
        try with(["eval", "--output", "r"] + Self.questions) { folder in
            let resume = ["eval", "--quiet", "--resume", "r"]
            let results = folder + "/r/results.json"
            let whole = FileManager.default.contents(atPath: results)
            try FileManager.default.removeItem(atPath: results)
            try changing(
                folder + "/r/config.yaml", { $0.replacing("ture: 0.7", with: "ture: 1.9") }
            ) {
                try expectChanged("config.yaml (temperature: 0.7, now 1.9)", resume, in: folder)
            }
            try expectFilesCompared(resume, in: folder)
            try changingQuestions("test", in: folder) {
                try expectChanged("prompts", resume, in: folder)
            }
            let ending = try Program.run(resume, in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(FileManager.default.contents(atPath: results) == whole)
            // An earlier version recorded checksums alone.
            try FileManager.default.removeItem(atPath: results)
            let path = folder + "/r/checkpoint/inputs.json"
            let record = try JSONValue(parsing: Data(contentsOf: URL(filePath: path)))
            try JSONValue.object(record.fields.filter { $0.1.text != nil }).document
                .write(toFile: path, atomically: false, encoding: .utf8)
            let earlier = try Program.run(["eval", "--resume", "r"], in: folder)
            #expect(earlier.status == 0, "\(earlier.errors)")
            #expect(
                earlier.errors.contains(
                    "r: an earlier version began it and did not record its settings and the model's "
                        + "small files; changes to them are not noticed\n"))
            #expect(FileManager.default.contents(atPath: results) == whole)
        }
    }

    @Test func `a sweep`() throws {
        try with(
            [
                "sweep", "--targets", "V", "--learning-rates", "1e-3,2e-3", "--report", "all",
                "--output", "s",
            ] + Self.training
        ) { folder in
            let resume = ["sweep", "--quiet", "--resume", "s"]
            let config = folder + "/s/config.yaml"
            try FileManager.default.removeItem(atPath: folder + "/s/cells/v-zs-2e-3-s0")
            let cells = ", for cells base, v-zs-1e-3-s0"
            func expectEdit(_ arguments: [String]) throws {
                try changing(
                    config,
                    {
                        $0.replacing("max-steps: 2", with: "max-steps: 40")
                            .replacing("temperature: 0.7", with: "temperature: 1.9")
                    }
                ) {
                    try expectChanged(
                        "config.yaml (temperature: 0.7, now 1.9; max-steps: 2, now 40)" + cells,
                        arguments, in: folder, what: "study")
                }
            }
            try expectEdit(resume)
            try expectEdit(["sweep", "--quiet", "--gather", "s"])
            try changing(config, { $0.replacing("batch-size: 4", with: "batch-size: 8") }) {
                try expectChanged(
                    "config.yaml (batch-size: 4, now 8), for cell v-zs-1e-3-s0", resume, in: folder,
                    what: "study")
            }
            try expectFilesCompared(resume, in: folder, what: "study", cells: cells)
            try changingQuestions("test", in: folder) {
                try expectChanged(
                    "prompts, training examples" + cells, resume, in: folder, what: "study")
            }
            // More rates are more cells, and those that are done stay.
            let answers = FileManager.default.contents(
                atPath: folder + "/s/cells/v-zs-1e-3-s0/answers.jsonl")
            try changing(config, { $0.replacing("[0.001, ", with: "[0.004, 0.001, ") }) {
                let ending = try Program.run(
                    ["sweep", "--store", "s.sqlite", "--resume", "s"], in: folder)
                #expect(ending.status == 0, "\(ending.errors)")
                #expect(SweepJob.begun(ending) == ["1 v-zs-4e-3-s0", "3 v-zs-2e-3-s0"])
            }
            #expect(
                FileManager.default.contents(
                    atPath: folder + "/s/cells/v-zs-1e-3-s0/answers.jsonl") == answers)
        }
    }

    @Test func `a sweep that selected may report all of its trainings`() throws {
        try with(
            [
                "sweep", "--targets", "V", "--learning-rates", "1e-3,2e-3", "--eval-limit", "4",
                "--output", "s",
            ] + Self.training
        ) { folder in
            let config = folder + "/s/config.yaml"
            try changing(config, { $0.replacing("\"winners\"", with: "\"all\"") }) {
                let ending = try Program.run(["sweep", "--resume", "s"], in: folder)
                #expect(ending.status == 0, "\(ending.errors)")
                #expect(SweepJob.begun(ending).count == 1)
                let cells = try JSONText.file(folder + "/s/results.json").objects("cells")
                #expect(cells.map { $0.text("role") } == ["base", "report", "report"])
            }
        }
    }
}
