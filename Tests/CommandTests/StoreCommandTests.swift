import Benchmarks
import Foundation
import TestSupport
import Testing
import Tracking

/// The store that runs write, and `results add`, `results list`.
@Suite struct StoreCommandTests {
    private let job: MainJob

    init() throws { job = try MainJob.shared() }

    @Test
    func
        `the store holds every step and answer of a run, and its views say what results.json says`()
        throws
    {
        let stored = try StoredRun(job.folder + "/runs/results.sqlite")
        try stored.expectSame(as: job.run)
        for answer in try stored.store.answers(of: stored.run.id) {
            let subject = try Subjects.subject(named: answer.subject)
            #expect(answer.category == subject.category.rawValue)
        }
    }

    @Test func `a run in the store knows how it was made`() throws {
        let run = try StoredRun(job.folder + "/runs/results.sqlite").run
        #expect(run.command == "train")
        let line = try #require(run.commandLine)
        #expect(
            line.hasSuffix("ft-mmlu " + MainJob.arguments.joined(separator: " ") + " --output run"))
        #expect(run.folder.hasSuffix("/run"))
        let results = try JSONText.file(job.run + "/results.json")
        let settings = try #require(results["settings"] as? [String: Any])
        #expect(run.model == "built-in world" && settings.isNull("model"))
        #expect(run.target == "V" && run.category == "humanities" && run.objective == "zs")
        #expect(run.learningRate == 0.02 && run.fewShotWeight == nil)
        #expect(run.seed == settings.whole("seed"))
        #expect(run.prompt == "plain-cot" && run.scoring == "generate")
        #expect(run.promptHash == results.text("prompt_hash"))
        #expect(
            NSDictionary(dictionary: try JSONText.object(run.settings))
                == NSDictionary(dictionary: settings))
        let inputs = try JSONText.file(job.run + "/checkpoint/inputs.json")
        let files = try #require(inputs["files"] as? [String: String])
        #expect(files.keys.contains("tokenizer.model") && inputs.text("prompts") != nil)
        #expect(
            try JSONText.object(run.inputs) as? [String: String]
                == inputs.compactMapValues { $0 as? String }.merging(files) { $1 })
        let versions = try #require(results["versions"] as? [String: Any])
        #expect(run.programVersion == versions.text("ft-mmlu"))
        #expect(run.libtorchVersion == versions.text("libtorch"))
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = ["git", "-C", Fixture.repository.path, "rev-parse", "HEAD"]
        let pipe = Pipe()
        git.standardOutput = pipe
        git.standardError = FileHandle.nullDevice
        try git.run()
        let commit = String(
            decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        git.waitUntilExit()
        #expect(run.gitCommit ?? "" == commit.trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(run.study == nil && run.role == nil && run.failure == nil)
    }

    @Test func `seconds, memory and ranks are measured`() throws {
        let stored = try StoredRun(job.folder + "/runs/results.sqlite")
        let measured = try stored.store.measurements(of: stored.run.id)
        let ranks = ["effectiveRank", "firstShare", "participationRatio"].flatMap { name in
            (0..<4).map { "\(name) v layer \($0)" }
        }
        #expect(
            measured.map { "\($0.name) \($0.detail)" } == ranks + [
                "peakMemory bytes", "seconds answers of adapted", "seconds answers of base",
                "seconds training",
            ])
        let memory = measured[ranks.count].value
        #expect(memory > 50e6 && memory < 50e9)
        #expect(measured[(ranks.count + 1)...].allSatisfy { $0.value > 0 && $0.value < 600 })
        #expect(measured[..<4].allSatisfy { (1...8).contains($0.value) })
    }

    @Test func `without a store none is written, and add makes one with the same rows`() throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(atPath: job.run, toPath: folder + "/copy")
            let added = try Program.run(
                ["results", "add", "copy", "--store", "s.sqlite"], in: folder)
            #expect(added.status == 0, "\(added.errors)")
            let stored = try StoredRun(folder + "/s.sqlite")
            #expect(
                added.output
                    == "copy: \(stored.run.id.prefix(8)), 4 steps, 144 answers, finished\n")
            try stored.expectSame(as: folder + "/copy")
            var live = try StoredRun(job.folder + "/runs/results.sqlite").run
            live.folder = stored.run.folder
            #expect(stored.run == live)
            // Seconds and memory too, which no file but run.json tells.
            let former = try StoredRun(job.folder + "/runs/results.sqlite").store
            let measured = try stored.store.measurements(of: live.id)
            #expect(measured.count == 16)
            #expect(try measured == former.measurements(of: live.id))
            // Once more: replaced, not doubled.
            _ = try Program.run(["results", "add", "copy", "--store", "s.sqlite"], in: folder)
            try StoredRun(folder + "/s.sqlite").expectSame(as: folder + "/copy")
            let none = try Program.run(
                [
                    "eval", "--limit", "1", "--categories", "stem", "--shots", "0", "--output", "e",
                    "--store", "none", "--quiet",
                ], in: folder)
            #expect(none.status == 0, "\(none.errors)")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder)
                    .filter { !$0.hasPrefix("s.sqlite") }.sorted() == ["copy", "e"])
            #expect(try JSONText.file(folder + "/e/run.json").isNull("store"))
        }
    }

    @Test func `what chooses settings is complete at its adapter, and a failure is read`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/r"
            try FileManager.default.copyItem(atPath: job.run, toPath: path)
            try FileManager.default.removeItem(atPath: path + "/results.json")
            func state() throws -> String {
                let added = try Program.run(
                    ["results", "add", "r", "--store", "s.sqlite"], in: folder)
                #expect(added.status == 0, "\(added.errors)")
                let run = try StoredRun(folder + "/s.sqlite").run
                return run.state.rawValue + (run.failure.map { ": " + $0 } ?? "")
            }
            #expect(try state() == "unfinished")
            try #"{"kind": "other", "cause": "killed"}"#.write(
                toFile: path + "/failure.json", atomically: false, encoding: .utf8)
            #expect(try state() == "failed: killed")
            var identity = try JSONText.file(path + "/run.json")
            identity["place"] = [
                "study": "s", "cell": "v", "family": "ZS on V", "role": "selection",
            ]
            try JSONSerialization.data(withJSONObject: identity).write(
                to: URL(fileURLWithPath: path + "/run.json"))
            #expect(try state() == "finished")
        }
    }

    @Test func `a folder of an earlier version gets an id and keeps it`() throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(atPath: job.run, toPath: folder + "/r")
            try FileManager.default.removeItem(atPath: folder + "/r/run.json")
            for _ in 0..<2 {
                let added = try Program.run(
                    ["results", "add", "r", "--store", "s.sqlite"], in: folder)
                #expect(added.status == 0, "\(added.errors)")
            }
            try StoredRun(folder + "/s.sqlite").expectSame(as: folder + "/r")
        }
    }

    @Test func `what is no run, or is damaged, is not added`() throws {
        try Fixture.withTemporaryFolder { folder in
            func add(_ path: String) throws -> String {
                let ending = try Program.run(
                    ["results", "add", path, "--store", "s.sqlite"], in: folder)
                #expect(ending.status == 1)
                return ending.errors
            }
            #expect(
                try add("absent")
                    == "Error: absent: holds no run and no study: it has no config.yaml; the folder of "
                    + "a run, or of a study, is needed\n")
            try FileManager.default.copyItem(atPath: job.run, toPath: folder + "/r")
            func write(_ text: String, to name: String) throws {
                try text.write(toFile: folder + "/r/" + name, atomically: false, encoding: .utf8)
            }
            let steps = try job.text("metrics.jsonl")
            try write(steps + "{\"step\": 1}\n", to: "metrics.jsonl")
            #expect(
                try add("r")
                    == "Error: r/metrics.jsonl, line 5: is none that ft-mmlu wrote; restore the "
                    + "file as it was written, or remove the line\n")
            try write(steps, to: "metrics.jsonl")
            try write("seed: 1\nno line\n", to: "config.yaml")
            #expect(
                try add("r")
                    == "Error: r/config.yaml: is not YAML: 3:1: error: scanner: while scanning a "
                    + "simple key in line 2, column 1\n")
            try write("seed: one\n", to: "config.yaml")
            #expect(
                try add("r")
                    == "Error: r/config.yaml: seed one: a whole number from 0 is needed\n")
            try write(try job.text("config.yaml"), to: "config.yaml")
            try write("{\"id\": \"7\"}\n", to: "run.json")
            #expect(
                try add("r")
                    == "Error: r/run.json: does not say by what id the run is known; restore the "
                    + "file as ft-mmlu wrote it, or remove it\n")
            #expect(!FileManager.default.fileExists(atPath: folder + "/s.sqlite"))
        }
    }

    @Test func `list shows runs`() throws {
        let list = try Program.run(["results", "list"], in: job.folder)
        #expect(list.status == 0, "\(list.errors)")
        let lines = list.output.split(separator: "\n")
        try #require(lines.count == 2)
        #expect(
            lines[0].split(separator: " ").map(String.init) == [
                "run", "began", "what", "seed", "study", "as", "state", "folder",
            ])
        let run = try StoredRun(job.folder + "/runs/results.sqlite").run
        #expect(lines[1].hasPrefix("\(run.id.prefix(8))  20"))
        #expect(lines[1].contains("  V humanities zs 0.02  "))
        #expect(lines[1].hasSuffix("  finished  run"))
        let json = try Program.run(["results", "list", "run", "--json"], in: job.folder)
        let found = try #require(
            JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(found.count == 1 && found[0].text("id") == run.id)
    }

    @Test func `list refuses what is not there`() throws {
        try Fixture.withTemporaryFolder { folder in
            let none = try Program.run(["results", "list"], in: folder)
            #expect(none.status == 1)
            #expect(
                none.errors
                    == "Error: runs/results.sqlite: there is no store; runs write one by themselves, "
                    + "and `ft-mmlu results add FOLDER` puts earlier ones into it\n")
            let both = try Program.run(["results", "list", "--study", "s", "r"], in: job.folder)
            #expect(both.status == 64)
            #expect(
                both.errors == "Error: --study s: and runs were named; one of both is needed\n")
        }
    }

    @Test func `two runs write one store at once`() throws {
        try Fixture.withTemporaryFolder { folder in
            let arguments = [
                "eval", "--limit", "6", "--shots", "0", "--batch-tokens", "400", "--quiet",
            ]
            let programs = try ["a", "b", "c"].map {
                try Program(arguments + ["--output", $0], in: folder)
            }
            for program in programs {
                let ending = try program.wait()
                #expect(ending.status == 0, "\(ending.errors)")
            }
            let store = try Store(reading: folder + "/runs/results.sqlite")
            let runs = try store.runs()
            #expect(Set(runs.map { String($0.folder.suffix(2)) }) == ["/a", "/b", "/c"])
            for run in runs {
                #expect(run.state == .finished)
                #expect(try store.answers(of: run.id).count == 6 * 4 * 3)
            }
        }
    }

    @Test func `a store that cannot be written ends the run, which goes on with another`() throws {
        try Fixture.withTemporaryFolder { folder in
            let arguments = [
                "eval", "--limit", "2", "--categories", "stem", "--shots", "0", "--quiet",
            ]
            let refused = try Program.run(
                arguments + ["--output", "r", "--store", "/proc/s.sqlite"], in: folder)
            #expect(refused.status == 1)
            #expect(
                refused.errors
                    == "Error: /proc/s.sqlite: the store cannot be opened: unable to open database "
                    + "file; name another file by --store, or --store none\n")
            let resumed = try Program.run(
                ["eval", "--resume", "r", "--store", "s.sqlite"], in: folder)
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(try StoredRun(folder + "/s.sqlite").run.state == .finished)
            let isFolder = try Program.run(
                arguments + ["--output", "q", "--store", "r"], in: folder)
            #expect(isFolder.status == 1)
            #expect(
                isFolder.errors
                    == "Error: r: is a folder; --store needs the name of a file, as "
                    + "r/results.sqlite\n")
            #expect(!FileManager.default.fileExists(atPath: folder + "/q"))
        }
    }

    @Test func `a failed run is recorded with its cause, and one that is stopped is not failed`()
        throws
    {
        try Fixture.withTemporaryFolder { folder in
            let failed = try Program.run(
                [
                    "train", "--target", "V", "--category", "humanities", "--max-steps", "4",
                    "--learning-rate", "0", "--no-eval", "--quiet", "--output", "f", "--store",
                    "f.sqlite",
                ], in: folder)
            try #require(failed.status == 1)
            let run = try StoredRun(folder + "/f.sqlite").run
            #expect(run.state == .failed)
            #expect("Error: \(run.failure ?? "")\n" == failed.errors)
            // The folder says it too.
            let added = try Program.run(
                ["results", "add", "f", "--store", "again.sqlite"], in: folder)
            #expect(added.status == 0, "\(added.errors)")
            #expect(try StoredRun(folder + "/again.sqlite").run == run)
            let stopped = try Program.run(
                ResumableJob.arguments + ["--output", "s", "--store", "s.sqlite"], in: folder,
                until: 2, of: "s/metrics.jsonl", then: SIGTERM)
            try #require(stopped.status == 143)
            #expect(try StoredRun(folder + "/s.sqlite").run.state == .unfinished)
        }
    }

    @Test func `a run's id stands for its folder`() throws {
        let run = try StoredRun(job.folder + "/runs/results.sqlite").run
        let id = String(run.id.prefix(8))
        let check = try Program.run(["results", "recompute", id, "--check"], in: job.folder)
        #expect(check.status == 0, "\(check.errors)")
        #expect(check.output.hasSuffix("/run/results.json says the same\n"))
        let compare = try Program.run(
            ["results", "compare", id, "run", "--models", "base,adapted"], in: job.folder)
        #expect(compare.status == 0, "\(compare.errors)")
        let none = try Program.run(["results", "recompute", "0000", "--check"], in: job.folder)
        #expect(none.status == 1)
        #expect(
            none.errors
                == "Error: runs/results.sqlite: there is no run '0000'; an id, its beginning or a run's "
                + "folder is needed, as `ft-mmlu results list` shows them\n")
    }
}
