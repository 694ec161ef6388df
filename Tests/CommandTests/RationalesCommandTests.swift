import Benchmarks
import Foundation
import TestSupport
import Testing

/// `ft-mmlu rationales` against a server that misbehaves on purpose.
@Suite struct RationalesCommandTests {
    private static let count = Fixture.runsLongTests ? 1000 : 100

    @Test func `with a fifth of faults every question ends with one answer`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(
                ["--faults", "0.2", "--seed", "7"], questions: Self.count, in: folder)
            let ending = try job.run()
            #expect(ending.status == 0, "\(ending.errors)")
            let names = try job.accepted().questionNames
            #expect(names.count == Self.count)
            #expect(Set(names).count == Self.count)
            #expect(try job.rejected().isEmpty)
            let requests = try job.server.requests()
            let faults = requests.count { $0.reaction != "answer" }
            #expect(faults > Self.count / 10)
            #expect(
                requests.count >= Self.count + faults - requests.count { $0.reaction == "slow" })
            #expect(requests.allSatisfy { $0.key == "Bearer " + TaughtJob.key })
            try job.expectNoKey(ending)
            #expect(ending.output.contains("accepted"))
            #expect(ending.output.contains("\(Self.count) of \(Self.count)   r.jsonl"))
        }
    }

    @Test func `a line says who wrote it, when and of what`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(questions: 3, in: folder)
            let ending = try job.run(["--max-new-tokens", "77", "--temperature", "0.5"])
            #expect(ending.status == 0, "\(ending.errors)")
            for line in try job.accepted() {
                #expect(line.text("teacher") == "openai")
                #expect(line.text("model") == "teacher-1-0314")
                #expect(line.whole("prompt_tokens") == 100)
                #expect(line.whole("completion_tokens") == 20)
                #expect(line["accepted"] as? Bool == true)
                #expect(line["hint"] as? Bool == false)
                #expect(line.text("rationale") == "Number \(line.whole("row") ?? -1) is so.")
                #expect(line.text("prompt_hash")?.count == 64)
            }
            let request = try #require(try job.server.requests().first)
            #expect(request.model == "teacher-1")
            #expect(request.limit == "77")
            #expect(request.temperature == "0.5")
            #expect(request.system.contains("\"The answer is X.\""))
            #expect(
                request.text.hasPrefix(
                    "The following are multiple choice questions (with answers) about philosophy. "
                        + "Think step by step, then finish with \"The answer is X.\"\n\nwhich of"))
            #expect(request.text.hasSuffix("\nAnswer:"))
            #expect(
                ending.output.hasPrefix(
                    """
                    accepted         3 of 3   r.jsonl
                    rejected         0   r.rejected.jsonl
                    model            teacher-1-0314   3
                    words            4 (least), 4 (25 %), 4 (median), 4 (75 %), 4 (90 %), 4 (most)
                    language         English 3
                    near-duplicates  0
                    tokens           300 read, 60 written

                    """), "\(ending.output)")
        }
    }

    @Test(arguments: [
        ("wrong", "wrong letter"), ("truncated", "truncated"), ("refusal", "refusal"),
        ("filtered", "refusal"), ("empty", "empty"), ("unreadable", "no readable letter"),
        ("several", "several answers"), ("bare", "no reasoning"),
        ("thought", "only a think block"),
    ])
    func `a reply that is no rationale stands apart with the reason, and can be asked again`(
        reaction: String, reason: String
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(
                ["--always", reaction, "--always", "answer"], questions: 1, in: folder)
            let first = try job.run()
            #expect(first.status == 0, "\(first.errors)")
            #expect(try job.accepted().isEmpty)
            #expect(try job.rejected().map { $0.text("reason") } == [reason])
            #expect(first.output.contains("  \(reason)"))
            _ = try job.run()
            #expect(try job.server.requests().count == 1)
            let again = try job.run(["--retry-rejected"])
            #expect(again.status == 0, "\(again.errors)")
            #expect(try job.accepted().map { $0.whole("attempt") } == [1])
            #expect(try job.server.requests().count == 2)
        }
    }

    @Test func `what a reasoning model thinks is neither its answer nor kept`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(["--always", "thinking"], questions: 3, in: folder)
            let ending = try job.run()
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(try job.rejected().isEmpty)
            let kept = try job.accepted()
            #expect(kept.count == 3)
            for line in kept {
                #expect(line.text("rationale") == "Number \(line.whole("row") ?? -1) is so.")
            }
        }
    }

    @Test func `what is for this machine goes through no proxy`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(questions: 1, in: folder)
            var environment = TaughtJob.environment
            // Nobody listens there.
            environment["http_proxy"] = "http://127.0.0.1:9"
            environment["no_proxy"] = "example.com"
            let ending = try Program.run(job.command([]), in: folder, environment: environment)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(try job.accepted().count == 1)
        }
    }

    @Test func `a hint gives the right answer after wrong ones, and the line says so`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(
                ["--always", "wrong", "--always", "wrong", "--always", "boxed"], questions: 1,
                in: folder)
            let ending = try job.run(["--samples", "2", "--hint"])
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(try job.server.requests().map(\.hint) == ["false", "false", "true"])
            #expect(try job.accepted().map { $0["hint"] as? Bool } == [true])
            #expect(ending.output.contains("with a hint"))
        }
    }

    @Test(arguments: [("429-seconds", 1.0), ("429-date", 0.9)])
    func `a server that says how long to wait is obeyed`(
        reaction: String, seconds: Double
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(
                ["--always", reaction, "--always", "answer"], questions: 1, in: folder)
            #expect(try job.run().status == 0)
            let times = try job.server.requests().map(\.seconds)
            try #require(times.count == 2)
            #expect(times[1] - times[0] >= seconds)
        }
    }

    @Test func `used-up requests and requests a minute hold the next one back`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(["--always", "exhausted"], questions: 2, in: folder)
            #expect(try job.run(["--concurrency", "1"]).status == 0)
            let times = try job.server.requests().map(\.seconds)
            try #require(times.count == 2)
            #expect(times[1] - times[0] >= 0.3)
        }
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(questions: 8, in: folder)
            #expect(try job.run(["--requests-per-minute", "300"]).status == 0)
            let times = try job.server.requests().map(\.seconds)
            try #require(times.count == 8)
            // Seven times a fifth of a second, less what the first waited on its way.
            #expect(times[7] - times[0] >= 1)
        }
    }

    @Test func `a body that does not end is given up and asked for again`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(
                [
                    "--always", "stall", "--always", "half", "--always", "drop", "--always",
                    "answer",
                ],
                questions: 1, in: folder)
            let ending = try job.run(["--timeout", "4"])
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(
                try job.server.requests().map(\.reaction) == ["stall", "half", "drop", "answer"])
            #expect(try job.accepted().count == 1)
        }
    }

    @Test func `as many requests as allowed are under way at one time, and no more`() throws {
        try Fixture.withTemporaryFolder { folder in
            let job = try TaughtJob(["--delay", "0.5"], questions: 12, in: folder)
            #expect(try job.run(["--concurrency", "4"]).status == 0)
            let times = try job.server.requests().map(\.seconds)
            try #require(times.count == 12)
            // A fifth waits for the answer to one of four, which takes half a second.
            for index in 4..<12 { #expect(times[index] - times[index - 4] >= 0.49) }
            #expect((3..<12).contains { times[$0] - times[$0 - 3] < 0.49 })
        }
    }
}
