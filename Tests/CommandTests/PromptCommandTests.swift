import Benchmarks
import Foundation
import TestSupport
import Testing

/// Prompts, shots and ways of scoring, from outside, in the built-in world.
@Suite struct PromptCommandTests {
    private func evaluating(
        _ arguments: [String], _ body: (String, Program.Ending) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                ["eval", "--limit", "2", "--categories", "stem", "--output", "e"] + arguments,
                in: folder)
            try body(folder + "/e", ending)
        }
    }

    private func accuracy(_ run: String) throws -> [[String: Any]] {
        try JSONText.file(run + "/results.json").objects("accuracy")
    }

    @Test func `any list of shots is asked in one run, and recorded`() throws {
        try evaluating(["--prompt", "lm-eval", "--shots", "0,1,5,7"]) { run, ending in
            #expect(ending.status == 0, "\(ending.errors)")
            let rows = try accuracy(run).filter { $0.text("category") == "all" }
            #expect(rows.compactMap { $0.whole("shots") } == [0, 1, 5, 7])
            #expect(rows.allSatisfy { $0.text("scoring") == "letter" })
            let results = try JSONText.file(run + "/results.json")
            #expect(results.text("prompt_hash") == LMEval().promptHash)
            let shots = try #require(results["shots"] as? [String: [String: [[String: Any]]]])
            for (count, subjects) in shots {
                #expect(subjects.values.allSatisfy { $0.count == Int(count) })
            }
            let fewer = try #require(results["questions_with_fewer_shots"] as? [String: Int])
            #expect(fewer == ["0": 0, "1": 0, "5": 0, "7": 0])
            #expect(results.isNull("subjects_with_shot_rationales"))
        }
    }

    @Test func `choices are scored, and a stopped run's answers are kept`() throws {
        try evaluating(["--prompt", "continuation", "--shots", "0,2"]) { run, ending in
            #expect(ending.status == 0, "\(ending.errors)")
            let lines = try JSONText.lines(run + "/answers.jsonl")
            #expect(lines.count == 4)
            for line in lines {
                #expect(line.text("scoring") == "choice")
                #expect((line["choice_logprobs"] as? [Double])?.count == 4)
                let bytes = try #require(line["choice_bytes"] as? [Int])
                let sums = try #require(line["choice_logprobs"] as? [Double])
                let scores = zip(sums, bytes).map { $0 / Double($1) }
                let best = try #require(scores.indices.max { scores[$0] < scores[$1] })
                #expect(line.text("chosen") == Letter.allCases[best].rawValue)
            }
            let path = run + "/answers.jsonl"
            let whole = try String(contentsOfFile: path, encoding: .utf8)
            let result = try String(contentsOfFile: run + "/results.json", encoding: .utf8)
            let cut = whole.split(separator: "\n", maxSplits: 1)[0] + "\n"
            try String(cut).write(toFile: path, atomically: false, encoding: .utf8)
            try FileManager.default.removeItem(atPath: run + "/results.json")
            let again = try Program.run(["eval", "--resume", run], in: run)
            #expect(again.status == 0, "\(again.errors)")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == whole)
            #expect(
                try String(contentsOfFile: run + "/results.json", encoding: .utf8) == result)
        }
    }

    @Test func `shots without room are dropped where that is asked for, and counted`() throws {
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(tests: ["astronomy": 2], dev: 60, to: folder)
            let arguments = [
                "--data", folder, "--prompt", "lm-eval", "--shots", "1,60", "--shot-source", "dev",
            ]
            try evaluating(arguments) { run, ending in
                #expect(ending.status == 1)
                #expect(
                    ending.lastError.contains("the 60-shot prompt of astronomy test row 0 has "))
                #expect(
                    ending.lastError.hasSuffix(
                        " tokens; the model has room for 1024: use fewer --shots, or "
                            + "--too-long drop-shots or skip"))
            }
            try evaluating(arguments + ["--too-long", "drop-shots"]) { run, ending in
                #expect(ending.status == 0, "\(ending.errors)")
                #expect(
                    ending.errors.contains(
                        "2 prompts show fewer shots than --shots says: the context or the rows do "
                            + "not suffice; questions.json lists them"))
                let results = try JSONText.file(run + "/results.json")
                let fewer = try #require(results["questions_with_fewer_shots"] as? [String: Int])
                #expect(fewer == ["1": 0, "60": 2])
                #expect(Set(try accuracy(run).compactMap { $0.whole("shots") }) == [1, 60])
                let asked = try JSONText.file(run + "/questions.json").objects("fewer_shots")
                #expect(asked.reduce(0) { $0 + $1.objects("questions").count } == 2)
                for group in asked {
                    let shown = try #require(group.whole("shown"))
                    #expect(group.whole("shots") == 60)
                    #expect(shown > 1 && shown < 60)
                }
            }
        }
    }

    @Test func `seeded shots are others, and the same again`() throws {
        func shots(_ arguments: [String]) throws -> String {
            var text = ""
            try evaluating(["--prompt", "lm-eval", "--shots", "3"] + arguments) { run, ending in
                #expect(ending.status == 0, "\(ending.errors)")
                let results = try JSONText.file(run + "/results.json")
                let places = try #require(results["shots"])
                text = String(
                    decoding: try JSONSerialization.data(
                        withJSONObject: places, options: [.sortedKeys]), as: UTF8.self)
            }
            return text
        }
        let first = try shots([])
        let seeded = try shots(["--shot-order", "seeded", "--shot-seed", "5"])
        #expect(first != seeded)
        #expect(try shots(["--shot-order", "seeded", "--shot-seed", "5"]) == seeded)
        #expect(try shots(["--shot-order", "seeded"]) != seeded)
    }

    @Test func `rationales are shown where all shots have them, and recorded`() throws {
        try evaluating(["--shots", "2", "--repeats", "1"]) { run, ending in
            #expect(ending.status == 0, "\(ending.errors)")
            let results = try JSONText.file(run + "/results.json")
            let subjects = try #require(
                results["subjects_with_shot_rationales"] as? [String: [String]])
            let shots = try #require(results["shots"] as? [String: [String: Any]])
            #expect(Set(try #require(subjects["2"])) == Set(try #require(shots["2"]).keys))
        }
    }

    @Test func `the category map decides what is asked and how it is counted`() throws {
        for (map, category) in [("hendrycks", "other"), ("lm-eval", "stem")] {
            try Fixture.withTemporaryFolder { folder in
                try QuestionFolder.write(tests: ["anatomy": 3], to: folder + "/data")
                let ending = try Program.run(
                    [
                        "eval", "--data", "data", "--categories", category, "--category-map", map,
                        "--prompt", "lm-eval", "--shots", "0", "--output", "e",
                    ], in: folder)
                #expect(ending.status == 0, "\(ending.errors)")
                #expect(
                    try accuracy(folder + "/e").compactMap { $0.text("category") } == [
                        category, "all",
                    ])
                let settings = try #require(
                    JSONText.file(folder + "/e/results.json")["settings"] as? [String: Any])
                #expect(settings.text("category-map") == map)
            }
        }
    }

    @Test(arguments: [
        (
            ["--shot-seed", "1"],
            "--shot-seed 1: draws nothing under --shot-order first; use --shot-order seeded"
        ),
        (
            ["--prompt", "continuation", "--scoring", "letter"],
            "--scoring letter: --prompt continuation shows no letters to answer with; use "
                + "--scoring choice"
        ),
        (
            ["--too-long", "drop-shot"],
            "--too-long drop-shot: did you mean drop-shots? one of refuse, drop-shots, skip is needed"
        ),
        (
            ["--category-map", "hendriks"],
            "--category-map hendriks: did you mean hendrycks? one of hendrycks, lm-eval is needed"
        ),
        (
            ["--shot-order", "random"],
            "--shot-order random: did you mean seeded? one of first, seeded is needed"
        ),
    ])
    func `wrong words are refused`(arguments: [String], words: String) throws {
        try evaluating(arguments) { _, ending in
            #expect(ending.status == 64)
            #expect(ending.firstError == "Error: " + words)
        }
    }

    @Test func `more shots than there are is an error that says how many there are`() throws {
        try evaluating(["--prompt", "lm-eval", "--shots", "6", "--shot-source", "dev"]) {
            _, ending in
            #expect(ending.status == 1)
            #expect(ending.lastError.contains("shots of "))
            #expect(ending.lastError.hasSuffix(": dev has 5; 6 are needed"))
        }
    }
}
