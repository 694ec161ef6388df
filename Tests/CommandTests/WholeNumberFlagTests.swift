import Foundation
import TestSupport
import Testing

/// Whole numbers at the ends of what 64 bits hold, behind every flag that takes one.
@Suite struct WholeNumberFlagTests {
    /// A command that runs, quickly, but for what the flag says.
    struct Command: Sendable, CustomTestStringConvertible {
        let words: [String]
        let arguments: [String]
        var testDescription: String { words.joined(separator: " ") }

        init(_ words: String, _ arguments: [String] = []) {
            self.words = words.split(separator: " ").map(String.init)
            self.arguments = arguments
        }
    }

    private static let training = [
        "--target", "V", "--category", "stem", "--max-steps", "1", "--limit", "1", "--batch-size",
        "1", "--no-eval", "--store", "none", "--quiet", "--output", "r",
    ]
    private static let sweep = [
        "--targets", "V", "--category", "stem", "--max-steps", "1", "--limit", "1", "--batch-size",
        "1", "--quiet", "--output", "r",
    ]

    static let commands = [
        Command("train", training),
        Command(
            "eval",
            [
                "--limit", "1", "--shots", "0", "--categories", "stem", "--store", "none",
                "--quiet", "--output", "r",
            ]),
        Command("sweep", sweep + ["--store", "none"]),
        Command("plan", Array(sweep.dropLast(2))),
        Command("logits", ["--examples", "ids.jsonl", "--output", "l"]),
        Command(
            "verify-adapter",
            [
                "--adapter", "\(Fixture.golden)/tiny/runs/v/adapter_init", "--limit", "1", "--data",
                "\(Fixture.pocket)/mmlu",
            ]),
        Command("pocket world", ["--output", "w"]),
        Command("pocket pretrain", ["--world", "w", "--steps", "1"]),
        Command("explain", ["a", "b"]),
        Command("results import", ["p.csv"]),
        Command("bench load", ["--model", "\(Fixture.golden)/tiny/checkpoint", "--rounds", "1"]),
        Command(
            "bench train",
            ["--shape", "\(Fixture.golden)/tiny/checkpoint", "--rounds", "1", "--batch-size", "1"]),
        Command(
            "bench eval",
            [
                "--shape", "\(Fixture.golden)/tiny/checkpoint", "--rounds", "1", "--subjects", "1",
                "--questions", "1", "--prefix", "2",
            ]),
        Command("theory error", ["--regime", "full"]), Command("theory optimum"),
        Command(
            "regression",
            [
                "--iterations", "1", "--pretraining-iterations", "1", "--seeds", "1",
                "--batch-size", "10", "--quiet", "--output", "r",
            ]),
        Command("reproduce", ["figure2", "--quick", "--quiet", "--output", "r"]),
        Command(
            "rationales",
            [
                "--teacher", "openai", "--base-url", "http://127.0.0.1:9/v1", "--model", "m",
                "--category", "stem", "--limit", "1", "--retries", "0", "--output", "r.jsonl",
            ]),
        Command("doctor"),
    ]

    /// Flags whose value is a number of something, or a list of them, by the program's own
    /// description: command, flag.
    private static let flags = Result {
        let ending = try Program.run(["--experimental-dump-help"], in: NSTemporaryDirectory())
        let root = try #require(try JSONText.object(ending.output)["command"] as? [String: Any])
        return all(below: root, [])
    }

    private static func all(
        below command: [String: Any], _ words: [String]
    ) -> [(command: [String], flag: String)] {
        let own = command.objects("arguments").filter {
            $0.text("kind") == "option"
                && ["n", "m", "d", "list", "seconds", "range"].contains($0.text("valueName"))
        }.flatMap { $0.objects("names") }.filter { $0.text("kind") == "long" }
            .compactMap { $0.text("name") }.map { (command: words, flag: $0) }
        return own
            + command.objects("subcommands").flatMap {
                all(below: $0, words + [$0.text("commandName") ?? ""])
            }
    }

    /// The ends of what fits; of one command also what does not, and what doubles beyond it.
    private static let extremes = ["9223372036854775807", "-9223372036854775808"]
    private static let others = [
        "4611686018427387904", "18446744073709551615", "100000000000000000000",
    ]

    @Test func `every command with such a flag is looked at`() throws {
        let found = Set(try Self.flags.get().map { $0.command.joined(separator: " ") })
        #expect(found.count > 10)
        #expect(found.subtracting(Self.commands.map(\.testDescription)) == [])
    }

    @Test(arguments: commands)
    func `no number is too large for a sentence`(command: Command) throws {
        let flags = try Self.flags.get().filter { $0.command == command.words }.map(\.flag)
        #expect(!flags.isEmpty)
        try inFolder(command.words + command.arguments) { ending, note in
            // Else the refusals below would be of something else.
            #expect(ending.status != 64, "\(note)")
        }
        for flag in flags {
            let others = command.words == ["train"] ? Self.others : []
            for value in Self.extremes + others {
                try expectSentence(
                    command.words + command.arguments + ["--\(flag)=\(value)"],
                    mayWork: Self.mayBeLarge(flag))
            }
        }
    }

    @Test(arguments: [commands[0], commands[1], commands[2]])
    func `nor in a file`(command: Command) throws {
        let flags = try Self.flags.get().filter { $0.command == command.words }.map(\.flag)
        for flag in flags {
            let given = command.arguments.firstIndex(of: "--\(flag)")
            var arguments = command.arguments
            if let given { arguments.removeSubrange(given...given + 1) }
            try expectSentence(
                command.words + arguments + ["--config", "c.yaml"], mayWork: Self.mayBeLarge(flag),
                file: "\(flag): \(Self.extremes[0])\n")
        }
    }

    /// Seeds may be any, and numbers that are not whole may be large.
    private static func mayBeLarge(_ flag: String) -> Bool {
        flag.contains("seed") || ["learning-rates", "few-shot-weights"].contains(flag)
    }

    /// Expects that the program refuses, or works where it may.
    private func expectSentence(
        _ arguments: [String], mayWork: Bool, file: String = ""
    ) throws {
        try inFolder(arguments, file: file) { ending, note in
            if mayWork, ending.status == 0 { return }
            #expect(ending.status == 64 || ending.status == 1, "\(note)")
            #expect(ending.lastError.hasPrefix("Error: ") || ending.status == 64, "\(note)")
        }
    }

    /// Runs the program where the files are that its arguments name.
    private func inFolder(
        _ arguments: [String], file: String = "",
        _ check: (_ ending: Program.Ending, _ note: String) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            for (name, text) in [
                ("c.yaml", file), ("ids.jsonl", "{\"input_ids\": [1, 2, 3]}\n"),
                ("p.csv", "subject,row,gold,m\nvirology,0,A,A\n"),
            ] {
                try text.write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
            }
            let ending = try Program.run(arguments, in: folder)
            let words = arguments.joined(separator: " ")
            try check(ending, "\(words) \(file): \(ending.status) \(ending.errors)")
        }
    }
}
