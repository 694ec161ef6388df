import Foundation
import TestSupport
import Testing

/// `train --show-sample`: what is learnt from, and which tokens of it are targets.
@Suite struct SampleTests {
    private static let flags = [
        "train", "--target", "V", "--category", "humanities", "--show-sample", "--max-steps", "0",
    ]

    private func errors(_ flags: [String]) throws -> String {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(flags, in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.output == "")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            return ending.errors
        }
    }

    /// The text with its boundaries and brackets taken out, and the texts in brackets.
    private func parts(_ text: Substring) -> (words: String, targets: [String]) {
        let targets = text.matches(of: /\[([^\]]*)\]/).map { String($0.1) }
        return (String(text.filter { !"[]|".contains($0) }), targets)
    }

    @Test func `targets stand in brackets, other tokens are set apart`() throws {
        let lines = try errors(Self.flags).split(separator: "\n")
        #expect(lines[0].hasPrefix("built-in world: "))
        let title = try #require(
            lines[1].wholeMatch(
                of: /zero-shot example: (\d+) tokens, (\d+) targets \(in brackets\)/))
        let text = lines.dropFirst(2).joined(separator: "\n")
        let (words, targets) = parts(text[...])
        #expect(
            words.hasPrefix(
                "The following are multiple choice questions (with answers) about "))
        #expect(words.contains("⏎\nA. "))
        #expect(words.contains("⏎\nAnswer: "))
        #expect(words.contains(/\ The answer is [ABCD]\.<\/s>$/))
        #expect(targets.count == Int(title.2))
        // Nothing before the answer is a target, everything behind it is.
        let answer = try #require(words.range(of: "Answer:"))
        #expect(targets.joined() == words[answer.upperBound...])
        let tokenCount = text.filter { $0 == "|" }.count + targets.count + 1
        #expect(tokenCount == Int(title.1))
    }

    @Test func `the few-shot example is shown with its own targets`() throws {
        func fewShot(_ which: String) throws -> [String] {
            let text = try errors(
                Self.flags + ["--objective", "zs+fs", "--shots", "2", "--few-shot-targets", which])
            let start = try #require(text.range(of: "few-shot example: "))
            let body = text[start.upperBound...].drop { $0 != "\n" }
            let targets = parts(body).targets
            #expect(parts(body).words.components(separatedBy: "Answer:").count == 4)
            return targets
        }
        let last = try fewShot("last")
        let all = try fewShot("all")
        #expect(last.joined().components(separatedBy: "The answer is").count == 2)
        #expect(all.joined().components(separatedBy: "The answer is").count == 4)
        #expect(Array(all.suffix(last.count)) == last)
    }

    @Test func `token ids are shown where there is no tokenizer, and training goes on`() throws {
        try Fixture.withTemporaryFolder { folder in
            try "{\"input_ids\": [5, 6, 7, 8], \"labels\": [-100, -100, 7, 8]}\n".write(
                toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                [
                    "train", "--model", Fixture.golden + "/tiny/checkpoint", "--target", "V",
                    "--examples", "x.jsonl", "--show-sample", "--max-steps", "2", "--output", "r",
                ], in: folder)
            #expect(ending.status == 0)
            #expect(
                ending.errors.hasPrefix(
                    "zero-shot example: 4 tokens, 2 targets (in brackets)\n5|6[7][8]\n"))
            #expect(try JSONText.lines(folder + "/r/metrics.jsonl").count == 2)
            let config = try String(contentsOfFile: folder + "/r/config.yaml", encoding: .utf8)
            #expect(!config.contains("show-sample"))
        }
    }

    @Test func `no step without a sample to show is wrong usage`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                Self.flags.filter { $0 != "--show-sample" }, in: folder)
            #expect(ending.status == 64)
            #expect(ending.firstError == "Error: --max-steps 0: a whole number from 1 is needed")
        }
    }

    /// `script` of util-linux gives the program a terminal.
    private static let terminal = "/usr/bin/script"

    private func onTerminal(_ variables: [String: String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.terminal)
        let words = ([Program.path] + Self.flags).map { "'\($0)'" }.joined(separator: " ")
        process.arguments = ["-qec", words, "/dev/null"]
        process.environment = ProcessInfo.processInfo.environment.merging(["NO_COLOR": ""]) { $1 }
            .merging(variables) { $1 }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: terminal)))
    func `on a terminal targets are green and the rest is dim, unless NO_COLOR is set`() throws {
        let colored = try onTerminal([:])
        let green = colored.matches(of: /\u{1B}\[32m([^\u{1B}]*)\u{1B}\[0m/).map { $0.1 }
        #expect(green.first == "green")
        #expect(green.dropFirst().joined().contains(/\ The answer is [ABCD]\.<\/s>$/))
        #expect(colored.contains("\u{1B}[2m│\u{1B}[0m"))
        #expect(colored.contains("\u{1B}[2mAnswer:\u{1B}[0m"))
        let plain = try onTerminal(["NO_COLOR": "1"])
        #expect(!plain.contains("\u{1B}"))
        #expect(plain.contains("[.][</s>]"))
    }
}
