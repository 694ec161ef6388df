import Foundation
import TestSupport
import Testing

/// `results recompute`, `results compare`, `results import`, from outside.
@Suite struct ResultsCommandTests {
    private let job: MainJob

    init() throws { job = try MainJob.shared() }

    private func withCopy(_ body: (_ folder: String, _ results: String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(atPath: job.run, toPath: folder + "/run")
            try body(folder, folder + "/run/results.json")
        }
    }

    @Test func `recompute gives results.json again, to the last byte`() throws {
        try withCopy { folder, path in
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let same = try Program.run(["results", "recompute", "run"], in: folder)
            #expect(same.status == 0, "\(same.errors)")
            #expect(same.output.hasSuffix("\nrun/results.json said the same\n"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
            // The numbers gone wrong, and all but the first of them gone.
            let end = try #require(text.range(of: "\"mean\": "))
            let damaged = text[..<end.upperBound] + "9.5}]\n}\n"
            try damaged.write(toFile: path, atomically: false, encoding: .utf8)
            let check = try Program.run(["results", "recompute", "run", "--check"], in: folder)
            #expect(check.status == 1)
            #expect(check.output.hasSuffix("\nrun/results.json says otherwise\n"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == damaged)
            let again = try Program.run(["results", "recompute", "run"], in: folder)
            #expect(again.status == 0)
            #expect(again.output.hasSuffix("\nrun/results.json said otherwise and is replaced\n"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
            let agreed = try Program.run(["results", "recompute", "run", "--check"], in: folder)
            #expect(agreed.status == 0)
        }
    }

    @Test func `recompute needs nothing but the answers`() throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(
                atPath: job.run + "/answers.jsonl", toPath: folder + "/answers.jsonl")
            let only = try Program.run(["results", "recompute", "."], in: folder)
            #expect(only.status == 0)
            #expect(
                only.errors
                    == ".: the run is not complete, so no results.json is written; go on with it by "
                    + "--resume, or name a file by --output\n")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder) == ["answers.jsonl"])
            let written = try Program.run(
                ["results", "recompute", ".", "--output", "out.json"], in: folder)
            #expect(written.output.hasSuffix("\nwritten: out.json\n"))
            let found = try JSONText.file(folder + "/out.json")
            let run = try JSONText.file(job.run + "/results.json")
            for name in ["accuracy", "subjects", "comparison"] {
                #expect(!found.objects(name).isEmpty)
                #expect(
                    NSArray(array: found.objects(name)) == NSArray(array: run.objects(name)))
            }
        }
    }

    @Test func `recompute drops a torn last line and refuses a damaged one`() throws {
        try withCopy { folder, _ in
            let path = folder + "/run/answers.jsonl"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try String(text.dropLast(20)).write(toFile: path, atomically: false, encoding: .utf8)
            let torn = try Program.run(
                ["results", "recompute", "run", "--output", "o.json"], in: folder)
            #expect(torn.status == 0)
            #expect(torn.errors == "run: 1 questions lack repeats and are left out\n")
            var lines = text.split(separator: "\n").map(String.init)
            lines[4] = lines[4].replacing("\"correct\": ", with: "\"correct\": not ")
            try (lines.joined(separator: "\n") + "\n").write(
                toFile: path, atomically: false, encoding: .utf8)
            let damaged = try Program.run(["results", "recompute", "run"], in: folder)
            #expect(damaged.status == 1)
            #expect(
                damaged.errors
                    == "Error: run/answers.jsonl, line 5: is no answer like those before it, or is "
                    + "its question's second; restore the file as it was written, or remove the "
                    + "line\n")
        }
    }

    @Test func `compare sets the base model of a run beside its adapted one`() throws {
        let ending = try Program.run(["results", "compare", "run", "run"], in: job.folder)
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(
            ending.output.hasPrefix("base of A, adapted of B: 24 questions evaluated by both\n"))
        let json = try Program.run(
            ["results", "compare", "run", "run", "--json"], in: job.folder)
        let rows = try #require(
            JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        let own = try JSONText.file(job.run + "/results.json").objects("comparison")
        #expect(
            rows.compactMap { $0.number("difference") }
                == own.compactMap { $0.number("difference") })
        #expect(
            rows.compactMap { $0.number("mcnemar_p") }
                == own.compactMap { $0.number("mcnemar_p") })
    }

    @Test func `compare sets a run of the base model beside what was trained from it`() throws {
        try Fixture.withTemporaryFolder { folder in
            let base = try Program.run(
                ["eval", "--limit", "3", "--output", "base", "--quiet"], in: folder)
            try #require(base.status == 0, "\(base.errors)")
            func compare(_ arguments: [String]) throws -> Program.Ending {
                try Program.run(["results", "compare"] + arguments, in: folder)
            }
            let text = try compare(["base", job.run])
            #expect(text.status == 0, "\(text.errors)")
            #expect(
                text.output.hasPrefix("base of A, adapted of B: 24 questions evaluated by both\n"))
            // The training asked its base model the same: its own comparison, cell by cell.
            let own = try JSONText.file(job.run + "/results.json").objects("comparison")
            func rows(_ arguments: [String]) throws -> [[String: Any]] {
                let ending = try compare(arguments + ["--json"])
                return try #require(
                    JSONSerialization.jsonObject(with: Data(ending.output.utf8))
                        as? [[String: Any]])
            }
            let found = try rows(["base", job.run])
            #expect(found.count == 10 && own.count == 10)
            for name in ["difference", "paired_standard_error", "mcnemar_p", "p_no_change"] {
                #expect(found.map { $0.number(name) } == own.map { $0.number(name) })
            }
            #expect(found.map { $0.text("category") } == own.map { $0.text("category") })
            #expect(found.map { $0.whole("shots") } == own.map { $0.whole("shots") })
            let turned = try rows([job.run, "base"])
            #expect(
                turned.map { 0 - ($0.number("difference") ?? .nan) }
                    == own.map { $0.number("difference") })
            let other = try Program.run(
                [
                    "eval", "--limit", "1", "--shots", "2", "--categories", "stem", "--output",
                    "other", "--quiet",
                ], in: folder)
            try #require(other.status == 0, "\(other.errors)")
            let none = try compare(["base", "other"])
            #expect(none.status == 1 && none.output == "")
            #expect(
                none.errors
                    == "Error: base, other: have no question that both models answered with as many "
                    + "shots (A: 12 questions of 12 subjects with 0, 7 shots, B: 1 question of 1 "
                    + "subject with 2 shots); results on the same questions are needed\n")
        }
    }

    @Test func `import reports each column and each pair of them`() throws {
        try Fixture.withTemporaryFolder { folder in
            // Right letters go A, B, C, D in each subject of such a folder.
            try QuestionFolder.write(tests: ["nutrition": 4, "philosophy": 4], to: folder + "/d")
            try """
            subject,row,one,two
            nutrition,0,A,A
            nutrition,1,B,none
            nutrition,2,C,A
            nutrition,3,D,A
            philosophy,0,A,A
            philosophy,1,A,B
            """.write(toFile: folder + "/p.csv", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                ["results", "import", "p.csv", "--data", "d"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            let lines = ending.output.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.split(separator: " ").joined(separator: " ") }
            #expect(
                lines == [
                    "6 questions", "Human. Other All",
                    // All: within categories (2/6)² / 4 and (4/6)² / 16.
                    "one 50.0 (50.00 q) 100.0 (–) 83.3 (16.67 q)",
                    "95 % 9.5 to 90.5 51.0 to 100.0 43.6 to 97.0",
                    "two 100.0 (–) 25.0 (25.00 q) 50.0 (16.67 q)",
                    // Of all n_e is 6 (6/4 + 1) / (30/36 + 1) = 8.18.
                    "95 % 34.2 to 100.0 4.6 to 69.9 21.7 to 78.3", "",
                    "percent right (q: standard error over questions); 95 %: Wilson's interval. "
                        + "All: 6 questions that count alike; not MMLU's accuracy over its 14,042 "
                        + "test questions.", "",
                    "all questions right mean of subjects 95 % interval unreadable",
                    "one 83.3 75.0 31.4 to 95.2 0 of 6", "two 50.0 62.5 31.8 to 85.6 1 of 6", "",
                    "two less one:", "points difference 95 % interval p drop > 2",
                    // One gained of two; three lost of four: mid-p 1/2, of 2 tests 1, and 1/8, of 2
                    // tests 1/4; together one against three, 2 · 1/16 + 4/16.
                    "Human. +50.0 [-48.6, +90.5] 0.500 n too small",
                    "Other -75.0 [-95.4, +10.7] 0.250 n too small",
                    "All -33.3 [-69.4, +18.2] 0.375 n too small", "",
                    "95 %: Tango's interval, by question; p: of no change; drop > 2: whether a drop "
                        + "beyond 2 points is excluded at 0.05. p and drop are adjusted over the "
                        + "categories with as many shots (Holm); All is a summary.", "",
                ])
            let json = try Program.run(
                ["results", "import", "p.csv", "--data", "d", "--json"], in: folder)
            let file = try JSONText.object(json.output)
            #expect(file.objects("accuracy").allSatisfy { $0.isNull("shots") })
            #expect(
                file.objects("accuracy").compactMap { $0.text("model") }
                    == ["one", "one", "one", "two", "two", "two"])
            #expect(file.objects("comparison").last?.number("mcnemar_p") == 0.375)
            let wrong = try Program.run(
                ["results", "import", "p.csv", "--data", "d", "--split", "train"], in: folder)
            #expect(wrong.status == 64)
            #expect(
                wrong.errors == "Error: --split train: one of test, val, dev is needed\n")
        }
    }
}
