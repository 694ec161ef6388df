import Foundation
import TestSupport
import Testing

@Suite struct TokenizeTests {
    private func run(_ arguments: [String], _ input: String) throws -> Program.Ending {
        try Program.run(["tokenize"] + arguments, in: NSTemporaryDirectory(), input: input)
    }

    @Test func `ids turned back are the lines`() throws {
        let lines = [
            "What goes with the fox?", "Its home: forest. The answer is A.", "", "ünï 🦊 \"x\"\t\\",
        ]
        let ids = try run([], lines.joined(separator: "\n") + "\n")
        #expect(ids.status == 0)
        #expect(ids.errors == "")
        #expect(ids.output.split(separator: "\n").count == 4)
        let texts = try run(["--decode"], ids.output)
        #expect(texts.status == 0)
        let found = try texts.output.split(separator: "\n").map {
            try JSONDecoder().decode(String.self, from: Data($0.utf8))
        }
        #expect(found == lines)
    }

    /// The tokenizer's ids of its own making: unknown text is 0, the end is 1.
    @Test func `a special token's name is that token, and no other is added`() throws {
        let ending = try run([], "</s>\n</s><unk></s>\n\n")
        #expect(ending.output == "[1]\n[1, 0, 1]\n[]\n")
        #expect(try run(["--decode"], "[1, 0]\n[]\n").output == "\"</s><unk>\"\n\"\"\n")
    }

    @Test func `a start token is put in front where it is wanted`() throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(
                atPath: Fixture.repository.path + "/Tests/Fixtures/tokenizer/split.json",
                toPath: folder + "/tokenizer.json")
            try #"{"bos_token": "<|im_start|>"}"#.write(
                toFile: folder + "/tokenizer_config.json", atomically: false, encoding: .utf8)
            let plain = try run(["--model", folder], "a fox\n<|im_start|>\n").output
            let lines = plain.split(separator: "\n").map(String.init)
            let start = try #require(lines.last).dropFirst().dropLast()
            let first = try #require(lines.first)
            for rule in ["off", "auto"] {
                #expect(
                    try run(["--model", folder, "--bos", rule], "a fox\n").output == first + "\n")
            }
            #expect(
                try run(["--model", folder, "--bos", "on"], "a fox\n").output
                    == "[\(start), " + first.dropFirst() + "\n")
        }
        let refused = try run(["--bos", "on"], "the fox\n")
        #expect(refused.status != 0)
        #expect(
            refused.firstError
                == "Error: --bos on: the tokenizer names no start token; leave it out")
    }

    @Test func `JSON strings may hold line breaks`() throws {
        let ids = try run(["--json"], "\"A\\n\\nB \\\"c\\\"\"\n")
        #expect(ids.status == 0)
        #expect(try run(["--decode"], ids.output).output == "\"A\\n\\nB \\\"c\\\"\"\n")
    }

    @Test func `a byte order mark is none of the text, and blank lines are no JSON`() throws {
        let plain = try run([], "the fox\n\nthe fox\n").output
        #expect(try run([], "\u{feff}the fox\r\n\r\nthe fox\r\n").output == plain)
        for (flag, line) in [("--json", "\"the fox\""), ("--decode", "[1, 0]")] {
            let ending = try run([flag], "\u{feff}\(line)\r\n\r\n \t\n\(line)\n\n")
            #expect(try run([flag], "\(line)\n\(line)\n").output == ending.output)
            #expect(ending.status == 0)
        }
        #expect(
            try run(["--json"], "\n\"a\"\n\nc\n").lastError
                == "Error: standard input, line 4: is not a JSON string")
    }

    @Test func `a model folder may be named`() throws {
        let own = try run([], "the fox\n").output
        #expect(try run(["--model", Fixture.pocket], "the fox\n").output == own)
    }

    @Test func `a wrong line is refused by its number`() throws {
        for (arguments, input, words) in [
            (["--decode"], "[1]\nx\n", "line 2: is not a JSON array of token ids"),
            (["--decode"], "[1.5]\n", "line 1: is not a JSON array of token ids"),
            (["--json"], "\"a\"\n\"b\"\nc\n", "line 3: is not a JSON string"),
        ] {
            let ending = try run(arguments, input)
            #expect(ending.status == 1)
            #expect(ending.errors == "Error: standard input, \(words)\n")
        }
    }

    @Test func `an id outside the vocabulary is refused`() throws {
        let ending = try run(["--decode"], "[99999]\n")
        #expect(ending.status == 1)
        #expect(ending.output == "")
        #expect(ending.firstError.contains("1 ids were to be decoded, but "))
    }

    @Test func `a folder without a tokenizer is refused`() throws {
        let folder = Fixture.golden + "/tiny/checkpoint"
        let ending = try run(["--model", folder], "x\n")
        #expect(ending.status == 1)
        #expect(
            ending.errors
                == "Error: \(folder): a tokenizer was looked for, but the folder has no "
                + "tokenizer.model or tokenizer.json; name the folder of a checkpoint in Hugging "
                + "Face's layout.\n")
    }
}
