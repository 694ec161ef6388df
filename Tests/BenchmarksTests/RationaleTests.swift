import Foundation
import Testing

@testable import Benchmarks

@Suite struct RationaleTests {
    private let world: World

    init() throws { world = try World(["philosophy": 4, "virology": 3]) }

    private func row(
        _ subject: String, _ number: Int, _ rationale: String?, accepted: Bool = true
    ) -> RationaleRow {
        RationaleRow(
            question: World.question(subject, .val, number), rationale: rationale, teacher: "me",
            accepted: accepted)
    }

    private func write(_ rows: [RationaleRow]) throws -> URL {
        let lines = try rows.map { try $0.jsonLine() + "\n" }
        return try world.write(lines.joined(), to: "rationales.jsonl")
    }

    @Test func `a row is one line of JSON and reads the same`() throws {
        let written = row("philosophy", 1, "Café / \"tea\"\nfirst.")
        #expect(
            try written.jsonLine()
                == #"{"accepted":true,"answer":"B","choices":["one","two","three","four"],"#
                + #""question":"philosophy val 1?","rationale":"Café / \"tea\"\nfirst.","row":1,"#
                + #""split":"val","subject":"philosophy","teacher":"me"}"#)
        #expect(try RationaleFile.read(write([written])) == [written])
    }

    private let right =
        #"{"subject":"virology","split":"dev","question":"q","choices":["a","b","c","d"],"#
        + #""answer":"C","row":0,"accepted":true}"#

    @Test func `rationale, teacher and accepted may be missing, and notes of origin there`() throws
    {
        let file = try world.write(
            """
            {"subject":"virology","split":"dev","row":0,"question":"q","choices":["a","b","c","d"],\
            "answer":"C","rationale":null,"model":"m-1","attempt":0,"seconds":0.5}

            """, to: "r.jsonl")
        let rows = try RationaleFile.read(file)
        #expect(rows.map(\.question.answer) == [.c])
        #expect(rows.first?.accepted == true)
        #expect(rows.first?.rationale == nil)
    }

    @Test func `a file that an editor wrote is read`() throws {
        let file = try world.write(
            "\u{feff}\r\n\(right)\r\n \t\r\n\(right)\r\n", to: "r.jsonl")
        #expect(try RationaleFile.read(file).count == 2)
        let texts = try world.write(
            "\u{feff}{\"virology\": \"x\"}\r\n", to: "t.json")
        // It is taken for texts by subject.
        #expect(
            refusal { try RationaleIndex(files: [texts]) }?.contains("the text for virology")
                == true)
    }

    @Test(arguments: [
        (#""row":0,"#, "", "'row' is missing; a whole number from 0 is needed"),
        (#""row":0"#, #""row":-1"#, "'row' is the number -1; a whole number from 0 is needed"),
        (
            "accepted", "acepted",
            "has the unknown key 'acepted'; did you mean 'accepted'? the known keys are subject, "
                + "split, row, question, choices, answer, rationale, teacher, accepted, attempt, "
                + "completion_tokens, hint, key, model, prompt_hash, prompt_tokens, reason, seconds, "
                + "time, usage_is_bound"
        ),
        (":true", #":"false""#, "'accepted' is the text 'false'; true or false is needed"),
        (":true", ":null", "'accepted' is null; true or false is needed"),
        (":true", #":true,"rationale":7"#, "'rationale' is the number 7; a text is needed"),
        (#""b","#, "2,", "'choices' has the number 2 at index 1; an array of texts is needed"),
        (
            #""row":0"#, #""row":"0""#,
            "'row' is the text '0'; a whole number from 0 is needed"
        ),
        ("dev", "train", "'split' is the text 'train'; one of dev, val, test is needed"),
        (#""C""#, #""E""#, "'answer' is the text 'E'; one of A, B, C, D is needed"),
        (#","d""#, "", "'choices' has 3 texts; 4 are needed"),
        ("virology", "virolgy", "subject 'virolgy' is none of MMLU's 57; did you mean 'virology'?"),
        (
            "{", "",
            "is not JSON: in column 10 more text follows the value; one JSON value a line is needed"
        ),
        (
            #""row":0,"#, #""row":0,,"#,
            "is not JSON: in column 101 a name in quotes is missing; one JSON value a line is needed"
        ),
        (
            #""row":0,"#, #""row":NaN,"#,
            "is not JSON: in column 99 NaN is no number in JSON; a finite number or null is needed; "
                + "one JSON value a line is needed"
        ),
    ])
    func `a wrong line is refused with its number`(part: String, other: String, found: String)
        throws
    {
        var wrong = right.replacing(part, with: other)
        wrong = wrong.replacing(#""C",,"#, with: #""C","#)
        let file = try world.write("\(right)\n\n\(wrong)\n", to: "r.jsonl")
        #expect(refusal { try RationaleFile.read(file) } == "\(file.path), line 3: \(found)")
    }

    @Test func `a last line torn in writing is dropped, and no other`() throws {
        let line = try row("virology", 0, "So.").jsonLine()
        let torn = try world.write(line + "\n" + line.prefix(40), to: "torn.jsonl")
        #expect(try RationaleFile.read(torn).count == 1)
        let whole = try world.write(line + "\n" + line, to: "whole.jsonl")
        #expect(try RationaleFile.read(whole).count == 2)
        let ended = try world.write(line + "\n" + line.prefix(40) + "\n", to: "ended.jsonl")
        #expect(
            refusal { try RationaleFile.read(ended) }
                == "\(ended.path), line 2: is not JSON: in column 41 the text ends before its value "
                + "does; one JSON value a line is needed")
    }

    @Test func `a missing file is refused`() {
        let file = world.folder.appending(path: "none.jsonl")
        #expect(
            refusal { try RationaleFile.read(file) }
                == "\(file.path): is not there, or cannot be read; JSON lines with the fields subject,"
                + " split, row, question, choices, answer, rationale, teacher, accepted are"
                + " needed")
    }

    @Test func `a rationale is found by content, wherever the question stands`() {
        let book = RationaleIndex(rows: [row("virology", 1, " It follows.\n")])
        var question = World.question("virology", .val, 1)
        question.id = QuestionID(subject: "virology", split: .test, row: 7)
        question.question = question.question.uppercased()
        #expect(book.rationale(for: question) == "It follows.")
        // The place without the content is nothing.
        question.question += "?"
        question.id = QuestionID(subject: "virology", split: .val, row: 1)
        #expect(book.rationale(for: question) == nil)
    }

    @Test func `rejected, empty and contrary rationales are not used, and the last counts`() {
        let book = RationaleIndex(rows: [
            row("virology", 0, "Old."), row("virology", 0, "New."),
            row("virology", 0, "Rejected.", accepted: false), row("virology", 0, " "),
            row("virology", 1, "Rejected.", accepted: false), row("virology", 2, nil),
        ])
        #expect(book.count == 1)
        #expect(book.rejectedCount == 2)
        var question = World.question("virology", .val, 0)
        #expect(book.rationale(for: question) == "New.")
        question.answer = .d
        #expect(book.rationale(for: question) == nil)
    }

    @Test func `the same question with another answer keeps a rationale of its own`() {
        var other = World.question("anatomy", .val, 0)
        other.question = World.question("virology", .val, 0).question
        other.choices = World.question("virology", .val, 0).choices
        other.answer = .d
        let book = RationaleIndex(rows: [
            row("virology", 0, "One."),
            RationaleRow(question: other, rationale: "Two.", teacher: nil, accepted: true),
        ])
        #expect(book.rationale(for: World.question("virology", .val, 0)) == "One.")
        #expect(book.rationale(for: other) == "Two.")
    }

    @Test func `later files come before earlier ones`() throws {
        let first = try write([row("virology", 0, "One."), row("virology", 1, "Two.")])
        let second = try world.write(try row("virology", 0, "Three.").jsonLine(), to: "b.jsonl")
        let book = try RationaleIndex(files: [first, second])
        #expect(book.rationale(for: World.question("virology", .val, 0)) == "Three.")
        #expect(book.rationale(for: World.question("virology", .val, 1)) == "Two.")
    }

    @Test func `a book leaves out what a teacher thought`() {
        let book = RationaleIndex(rows: [
            row("philosophy", 0, "<think>\nIs it A?\n</think>\n\nIt floats."),
            row("philosophy", 1, "Is it A?\n</think>It sinks."),
            row("philosophy", 2, "<think>It sinks.</think>"),
            row("philosophy", 3, "<think>It sinks."),
        ])
        #expect(book.count == 2)
        let texts = (0..<4).map { book.rationale(for: World.question("philosophy", .val, $0)) }
        #expect(texts == ["It floats.", "It sinks.", nil, nil])
    }
}
