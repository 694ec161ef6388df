import Foundation
import TestSupport
import Testing
import Tracking

/// Standard streams that are closed, full, or that nobody reads.
@Suite struct BrokenStreamTests {
    /// Runs a line of bash in which `"$0"` is the program.
    private func shell(
        _ line: String, in folder: String, input: String = ""
    ) throws -> Program.Ending {
        try Program.run(
            ["-c", line, Program.path], in: folder, input: input, program: "/bin/bash")
    }

    private static let training =
        #""$0" train --target V --category humanities --max-steps 6 --no-eval --store none "#
        + "--output r"
    private static let evaluation =
        #""$0" eval --limit 1 --categories stem --shots 0 --output r --store s.sqlite"#

    private func expectTrained(_ folder: String, steps: Int = 6) throws {
        #expect(try JSONText.lines(folder + "/r/metrics.jsonl").count == steps)
        let adapter = try FileManager.default.contentsOfDirectory(atPath: folder + "/r/adapter")
        #expect(
            adapter.sorted() == [
                "adapter_config.json", "adapter_model.safetensors", "trained_questions.json",
            ])
    }

    // MARK: Standard error

    @Test(arguments: [
        // Closed; a full disk; a reader that left.
        "2>&-", "2>/dev/full", "2> >(exec true)",
    ])
    func `a run goes on where its progress cannot be written`(redirection: String) throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try shell("\(Self.training) \(redirection)", in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.output == "run folder: r\n")
            try expectTrained(folder)
            // A closed stream's number was given to no file: nothing but JSON stands in them.
            _ = try JSONText.file(folder + "/r/run.json")
        }
    }

    @Test func `a run goes on where its pipe is full and nobody reads`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try shell(
                """
                mkfifo p; exec 9<>p; head -c 65536 /dev/zero >&9
                \(Self.training) 2>&9
                """, in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            try expectTrained(folder)
        }
    }

    @Test func `a run goes on after its terminal is gone`() throws {
        try Fixture.withTemporaryFolder { folder in
            // What openpty(3) does, which Glibc's module lacks.
            let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            var (number, locked) = (Int32(0), Int32(0))
            let (unlock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))
            try #require(
                master >= 0 && ioctl(master, unlock, &locked) == 0
                    && ioctl(master, getNumber, &number) == 0)
            let name = "/dev/pts/\(number)"
            let slave = open(name, O_RDWR | O_NOCTTY)
            try #require(slave >= 0)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Program.path)
            process.arguments = [
                "train", "--target", "V", "--category", "humanities", "--max-steps", "40",
                "--no-eval", "--store", "none", "--output", "r",
            ]
            process.currentDirectoryURL = URL(fileURLWithPath: folder)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle(fileDescriptor: slave)
            try process.run()
            close(slave)
            let limit = ContinuousClock.now + .seconds(60)
            let metrics = folder + "/r/metrics.jsonl"
            while FileManager.default.contents(atPath: metrics)?.isEmpty != false,
                process.isRunning, .now < limit
            { usleep(1_000) }
            close(master)
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == 0)
            try expectTrained(folder, steps: 40)
        }
    }

    // MARK: Standard output

    static let talkers = [
        "--help", "--version", "train --help", "help eval", "--generate-completion-script bash",
        "--experimental-dump-help", "theory error --regime full", "theory optimum",
        "inspect \(Fixture.pocket)",
        "doctor", "tokenize < words", "tokenize --decode < ids",
        "theory error --regime full --json",
    ]

    @Test(arguments: talkers)
    func `a failed write of results ends with 1 and a sentence`(words: String) throws {
        try Fixture.withTemporaryFolder { folder in
            try "one\ntwo\n".write(
                toFile: folder + "/words", atomically: false, encoding: .utf8)
            try "[1, 2]\n".write(toFile: folder + "/ids", atomically: false, encoding: .utf8)
            let whole = try shell("\"$0\" \(words)", in: folder)
            try #require(!whole.output.isEmpty, "\(whole.errors)")
            for (redirection, reason) in [
                (">/dev/full", "No space left on device"), (">&-", "Bad file descriptor"),
            ] {
                let ending = try shell("\"$0\" \(words) \(redirection)", in: folder)
                #expect(ending.status == 1, "\(redirection)")
                #expect(
                    ending.lastError
                        == "Error: standard output: cannot be written: \(reason)")
            }
            let left = try shell("\"$0\" \(words) > >(exec true); exit $?", in: folder)
            #expect(left.status == 141 || left.status == 0, "\(left.status)")
            #expect(left.errors == whole.errors, "\(left.errors)")
        }
    }

    @Test func `a full disk is told of after more than a buffer too`() throws {
        try Fixture.withTemporaryFolder { folder in
            let input = String(repeating: "some words of a line\n", count: 20_000)
            let full = try Program.run(["tokenize"], in: folder, input: input)
            #expect(full.status == 0 && full.output.utf8.count > 1 << 17)
            let ending = try shell(#""$0" tokenize >/dev/full"#, in: folder, input: input)
            #expect(ending.status == 1)
            #expect(
                ending.errors
                    == "Error: standard output: cannot be written: No space left on device\n")
        }
    }

    @Test func `a reader that has enough ends the program quietly`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try shell(
                #"yes 'some words of a line' | "$0" tokenize | head -n 2; echo "${PIPESTATUS[1]}""#,
                in: folder)
            let lines = ending.output.split(separator: "\n")
            #expect(lines.count == 3 && lines[0] == lines[1] && lines[0].hasPrefix("["))
            #expect(lines.last == "141")
            #expect(ending.errors == "")
        }
    }

    @Test(arguments: [
        (
            ">/dev/full", Int32(1),
            "Error: standard output: cannot be written: No space left on device\n"
        ),
        (">&-", 1, "Error: standard output: cannot be written: Bad file descriptor\n"),
        ("> >(exec true)", 141, ""),
    ])
    func `a run whose table cannot be printed keeps its files and its rows`(
        redirection: String, status: Int32, errors: String
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try shell("\(Self.evaluation) --quiet \(redirection)", in: folder)
            #expect(ending.status == status)
            #expect(ending.errors == errors)
            #expect(try !JSONText.lines(folder + "/r/answers.jsonl").isEmpty)
            _ = try JSONText.file(folder + "/r/results.json")
            let runs = try Store(folder + "/s.sqlite").runs()
            #expect(runs.count == 1 && runs[0].finishedAt != nil && runs[0].failure == nil)
        }
    }

    // MARK: Standard input

    @Test(arguments: [
        ("<.", "standard input: cannot be read: Is a directory"),
        ("<&-", "standard input: cannot be read: Bad file descriptor"),
        (
            #"< <(printf 'a\n\xff\xfe\n')"#,
            "standard input, line 2: is not UTF-8; text in UTF-8 is needed"
        ),
    ])
    func `input that cannot be read is no empty input`(redirection: String, words: String) throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try shell("\"$0\" tokenize \(redirection)", in: folder)
            #expect(ending.status == 1)
            #expect(ending.errors == "Error: \(words)\n")
        }
    }

    @Test func `lines of any length and end are read whole`() throws {
        try Fixture.withTemporaryFolder { folder in
            let long = String(repeating: "word ", count: 40_000)
            let ending = try Program.run(
                ["tokenize"], in: folder, input: "a b\r\n\n\(long)\na b")
            let lines = ending.output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(ending.status == 0 && lines.count == 5 && lines[4].isEmpty)
            #expect(lines[0] == lines[3] && lines[1] == "[]")
            #expect(lines[2].split(separator: ",").count > 40_000)
        }
    }
}
