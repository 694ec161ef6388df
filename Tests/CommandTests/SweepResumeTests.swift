import Foundation
import TestSupport
import Testing

/// Sweeps that are stopped, helped, or have cells that fail.
@Suite struct SweepResumeTests {
    @Test(arguments: ["1", "5", "8"])
    func `a sweep that is killed goes on and ends as one left alone`(number: String) throws {
        let whole = try SweepJob.shared()
        try Fixture.withTemporaryFolder { folder in
            let program = try Program(SweepJob.start, in: folder)
            // In the middle of a cell: once that many have written steps.
            let cells = folder + "/study/cells"
            let count = try #require(Int(number))
            while program.isRunning {
                let begun = try? FileManager.default.contentsOfDirectory(atPath: cells).count {
                    FileManager.default.fileExists(atPath: "\(cells)/\($0)/metrics.jsonl")
                }
                if begun ?? 0 >= count { break }
                usleep(2_000)
            }
            program.send(SIGKILL)
            #expect(try program.wait().status == 128 + SIGKILL)
            let before = try FileManager.default.contentsOfDirectory(atPath: cells).count
            let ending = try Program.run(["sweep", "--resume", "study"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.output == whole.ending.output)
            #expect(SweepJob.begun(ending).count <= 13 + 1 - before)
            try whole.expectSame(folder + "/study")
        }
    }

    @Test func `a signal stops it, and its message says how to go on`() throws {
        let whole = try SweepJob.shared()
        try Fixture.withTemporaryFolder { folder in
            let stopped = try Program.run(
                SweepJob.start, in: folder, until: 1,
                of: "study/cells/v-zs-2e-2-s1/metrics.jsonl", then: SIGTERM)
            #expect(stopped.status == 143, "\(stopped.errors)")
            #expect(
                stopped.lastError
                    == "stopped by SIGTERM; go on with: ft-mmlu sweep --resume study")
            let ending = try Program.run(["sweep", "--resume", "study"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            try whole.expectSame(folder + "/study")
            #expect(!FileManager.default.fileExists(atPath: folder + "/study/failure.json"))
        }
    }

    @Test func `what is done is not done again`() throws {
        let whole = try SweepJob.shared()
        let before = try SweepJob.contents(whole.path)
        let ending = try Program.run(["sweep", "--resume", whole.path], in: "/")
        #expect(ending.status == 0)
        #expect(SweepJob.begun(ending).isEmpty)
        #expect(try SweepJob.contents(whole.path) == before)
    }

    @Test func `two processes do each cell once, and one alone would have got the same`() throws {
        let whole = try SweepJob.shared()
        try Fixture.withTemporaryFolder { folder in
            let first = try Program(SweepJob.start, in: folder)
            first.wait(untilChanged: folder + "/study/questions.json", from: nil)
            let second = try Program(["sweep", "--resume", "study"], in: folder)
            let endings = [try first.wait(), try second.wait()]
            for ending in endings {
                #expect(ending.status == 0, "\(ending.errors)")
                #expect(ending.output == whole.ending.output)
            }
            let begun = endings.map(SweepJob.begun)
            #expect(begun.allSatisfy { !$0.isEmpty })
            #expect((begun[0] + begun[1]).sorted() == SweepJob.begun(whole.ending).sorted())
            try whole.expectSame(folder + "/study")
        }
    }

    @Test func `cells can be done one by one by number, and gathered at the end`() throws {
        let arguments =
            [
                "sweep", "--targets", "V", "--category", "stem", "--learning-rates", "0.002,0.02",
                "--output", "study",
            ] + SweepJob.common
        try Fixture.withTemporaryFolder { folder in
            let whole = folder + "/whole"
            try FileManager.default.createDirectory(
                atPath: whole, withIntermediateDirectories: true)
            #expect(try Program.run(arguments, in: whole).status == 0)
            let first = try Program.run(arguments + ["--cell", "1"], in: folder)
            #expect(first.status == 0 && first.output == "", "\(first.errors)")
            #expect(SweepJob.begun(first) == ["1 v-zs-2e-3-s0"])
            func cell(_ number: String) throws -> Program.Ending {
                try Program.run(["sweep", "--resume", "study", "--cell", number], in: folder)
            }
            let early = try cell("3")
            #expect(early.status == 64)
            #expect(
                early.lastError == "Error: --cell 3: its settings are not chosen yet; the cells "
                    + "before 3 must be done first")
            let absent = try cell("4")
            #expect(absent.status == 64)
            #expect(absent.lastError == "Error: --cell 4: the study has cells 0 to 3")
            #expect(try SweepJob.begun(cell("2")) == ["2 v-zs-2e-2-s0"])
            #expect(try SweepJob.begun(cell("2")).isEmpty)
            #expect(try cell("3").status == 0)
            // The base model's cell is left, then the results are gathered.
            let rest = try Program.run(["sweep", "--resume", "study"], in: folder)
            #expect(rest.status == 0)
            #expect(SweepJob.begun(rest) == ["0 base"])
            #expect(
                FileManager.default.contents(atPath: folder + "/study/results.json")
                    == FileManager.default.contents(atPath: whole + "/study/results.json"))
        }
    }

    @Test func `the base model's answers are taken for questions of the same content alone`() throws
    {
        try Fixture.withTemporaryFolder { folder in
            let arguments =
                [
                    "sweep", "--targets", "V", "--category", "stem", "--learning-rates", "0.002",
                    "--output", "study", "--store", "none",
                ] + SweepJob.common
            let base = try Program.run(arguments + ["--cell", "0"], in: folder)
            #expect(SweepJob.begun(base) == ["0 base"], "\(base.errors)")
            let path = folder + "/study/cells/base/answers.jsonl"
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
                .map(String.init)
            // The hashes of two questions: one is said to have been another question.
            var hashes: [String] = []
            for line in lines {
                let match = try #require(line.firstMatch(of: /"question_hash": "([0-9a-f]+)"/))
                if !hashes.contains(String(match.1)) { hashes.append(String(match.1)) }
            }
            let (kept, moved) = (hashes[0], hashes[1])
            let marked = lines.map { line in
                guard line.contains(kept) || line.contains(moved) else { return line }
                return line.replacing("\"text\": \"", with: "\"text\": \"marked ")
                    .replacing(moved, with: "0123456789abcdef")
            }
            try (marked.joined(separator: "\n") + "\n").write(
                toFile: path, atomically: false, encoding: .utf8)
            let rest = try Program.run(["sweep", "--resume", "study"], in: folder)
            #expect(rest.status == 0, "\(rest.errors)")
            let cell = folder + "/study/cells/v-zs-2e-3-s0/answers.jsonl"
            let found = try String(contentsOfFile: cell, encoding: .utf8).split(separator: "\n")
                .map(String.init).filter { $0.contains("\"model\": \"base\"") }
            #expect(found.count == lines.count)
            #expect(found.count { $0.contains("marked ") } == lines.count { $0.contains(kept) })
            #expect(found.filter { $0.contains(kept) } == marked.filter { $0.contains(kept) })
            // Asked again, it is answered as at first.
            #expect(found.filter { $0.contains(moved) } == lines.filter { $0.contains(moved) })
        }
    }

    @Test func `a cell that fails is recorded with its cause, and the rest goes on`() throws {
        try Fixture.withTemporaryFolder { folder in
            let arguments =
                [
                    "sweep", "--targets", "Q,V", "--category", "other", "--learning-rates",
                    "0,0.002", "--schedule", "constant", "--output", "study",
                ] + SweepJob.common
            let ending = try Program.run(arguments, in: folder)
            #expect(ending.status == 1)
            let name = "q-zs-0-s0"
            let failure = try JSONText.file(folder + "/study/cells/\(name)/failure.json")
            #expect(failure.text("kind") == "other")
            let cause = try #require(failure.text("cause"))
            #expect(cause.contains("changed the adapter: the learning rate was 0"), "\(cause)")
            #expect(
                ending.lastError
                    == "Error: 2 cells failed: \(name) (\(cause)), v-zs-0-s0; failure.json in "
                    + "each folder says why; run again with: ft-mmlu sweep --resume study "
                    + "--retry-failed")
            let results = try JSONText.file(folder + "/study/results.json")
            let cells = results.objects("cells")
            #expect(
                cells.filter { $0.text("outcome") == "failed" }.compactMap { $0.text("cell") }
                    == [name, "v-zs-0-s0"])
            // The others were chosen and reported.
            for row in results.objects("table").dropFirst() {
                #expect((row["chosen"] as? [String: Any])?.number("learning_rate") == 0.002)
                #expect(row.objects("candidates").count == 1)
                let failed = row.objects("failed_candidates")
                #expect(failed.count == 1 && failed.first?.number("learning_rate") == 0)
                let why = try #require(failed.first?["failure"] as? [String: Any])
                #expect(why.text("kind") == "other")
                #expect(why.text("cause") == cause)
                #expect(row.objects("accuracy").count == 10)
            }
            // It stays failed until it is asked for again.
            let resumed = try Program.run(["sweep", "--resume", "study"], in: folder)
            #expect(resumed.status == 1 && SweepJob.begun(resumed).isEmpty)
            let again = try Program.run(
                ["sweep", "--resume", "study", "--retry-failed"], in: folder)
            #expect(again.status == 1)
            #expect(SweepJob.begun(again) == ["1 \(name)", "3 v-zs-0-s0"])
        }
    }

    @Test func `a study of nothing but failures says so, and has no winner`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                [
                    "sweep", "--targets", "V", "--category", "other", "--learning-rates",
                    "0,1e-300", "--schedule", "constant", "--output", "study",
                    "--quiet",
                ] + SweepJob.common, in: folder)
            #expect(ending.status == 1)
            #expect(ending.errors.hasPrefix("Error: 2 cells failed: v-zs-0-s0 ("))
            let rows = try JSONText.file(folder + "/study/results.json").objects("table")
            #expect(rows.count == 2 && rows[1].isNull("chosen"))
            #expect(rows[1].objects("accuracy").isEmpty)
        }
    }
}
