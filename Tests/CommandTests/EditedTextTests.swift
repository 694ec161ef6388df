import Foundation
import TestSupport
import Testing

/// Text files as editors write them, given to the commands that read them.
@Suite struct EditedTextTests {
    /// A file, and a command that reads it and prints or writes something of it.
    struct Reader: CustomTestStringConvertible, Sendable {
        let file: String
        let text: String
        let arguments: [String]
        /// What the command writes; nil is its output.
        var result: String?

        var testDescription: String { file }
    }

    private static let training = [
        "train", "--target", "V", "--store", "none", "--no-eval", "--quiet", "--output", "r",
    ]
    private static let pocket = training + ["--category", "humanities", "--max-steps", "2"]
    private static let question =
        #"{"subject": "philosophy", "split": "dev", "row": 0, "question": "q", "#
        + #""choices": ["a", "b", "c", "d"], "answer": "A", "rationale": "So."}"# + "\n"

    static let readers = [
        Reader(
            file: "x.jsonl", text: "{\"input_ids\": [1, 2, 3]}\n{\"input_ids\": [4, 5, 6, 7]}\n",
            arguments: training + [
                "--model", Fixture.golden + "/tiny/checkpoint", "--examples", "x.jsonl", "--dtype",
                "fp32",
            ], result: "r/metrics.jsonl"),
        Reader(
            file: "c.yaml", text: "rank: 2\nseed: 3\n",
            arguments: pocket + ["--config", "c.yaml"],
            result: "r/metrics.jsonl"),
        Reader(
            file: "rows.csv",
            text: "subject,split,row\nphilosophy,dev,0\nphilosophy,dev,1\n",
            arguments: pocket + ["--train-rows", "rows.csv"], result: "r/metrics.jsonl"),
        Reader(
            file: "rows.jsonl", text: question + question.replacing("\"q\"", with: "\"p\""),
            arguments: pocket + ["--train-rows", "rows.jsonl"], result: "r/metrics.jsonl"),
        Reader(
            file: "own.jinja", text: "<s>\n{{ messages[0].content }}\n",
            arguments: pocket + ["--prompt", "chat", "--chat-template", "own.jinja"],
            result: "r/metrics.jsonl"),
        Reader(
            file: "lines.txt", text: "Answer it.\n\nSo.\n",
            arguments: pocket + ["--prompt", "authors", "--prompt-file", "lines.txt"],
            result: "r/metrics.jsonl"),
        Reader(
            file: "t.csv",
            text: "figure,curve,d,m,n,sigma2,w,task,quantity,value\n"
                + "fig2,full fine-tuned (15),5,,0,0.1,1,+theta0,error,0.1\n",
            arguments: ["theory", "table", "--input", "t.csv"]),
        Reader(
            file: "s.txt", text: "2, 0\n0\t0.5\n",
            arguments: ["theory", "optimum", "--covariance", "s.txt"]),
        Reader(
            file: "p.csv",
            text: "subject,row,gold,one,two\nphilosophy,0,A,A,B\nphilosophy,1,B,B,B\n",
            arguments: ["results", "import", "p.csv", "--split", "test"]),
    ]

    private func run(_ reader: Reader, on text: String) throws -> String {
        try Fixture.withTemporaryFolder { folder in
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + reader.file))
            let ending = try Program.run(reader.arguments, in: folder)
            try #require(ending.status == 0, "\(ending.errors)")
            guard let result = reader.result else { return ending.output }
            let lines = try String(contentsOfFile: folder + "/" + result, encoding: .utf8)
            // Times differ.
            return lines.replacing(/"(seconds|time|tokens_per_second)[a-z_]*": [^,}]*/, with: "")
        }
    }

    @Test(arguments: readers)
    func `a byte order mark, carriage returns and blank lines change nothing`(
        reader: Reader
    ) throws {
        let plain = try run(reader, on: reader.text)
        #expect(!plain.isEmpty)
        // In a prompt or a template a blank line is text.
        let isText = ["lines.txt", "own.jinja"].contains(reader.file)
        let ends = reader.text.replacing("\n", with: isText ? "\r\n" : "\r\n\r\n  \r\n")
        #expect(try run(reader, on: "\u{feff}" + (isText ? "" : "\r\n") + ends) == plain)
    }

    /// The first zero-shot loss on these lines.
    private func loss(_ lines: String) throws -> String {
        let reader = Self.readers[0]
        let text = try run(
            Reader(
                file: reader.file, text: "",
                arguments: reader.arguments + [
                    "--epochs", "1", "--batch-size", "2", "--warmup-steps", "0",
                ],
                result: reader.result), on: lines)
        return String(try #require(text.firstMatch(of: /"zero_shot_loss": [0-9.]+/)).output)
    }

    @Test func `padding and masks give the loss of the sequences without them`() throws {
        let first = "{\"input_ids\": [1, 2, 3, 4, 5, 6], \"labels\": [-100, 2, 3, 4, 5, 6]}\n"
        let plain = try loss(
            first + "{\"input_ids\": [7, 8, 9, 10], \"labels\": [-100, 8, 9, 10]}\n")
        for second in [
            "\"input_ids\": [96, 96, 7, 8, 9, 10], \"attention_mask\": [0, 0, 1, 1, 1, 1]",
            "\"input_ids\": [7, 8, 9, 10, 96], \"attention_mask\": [1, 1, 1, 1, 0]",
            "\"input_ids\": [7, 8, 9, 10], \"completion_mask\": [0, 1, 1, 1]",
        ] {
            #expect(try loss(first + "{\(second)}\n") == plain)
        }
        let part = try loss(first + "{\"input_ids\": [7, 8, 9, 10], \"loss_mask\": [0, 0, 1, 1]}\n")
        #expect(part != plain)
    }

    @Test func `lines that were not accepted are not trained on, and counted`() throws {
        try Fixture.withTemporaryFolder { folder in
            let line = Self.question.replacing("}", with: #", "accepted": false}"#)
            let other = Self.question.replacing("\"q\"", with: "\"p\"")
            let run = Self.pocket.filter { $0 != "--quiet" } + ["--train-rows", "rows.jsonl"]
            for (rationales, count) in [("rows.jsonl", 2), ("more.jsonl", 3)] {
                for (name, text) in [("rows.jsonl", line + other + line), ("more.jsonl", line)] {
                    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
                }
                let ending = try Program.run(
                    run + ["--rationales", rationales, "--output", rationales + "-run"], in: folder)
                #expect(ending.status == 0, "\(ending.errors)")
                #expect(
                    ending.errors.contains(
                        "lines of rationales with accepted: false, which are not trained on: "
                            + "\(count)\n"))
                let trained = try JSONText.file(
                    folder + "/\(rationales)-run/adapter/trained_questions.json")
                #expect((trained["content_hashes"] as? [String])?.count == 1)
            }
        }
    }
}
