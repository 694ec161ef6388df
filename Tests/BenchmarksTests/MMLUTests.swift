import Basics
import Foundation
import Testing

@testable import Benchmarks

@Suite struct MMLUTests {
    @Test func `subjects are the files present, sorted`() throws {
        let world = try World(["virology": 1, "astronomy": 1, "philosophy": 1], splits: [.test])
        try world.write("notes", to: "test/README.md")
        #expect(try world.dataset.subjects(in: .test) == ["astronomy", "philosophy", "virology"])
        #expect(try world.dataset.subjects(of: .stem, in: .test) == ["astronomy"])
        #expect(try world.dataset.subjects(in: .val) == [])
        #expect(try world.dataset.questions(of: .socialSciences, in: .test) == [])
    }

    @Test func `a question is its row, verbatim`() throws {
        let world = try World()
        try world.write(
            " Why? ,1.0, None ,007,\"a, b\r\nc\",D\r\n\"x\",a,b,c,d,A",
            to: "val/astronomy_val.csv")
        let questions = try world.dataset.questions(of: "astronomy", in: .val)
        #expect(
            questions.first
                == Question(
                    id: QuestionID(subject: "astronomy", split: .val, row: 0), question: " Why? ",
                    choices: ["1.0", " None ", "007", "a, b\r\nc"], answer: .d))
        #expect(questions.map(\.id.row) == [0, 1])
        #expect(
            try world.dataset.question(at: QuestionID(subject: "astronomy", split: .val, row: 1))
                == questions.last)
    }

    @Test(arguments: [
        ("q,a,b,c,d,A\nq,a,b,c,d\n", "row 2: found 5 fields"),
        ("q\n", "row 1: found 1 field"),
        ("question,A,B,C,D,answer\nq,a,b,c,d,A\n", "row 1: the answer is 'answer'"),
        ("q,a,b,c,d,a\n", "row 1: the answer is 'a'"),
        ("q,a,b,c,d,E\n", "row 1: the answer is 'E'"),
        ("q,a,b, ,d,A\n", "row 1: choice 3 of 4 is empty"),
        (",a,b,c,d,A\n", "row 1: the question is empty"),
    ])
    func `a row that is no question is refused`(text: String, found: String) throws {
        let world = try World()
        let file = try world.write(text, to: "dev/virology_dev.csv")
        #expect(
            refusal { try world.dataset.questions(of: "virology", in: .dev) }
                == "\(file.path), \(found); six fields are needed, without a header: question, four"
                + " choices and a letter from A to D")
    }

    @Test func `an empty file is refused when it is needed`() throws {
        let world = try World(["virology": 1, "astronomy": 2], splits: [.test, .dev])
        let file = try world.write("", to: "dev/virology_dev.csv")
        let error = #expect(throws: (any Error).self) {
            try world.dataset.questions(of: "virology", in: .dev)
        }
        #expect(
            error.map { "\($0)" }
                == "\(file.path): is empty; a CSV file is needed: copy or download the file again")
        #expect(throws: (any Error).self) { try world.dataset.questions(of: .other, in: .dev) }
        #expect(try world.dataset.questions(of: .stem, in: .dev).count == 2)
    }

    @Test(arguments: ["\n", "\u{feff}\r\n"])
    func `a file without rows is refused when it is needed`(text: String) throws {
        let world = try World(["virology": 1, "astronomy": 2], splits: [.test, .dev])
        let file = try world.write(text, to: "dev/virology_dev.csv")
        let words =
            "\(file.path): has no rows; the dev questions of virology are needed, or no such"
            + " file"
        #expect(refusal { try world.dataset.questions(of: "virology", in: .dev) } == words)
        #expect(refusal { try world.dataset.questions(of: .other, in: .dev) } == words)
        #expect(try world.dataset.questions(of: .stem, in: .dev).count == 2)
        #expect(try world.dataset.questions(of: "virology", in: .test).count == 1)
    }

    @Test func `a missing file is refused when it is needed`() throws {
        let world = try World(["virology": 1], splits: [.test])
        let path = world.folder.appending(path: "dev/virology_dev.csv").path
        #expect(
            refusal { try world.dataset.questions(of: "virology", in: .dev) }
                == "\(path): is not there, or cannot be read; the dev questions of virology are"
                + " needed")
    }

    @Test func `a row that is not there is refused`() throws {
        let world = try World(["virology": 2], splits: [.test])
        let id = QuestionID(subject: "virology", split: .test, row: 2)
        let path = world.dataset.file(of: "virology", in: .test).path
        #expect(
            refusal { try world.dataset.question(at: id) }
                == "\(path): has 2 rows; row 2, counted from 0, is needed")
    }

    @Test func `a folder without splits is refused`() throws {
        let world = try World()
        #expect(
            refusal { try world.dataset.subjects(in: .test) }
                == "\(world.folder.path): has no folder dev, val or test; MMLU's files are needed,"
                + " such as test/philosophy_test.csv")
    }

    @Test(arguments: [
        ("virolgy_test.csv", "subject 'virolgy' is none of MMLU's 57; did you mean 'virology'?"),
        ("virology.csv", "the name does not end in '_test.csv'"),
    ])
    func `a file of no subject is refused`(name: String, found: String) throws {
        let world = try World()
        let file = try world.write("", to: "test/\(name)")
        #expect(refusal { try world.dataset.subjects(in: .test) } == "\(file.path): \(found)")
    }

    @Test func `with all 57 subjects the counts must be the published ones`() throws {
        let world = try World(
            Dictionary(uniqueKeysWithValues: Subjects.all.map { ($0.name, 5) }), splits: [.dev])
        #expect(try world.dataset.questions(of: .stem, in: .dev).count == 90)
        let file = try world.write("q,a,b,c,d,A\n", to: "dev/virology_dev.csv")
        #expect(
            refusal { try world.dataset.questions(of: "virology", in: .dev) }
                == "\(file.path): has 1 rows; in a folder with all 57 subjects the published file is"
                + " needed, which has 5")
        // With one subject less it is a set of its own.
        try FileManager.default.removeItem(at: world.dataset.file(of: "astronomy", in: .dev))
        #expect(try world.dataset.questions(of: "virology", in: .dev).count == 1)
    }
}
