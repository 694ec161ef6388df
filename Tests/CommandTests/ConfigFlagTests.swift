import Foundation
import TestSupport
import Testing

/// Every long flag of every command that takes `--config` may stand in the file.
@Suite struct ConfigFlagTests {
    /// A command, and its flags that are told of in its help.
    private struct Command {
        let words: [String]
        let flags: [String]
        let takesFile: Bool
    }

    /// By the program's own description of itself.
    private static let commands = Result {
        let ending = try Program.run(["--experimental-dump-help"], in: NSTemporaryDirectory())
        let root = try #require(try JSONText.object(ending.output)["command"] as? [String: Any])
        return all(below: root, [])
    }

    private static func all(below command: [String: Any], _ words: [String]) -> [Command] {
        let flags = command.objects("arguments").filter { $0["shouldDisplay"] as? Bool == true }
            .flatMap { $0.objects("names") }.filter { $0.text("kind") == "long" }
            .compactMap { $0.text("name") }
        let own = Command(
            words: words,
            flags: flags.filter { !["help", "version", "config"].contains($0) },
            takesFile: flags.contains("config"))
        return [own]
            + command.objects("subcommands").flatMap {
                all(below: $0, words + [$0.text("commandName") ?? ""])
            }
    }

    @Test func `a file with every flag is refused only for what is no flag`() throws {
        let commands = try Self.commands.get().filter(\.takesFile)
        let names = Set(commands.map { $0.words.joined(separator: " ") })
        #expect(names.isSuperset(of: ["train", "eval", "sweep", "plan", "reproduce", "doctor"]))
        for command in commands {
            try Fixture.withTemporaryFolder { folder in
                // The last, so that every other was read before.
                try (command.flags.map { "\($0): 1\n" }.joined() + "not-a-flag-at-all: 1\n")
                    .write(toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
                let ending = try Program.run(
                    command.words + ["--config", "c.yaml"], in: folder)
                let note = "\(command.words): \(ending.errors)"
                #expect(ending.status == 64, "\(note)")
                #expect(
                    ending.firstError.hasPrefix(
                        "Error: --config c.yaml: there is no setting 'not-a-flag-at-all'"),
                    "\(note)")
                #expect(command.flags.count >= 1, "\(note)")
            }
        }
    }

    @Test func `reproduce takes its folder and its pace from a file`() throws {
        try Fixture.withTemporaryFolder { folder in
            func write(_ text: String) throws {
                try text.write(toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
            }
            try write("quick: true\nquiet: true\noutput: f\n")
            let ending = try Program.run(
                ["reproduce", "table1", "--config", "c.yaml"], in: folder)
            #expect(ending.status == 0 && ending.errors == "", "\(ending.errors)")
            #expect(ending.output.contains("Quick: two seeds"))
            #expect(FileManager.default.fileExists(atPath: folder + "/f/table1.md"))
            try write("quick: true\nseeds: [0, 1]\n")
            let refused = try Program.run(
                ["reproduce", "figure2", "table1", "--config", "c.yaml"], in: folder)
            #expect(refused.status == 64)
            #expect(
                refused.errors
                    == "Error: --config c.yaml: seeds: says something of a study's model; figure2, "
                    + "table1 has none\n")
        }
    }

    @Test func `what a flag of a call says is checked in a file too`() throws {
        try Fixture.withTemporaryFolder { folder in
            for (text, words) in [
                ("quiet: perhaps", "--config c.yaml: quiet perhaps: true or false is needed"),
                ("workers: 2", "--config c.yaml: there is no setting 'workers'"),
                ("output: [a, b]", "--config c.yaml: 'output' is not one plain value"),
                ("resume: r", "--resume r: --config was given too; only --device, "),
            ] {
                try text.write(toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
                let ending = try Program.run(["train", "--config", "c.yaml"], in: folder)
                #expect(ending.status == 64)
                #expect(ending.firstError.hasPrefix("Error: \(words)"), "\(ending.errors)")
            }
        }
    }

    @Test func `a plan takes the file of the sweep that it plans`() throws {
        try Fixture.withTemporaryFolder { folder in
            try """
            targets: [V]
            category: stem
            limit: 1
            max-steps: 1
            workers: 2
            output: study
            slurm-options: ["--a", "--b"]
            quiet: true
            """.write(toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
            let ending = try Program.run(["plan", "--config", "c.yaml"], in: folder)
            #expect(ending.status == 0 && ending.errors == "", "\(ending.errors)")
            #expect(ending.output.hasPrefix("cells: 2, the base model's among them\n"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["c.yaml"])
        }
    }

    @Test func `lists of shots and categories may be lists`() throws {
        try Fixture.withTemporaryFolder { folder in
            try "shots: [0, 2]\ncategories: [stem, other]\nlimit: 1\noutput: r\nquiet: true\n"
                .write(toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
            let ending = try Program.run(["eval", "--config", "c.yaml"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            let config = try String(contentsOfFile: folder + "/r/config.yaml", encoding: .utf8)
            #expect(config.contains("\nshots: \"0,2\"\n"), "\(config)")
            #expect(config.contains("\ncategories: \"stem,other\"\n"), "\(config)")
        }
    }
}
