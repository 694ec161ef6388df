import Foundation
import TestSupport
import Testing

/// Help texts, whole; `FT_MMLU_RECORD=1` writes them anew, and fails where it does.
@Suite struct HelpTests {
    private static let folder =
        Fixture.repository.appendingPathComponent("Tests/Fixtures/help").path

    @Test(arguments: [
        [], ["train"], ["eval"], ["tokenize"], ["logits"], ["merge"], ["inspect"],
        ["verify-adapter"], ["sweep"], ["plan"], ["pocket"], ["pocket", "world"],
        ["pocket", "pretrain"], ["bench"], ["bench", "load"], ["bench", "tokenizer"],
        ["bench", "train"], ["bench", "eval"], ["explain"], ["results"], ["results", "list"],
        ["results", "table"], ["results", "figure"], ["results", "report"], ["results", "export"],
        ["results", "add"], ["results", "recompute"],
        ["results", "compare"], ["results", "import"], ["theory"], ["theory", "error"],
        ["theory", "optimum"], ["theory", "table"], ["regression"], ["reproduce"], ["rationales"],
        ["doctor"],
    ])
    func `a command's help is as recorded`(command: [String]) throws {
        let ending = try Program.run(command + ["--help"], in: NSTemporaryDirectory())
        #expect(ending.status == 0)
        #expect(ending.errors == "")
        let name = command.isEmpty ? "ft-mmlu" : command.joined(separator: "-")
        let path = "\(Self.folder)/\(name).txt"
        if ProcessInfo.processInfo.environment["FT_MMLU_RECORD"] != nil {
            try FileManager.default.createDirectory(
                atPath: Self.folder, withIntermediateDirectories: true)
            try ending.output.write(toFile: path, atomically: true, encoding: .utf8)
            Issue.record("recorded \(path)")
        } else {
            #expect(try ending.output == String(contentsOfFile: path, encoding: .utf8))
        }
    }

    @Test func `every command the program names has its help recorded`() throws {
        let help = try Program.run(["--help"], in: NSTemporaryDirectory()).output
        let list = try #require(help.components(separatedBy: "SUBCOMMANDS:\n").last)
        let commands = list.components(separatedBy: "\n\n")[0].split(separator: "\n")
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first }
        #expect(commands.count >= 5)
        for command in commands {
            #expect(
                FileManager.default.fileExists(atPath: "\(Self.folder)/\(command).txt"),
                "\(command)")
        }
    }

    @Test func `the version is a line`() throws {
        let ending = try Program.run(["--version"], in: NSTemporaryDirectory())
        #expect(ending.output == "0.1.0\n")
        #expect(ending.status == 0)
    }
}
