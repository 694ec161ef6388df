import Foundation
import TestSupport
import Testing

/// What `ft-mmlu sweep` and `reproduce table2` refuse, before anything is written.
@Suite struct SweepRefusalTests {
    private func expectRefused(
        _ arguments: [String], _ words: String, status: Int32 = 64,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(arguments, in: folder)
            #expect(ending.status == status, sourceLocation: sourceLocation)
            #expect(ending.lastError == "Error: " + words, sourceLocation: sourceLocation)
            #expect(ending.output == "", sourceLocation: sourceLocation)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder)
                    .filter { $0 != "runs" }.isEmpty, sourceLocation: sourceLocation)
        }
    }

    private let least = ["sweep", "--targets", "V", "--category", "stem"]

    @Test func `settings of a sweep`() throws {
        try expectRefused(
            least + ["--report", "some"],
            "--report some: did you mean all? one of winners, all is needed")
        try expectRefused(
            least + ["--rank", "0"], "--rank 0: a whole number from 1 is needed")
        try expectRefused(
            least + ["--shape", "qwen2.5-4b"],
            "--shape qwen2.5-4b: did you mean qwen2.5-3b? one of qwen2.5-0.5b, qwen2.5-1.5b, "
                + "qwen2.5-3b, qwen2.5-7b is needed")
        try expectRefused(
            least + ["--shape", "qwen2.5-3b"],
            "--shape qwen2.5-3b: random weights have no tokenizer; --tokenizer FOLDER with one is "
                + "needed")
        try expectRefused(
            least + ["--shape", "qwen2.5-3b", "--tokenizer", "t", "--model", "m"],
            "--shape qwen2.5-3b: --model m was given too; one of the two is needed")
    }

    @Test func `a file with settings of one training's own`() throws {
        try Fixture.withTemporaryFolder { folder in
            try "init-adapter: a\n".write(
                toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
            let ending = try Program.run(least + ["--config", "c.yaml"], in: folder)
            #expect(ending.status == 64)
            #expect(
                ending.lastError == "Error: --init-adapter, --examples: a sweep trains fresh "
                    + "adapters on a category's questions; leave them out")
        }
    }

    @Test func `a study that cannot be resumed`() throws {
        try expectRefused(
            ["sweep", "--resume", "absent"],
            "absent: holds no study to go on with: it has no config.yaml; start one with ft-mmlu "
                + "sweep --output", status: 1)
        try expectRefused(
            ["sweep", "--resume", "x", "--seeds", "1"],
            "--resume x: --seeds was given too; only --device, --threads, --store, --cell, "
                + "--retry-failed, --quiet and what says who does the cells go with it, the study's "
                + "config.yaml says the rest")
        let run = try ResumableJob.shared().path
        try expectRefused(
            ["sweep", "--resume", run],
            "\(run): holds no study to go on with: its config.yaml is of a run; use ft-mmlu train "
                + "--resume", status: 1)
    }

    @Test func `a study whose data is another now`() throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(
                atPath: SweepJob.shared().path, toPath: folder + "/study")
            let path = folder + "/study/questions.json"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing("\"row\": 1", with: "\"row\": 2")
                .write(toFile: path, atomically: false, encoding: .utf8)
            let ending = try Program.run(["sweep", "--resume", "study"], in: folder)
            #expect(ending.status == 1)
            #expect(
                ending.lastError == "Error: study: cannot be resumed: questions.json "
                    + "would differ now; restore the files that it began with, or start a "
                    + "new study")
        }
    }

    @Test func `a study's flags with a figure that has no study`() throws {
        try expectRefused(
            ["reproduce", "figure4", "--seeds", "1"],
            "--seeds: says something of a study's model; figure4 has none")
    }
}
