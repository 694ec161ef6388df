import Foundation
import TestSupport
import Testing

/// The exit codes of docs/runs.md: a row for each code and kind of error.
@Suite struct ExitCodeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let status: Int32
        let kind: String
        let arguments: [String]
        /// The beginning of standard error's first line; "" where nothing is written there.
        let error: String
        /// The files of the folder that it starts in.
        var files: [String: String] = [:]
        /// The signal sent once the run has made a step.
        var signal: Int32?

        var testDescription: String { "\(status): \(kind)" }
    }

    private static let train = ["train", "--target", "V", "--category", "stem", "--output", "r"]
    private static let tiny = Fixture.golden + "/tiny/checkpoint"

    static let rows = [
        Row(status: 0, kind: "help", arguments: ["eval", "--help"], error: ""),
        Row(
            status: 0, kind: "a result",
            arguments: ["theory", "error", "--regime", "pretrained", "--shots", "0"], error: ""),
        Row(
            status: 0, kind: "a file", arguments: ["pocket", "world", "--output", "w"], error: "w: "
        ),

        Row(
            status: 64, kind: "an unknown command", arguments: ["trian"],
            error: "Error: there is no command 'trian'"),
        Row(
            status: 64, kind: "an unknown flag", arguments: ["eval", "--shot", "0"],
            error: "Error: Unknown option '--shot'"),
        Row(
            status: 64, kind: "a flag without its value", arguments: ["eval", "--shots"],
            error: "Error: Missing value for '--shots <list>'"),
        Row(
            status: 64, kind: "a flag that is needed", arguments: ["merge"],
            error: "Error: Missing expected argument '--model <folder>'"),
        Row(
            status: 64, kind: "a word out of a list", arguments: ["eval", "--scoring", "leter"],
            error: "Error: --scoring leter: did you mean letter? one of letter, "),
        Row(
            status: 64, kind: "a word of a flag that is no setting",
            arguments: ["rationales", "--category", "stem", "--teacher", "slef"],
            error: "Error: --teacher slef: did you mean self? one of openai, self, file is needed"),
        Row(
            status: 64, kind: "no number", arguments: ["explain", "a", "b", "--limit", "many"],
            error: "Error: --limit many: "),
        Row(
            status: 64, kind: "a number out of bounds", arguments: train + ["--rank", "0"],
            error: "Error: --rank 0: a whole number from 1 is needed"),
        Row(
            status: 64, kind: "a number out of bounds of a command's own",
            arguments: ["pocket", "pretrain", "--world", "w", "--steps", "0"],
            error: "Error: --steps 0: at least 1 is needed"),
        Row(
            status: 64, kind: "an empty path",
            arguments: ["merge", "--model", "", "--adapter", "a"],
            error: "Error: --model: is empty; the path of a model folder"),
        Row(
            status: 64, kind: "an empty path of a setting", arguments: ["eval", "--data", ""],
            error: "Error: --data: is empty; the path of a folder is needed"),
        Row(
            status: 64, kind: "flags that contradict each other",
            arguments: ["eval", "--with-base"],
            error: "Error: --with-base: says something of an adapter"),
        Row(
            status: 64, kind: "a flag beside --resume",
            arguments: ["train", "--resume", "r", "--rank", "4"],
            error: "Error: --resume r: --rank was given too"),
        Row(
            status: 64, kind: "no settings file", arguments: train + ["--config", "c.yaml"],
            error: "Error: --config c.yaml: there is no such file"),
        Row(
            status: 64, kind: "a name in a settings file",
            arguments: train + ["--config", "c.yaml"],
            error: "Error: --config c.yaml: there is no setting 'rnak'",
            files: ["c.yaml": "rnak: 4"]),
        Row(
            status: 64, kind: "a value in a settings file",
            arguments: train + ["--config", "c.yaml"],
            error: "Error: c.yaml: rank 0: a whole number from 1 is needed",
            files: ["c.yaml": "rank: 0"]),
        Row(
            status: 64, kind: "a folder that has contents",
            arguments: ["regression", "--output", "r"],
            error: "Error: --output r: something is there already", files: ["r/x": ""]),

        Row(
            status: 1, kind: "no model", arguments: ["logits", "--model", "m"] + ids,
            error: "Error: m: "),
        Row(
            status: 1, kind: "no file of examples", arguments: ["logits", "--model", tiny] + ids,
            error: "Error: x.jsonl: "),
        Row(
            status: 1, kind: "a file with an error", arguments: ["logits", "--model", tiny] + ids,
            error: "Error: x.jsonl, line 1: ", files: ["x.jsonl": "{\"input_ids\": [-1]}"]),
        Row(
            status: 1, kind: "no store", arguments: ["results", "list", "--store", "s.sqlite"],
            error: "Error: s.sqlite: "),
        Row(
            status: 1, kind: "a run folder in use", arguments: train, error: "Error: r: is in use",
            files: ["r/x": ""]),
        Row(
            status: 1, kind: "an output that cannot be written",
            arguments: ["reproduce", "figure2", "--output", "f"], error: "Error: f: ",
            files: ["f": ""]),
        Row(
            status: 1, kind: "a check that failed", arguments: ["doctor", "--model", "m"], error: ""
        ),

        Row(
            status: 130, kind: "SIGINT", arguments: train + endless,
            error: "stopped by Ctrl-C; go on with: ft-mmlu train --resume r", signal: SIGINT),
        Row(
            status: 143, kind: "SIGTERM", arguments: train + endless,
            error: "stopped by SIGTERM; go on with: ft-mmlu train --resume r", signal: SIGTERM),
    ]

    private static let ids = ["--examples", "x.jsonl", "--output", "l.safetensors"]
    private static let endless = ["--epochs", "100000", "--store", "none", "--quiet"]

    @Test(arguments: rows)
    func `each kind of end has its code, and an error one line`(row: Row) throws {
        try Fixture.withTemporaryFolder { folder in
            for (path, text) in row.files {
                let url = URL(filePath: folder + "/" + path)
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try text.write(to: url, atomically: false, encoding: .utf8)
            }
            let ending =
                if let signal = row.signal {
                    try Program.run(
                        row.arguments, in: folder, of: "r/metrics.jsonl", then: signal)
                } else {
                    try Program.run(row.arguments, in: folder)
                }
            #expect(ending.status == row.status, "\(ending.errors)")
            #expect(ending.firstError.hasPrefix(row.error), "\(ending.errors)")
            #expect(ending.errors.isEmpty == row.error.isEmpty, "\(ending.errors)")
            // ArgumentParser adds the usage to its own messages.
            let isParsers = ["Unknown option", "Missing "].contains {
                row.error.hasPrefix("Error: \($0)")
            }
            if row.status != 0, !row.error.isEmpty, !isParsers {
                #expect(ending.errors.split(separator: "\n").count == 1, "\(ending.errors)")
            }
        }
    }

    @Test func `every code of the documentation has a row`() throws {
        let page = try String(
            contentsOf: Fixture.repository.appendingPathComponent("docs/runs.md"), encoding: .utf8)
        let table = try #require(page.components(separatedBy: "| Status | Meaning |\n").last)
        let codes = table.split(separator: "\n").dropFirst().prefix { $0.hasPrefix("| ") }
            .compactMap { $0.dropFirst(2).split(separator: " ").first }.compactMap { Int32($0) }
        // Status 141 needs a pipe: BrokenStreamTests.
        #expect(Set(codes) == Set(Self.rows.map(\.status) + [141]))
    }
}
