import Benchmarks
import Foundation
import TestSupport
import Testing

/// `ft-mmlu rationales` stopped: by signals, budgets, and servers that will not answer.
@Suite struct RationalesStopTests {
    private func lineCount(_ path: String) -> Int {
        FileManager.default.contents(atPath: path)?.count { $0 == 10 } ?? 0
    }

    private func wait(for lines: Int, of job: TaughtJob, _ program: Program) {
        let limit = ContinuousClock.now + .seconds(60)
        while program.isRunning, lineCount(job.acceptedPath) < lines, ContinuousClock.now < limit {
            usleep(2_000)
        }
    }

    @Test func `killed in the middle, it goes on with nothing lost and nothing asked again`() throws
    {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(["--delay", "0.05"], questions: 60, in: folder)
            let options = ["--concurrency", "4"]
            let program = try job.start(options)
            wait(for: 20, of: job, program)
            program.send(SIGKILL)
            #expect(try program.wait().status == 128 + SIGKILL)
            usleep(300_000)
            let before = try job.server.requests().count
            // A line that the kill tore is not kept; the others are.
            let text = try String(contentsOfFile: job.acceptedPath, encoding: .utf8)
            let kept = try text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .map { try JSONText.object(String($0)) }.questionNames
            #expect(kept.count >= 20)
            let ending = try job.run(options)
            #expect(ending.status == 0, "\(ending.errors)")
            let names = try job.accepted().questionNames
            #expect(names.count == 60)
            #expect(Set(names).count == 60)
            #expect(Array(names.prefix(kept.count)) == kept)
            let later = try job.server.requests().dropFirst(before).map(\.question)
            #expect(Set(later).isDisjoint(with: kept))
            #expect(later.count == 60 - kept.count)
            // Under way when it was killed: at most as many as are allowed at one time.
            #expect(before - kept.count <= 4)
        }
    }

    @Test(arguments: [(SIGINT, 130, "Ctrl-C"), (SIGTERM, 143, "SIGTERM")])
    func `a signal lets the requests under way end, and keeps their answers`(
        signal: Int32, status: Int32, name: String
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(["--delay", "0.2"], questions: 40, in: folder)
            let program = try job.start(["--concurrency", "3"])
            wait(for: 3, of: job, program)
            program.send(signal)
            let ending = try program.wait()
            #expect(ending.status == status)
            #expect(ending.output == "")
            #expect(
                ending.lastError.hasPrefix(
                    "stopped by \(name); go on with: ft-mmlu rationales --teacher openai"))
            let kept = try job.accepted().count
            #expect(kept >= 3 && kept < 40)
            #expect(try job.server.requests().count == kept)
        }
    }

    @Test func `a budget of tokens stops in time, and a larger one goes on`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(questions: 30, in: folder)
            let options = ["--max-new-tokens", "20", "--concurrency", "8"]
            let first = try job.run(options + ["--max-tokens", "2500"])
            #expect(first.status == 1)
            // Each answer takes 120; each request reserves its bytes and 20.
            let kept = try job.accepted().count
            #expect(kept > 8 && kept * 120 <= 2500)
            #expect(
                first.lastError
                    == "Error: --max-tokens 2500: \(kept * 120) are used, and the next request could"
                    + " take it beyond; with a higher limit the same command resumes")
            #expect(try job.server.requests().count == kept)
            let second = try job.run(options + ["--max-tokens", "10000"])
            #expect(second.status == 0, "\(second.errors)")
            #expect(try job.server.requests().count == 30)
        }
    }

    @Test func `a budget of tokens is one for all rounds`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(["--always", "wrong"], questions: 10, in: folder)
            let ending = try job.run([
                "--samples", "5", "--max-new-tokens", "20", "--max-tokens", "3000",
            ])
            #expect(ending.status == 1)
            #expect(ending.lastError.hasPrefix("Error: --max-tokens 3000: "))
            let lines = try job.rejected()
            let used = lines.reduce(0) {
                $0 + ($1.whole("prompt_tokens") ?? 0) + ($1.whole("completion_tokens") ?? 0)
            }
            #expect(lines.count > 10)
            #expect(used <= 3000)
        }
    }

    @Test func `a budget of money counts what earlier runs cost`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(questions: 30, in: folder)
            // An answer costs 100 · 1 + 20 · 5 millionths.
            let options = [
                "--max-new-tokens", "20", "--price-input", "1", "--price-output", "5",
                "--max-cost", "0.0025",
            ]
            let first = try job.run(options)
            #expect(first.status == 1)
            let kept = try job.accepted().count
            #expect(kept > 4 && kept <= 12)
            #expect(first.lastError.hasPrefix("Error: --max-cost 0.0025: 0.00"))
            // What the first run had set aside for requests under way may pay for one more now; twelve
            // are paid for in all.
            let second = try job.run(options)
            #expect(second.status == 1)
            let all = try job.accepted().count
            #expect(all >= kept && all <= 12)
        }
    }

    @Test(arguments: [
        (
            "unauthorized",
            "the server refuses the key, or wants one (status 401); give one by --key-variable or"
                + " --key-file"
        ),
        (
            "quota",
            "the account of the key has no quota left (status 429: pay first, Bearer (key))"
        ),
        (
            "redirect",
            "the server sends elsewhere to http://127.0.0.1:9/v1/Bearer (key) (status 302); no key"
                + " is sent there: give the right --base-url"
        ),
        (
            "404",
            "the server knows no such model, or no chat/completions under --base-url (status 404:"
                + " no model for Bearer (key))"
        ),
        (
            "429-long",
            "the server wants a pause of 3600 s (status 429: come back); the same command resumes"
                + " after it"
        ),
    ])
    func `a server that will answer nobody ends the work at once`(
        reaction: String, words: String
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(["--always", reaction], questions: 30, in: folder)
            let ending = try job.run(["--concurrency", "2"])
            #expect(ending.status == 1)
            #expect(ending.lastError == "Error: " + words)
            #expect(ending.output == "")
            #expect(try job.server.requests().count <= 4)
            try job.expectNoKey(ending)
        }
    }

    @Test func `a question without an answer is named, the others are kept`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(["--always", "500"], questions: 2, in: folder)
            let ending = try job.run(["--retries", "2", "--concurrency", "1"])
            #expect(ending.status == 1)
            #expect(
                ending.lastError.hasPrefix(
                    "Error: 2 of 2 questions got no answer, the first of them"))
            #expect(
                ending.lastError.hasSuffix(
                    "status 500: out of order, 3 times; the same command asks them again"))
            #expect(ending.output.contains("no answer  2"), "\(ending.output)")
            #expect(try job.server.requests().count == 6)
            try job.expectNoKey(ending)
        }
    }

    @Test func `ten questions in a row without an answer end the work`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(["--always", "400"], questions: 40, in: folder)
            let ending = try job.run(["--concurrency", "2"])
            #expect(ending.status == 1)
            #expect(
                ending.lastError.hasSuffix(
                    "10 questions in a row got no answer, the last because of: status 400: too long,"
                        + " Bearer (key); the same command resumes when the server answers again"))
            #expect(try job.server.requests().count <= 12)
        }
    }

    @Test func `a server that is not there is not waited for`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(questions: 2, in: folder)
            let address = try job.server.baseURL()
            let command = try job.command([])
            job.server.stop()
            let ending = try Program.run(
                command, in: folder, environment: TaughtJob.environment)
            #expect(ending.status == 1)
            #expect(ending.lastError == "Error: \(address): the server cannot be reached")
        }
    }

    @Test func `a key that the server repeats is stored nowhere`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(["--always", "echo"], questions: 2, in: folder)
            let ending = try job.run()
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(try job.accepted().allSatisfy { $0.text("model") == "for Bearer (key)" })
            #expect(
                try job.accepted().allSatisfy {
                    $0.text("rationale")?.hasPrefix("Bearer (key) says: Number") == true
                })
            try job.expectNoKey(ending)
        }
    }
}
