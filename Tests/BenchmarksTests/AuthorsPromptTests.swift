import Basics
import Foundation
import Testing

@testable import Benchmarks

/// The layouts of the authors of arXiv 2602.23197, on invented questions, to the byte.
@Suite struct AuthorsPromptTests {
    private let river = Question(
        id: QuestionID(subject: "high_school_geography", split: .test, row: 4),
        question: "Which of these rivers flows north for most of its course?",
        choices: ["Danube", "Nile", "Ganges", "Mekong"], answer: .b)
    private let crust = Question(
        id: QuestionID(subject: "high_school_geography", split: .test, row: 9),
        question: "Which layer lies directly below the Earth's crust?",
        choices: ["Inner core", "Outer core", "Mantle", "Stratosphere"], answer: .c)

    private func instructions() throws -> PromptInstructions {
        try PromptInstructions("Answer it:\n- Reason, then write 'Answer: <choice>'.\n- Look.\n\n")
    }

    private func rationales() -> RationaleIndex {
        RationaleIndex(
            rows: [(river, "The Nile runs north."), (crust, "Below the crust is the mantle.")].map {
                RationaleRow(question: $0, rationale: $1, teacher: nil, accepted: true)
            })
    }

    private func prompt(_ preset: any PromptPreset) throws -> String {
        try PromptPrefix(
            preset, topic: "high school geography", shots: [river], rationales: rationales()
        ).prompt(asking: crust).text
    }

    @Test func `the working repository asks in raw text`() throws {
        let authors = Authors(try instructions())
        #expect(
            try prompt(authors) == """
                Answer it:
                - Reason, then write **'Answer: <choice>'**.
                - Look.

                [Query]
                Subject: high school geography.
                Question: Which of these rivers flows north for most of its course?
                A) Danube
                B) Nile
                C) Ganges
                D) Mekong

                The Nile runs north.

                Answer: B

                [Query]
                Subject: high school geography.
                Question: Which layer lies directly below the Earth's crust?
                A) Inner core
                B) Outer core
                C) Mantle
                D) Stratosphere


                """)
    }

    @Test func `the working repository trains in chat form`() throws {
        let training = Authors(try instructions()).training
        #expect(
            try prompt(training) == """
                <|im_start|>system
                Answer it:
                - Reason, then write 'Answer: <choice>'.
                - Look.

                <|im_end|>
                <|im_start|>user
                [Query]
                Subject: high_school_geography
                Question: Which of these rivers flows north for most of its course?
                A) Danube
                B) Nile
                C) Ganges
                D) Mekong
                The Nile runs north.

                Answer: B

                [Query]
                Subject: high_school_geography
                Question: Which layer lies directly below the Earth's crust?
                A) Inner core
                B) Outer core
                C) Mantle
                D) Stratosphere<|im_end|>
                <|im_start|>assistant

                """)
        #expect(
            training.target(for: crust, rationale: "Below the crust is the mantle.")
                == "Below the crust is the mantle.\n\nAnswer: C<|im_end|>\n")
        #expect(training.target(for: crust, rationale: nil) == "Answer: C<|im_end|>\n")
    }

    @Test func `the published repository repeats the instructions`() throws {
        let published = AuthorsPublished(try instructions())
        let lines = "Answer it:\n- Reason, then write 'Answer: <choice>'.\n- Look."
        #expect(
            try prompt(published) == """
                <|im_start|>system
                You are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>
                <|im_start|>user
                [Query]
                \(lines)

                Subject: high_school_geography
                Question: Which of these rivers flows north for most of its course?
                A) Danube
                B) Nile
                C) Ganges
                D) Mekong

                Reasoning: The Nile runs north.

                Answer: B

                [Query]
                \(lines)

                Subject: high_school_geography
                Question: Which layer lies directly below the Earth's crust?
                A) Inner core
                B) Outer core
                C) Mantle
                D) Stratosphere<|im_end|>
                <|im_start|>assistant

                """)
        #expect(
            published.training.target(for: crust, rationale: "So it is.")
                == "\nReasoning: So it is.\n\nAnswer: C<|im_end|>\n")
    }

    @Test func `a prefix knows where its shots' answers stand`() throws {
        let prefix = PromptPrefix(
            Authors(try instructions()).training, topic: "", shots: [river],
            rationales: rationales())
        let answer = Array(prefix.text.utf8)[try #require(prefix.answerRanges.first)]
        #expect(
            String(decoding: answer, as: UTF8.self) == "\nThe Nile runs north.\n\nAnswer: B")
    }

    @Test func `the hash tells instructions and layouts apart`() throws {
        let other = try PromptInstructions("Answer it.")
        let hashes = [
            Authors(try instructions()).promptHash, Authors(other).promptHash,
            AuthorsPublished(other).promptHash, AuthorsTraining(other).promptHash,
        ]
        #expect(Set(hashes).count == hashes.count)
    }

    @Test func `instructions are needed, and are text`() throws {
        #expect(
            refusal { try Prompts.preset(named: "authors") }
                == "prompt 'authors': has no instructions; a file of them is needed")
        #expect(
            refusal { try PromptInstructions(" \n\n") }
                == "the prompt's instructions: are empty; a line of text is needed")
        let folder = try World().folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "lines.txt")
        try Data([0x41, 0xFF]).write(to: file)
        #expect(
            refusal { try PromptInstructions(file: file.path) }
                == "\(file.path), line 1: is not UTF-8; text in UTF-8 is needed")
        try Data("\u{feff}Answer it.\r\n- So.\r\n".utf8).write(to: file)
        #expect(try PromptInstructions(file: file.path).text == "Answer it.\n- So.")
    }

    @Test(
        arguments: [
            ("Because.\n\nAnswer: C", .c), ("Answer: A\nmore\nAnswer:B", .b),
            ("Answer: Dogs are best", .d), ("answer :\tA", .a), ("Answer: b", nil),
            ("Answer: A\nAnswer: 2", nil), ("Answer: None\nAnswer: C\n", .c),
            ("The answer is C.", nil), ("", nil), ("Answer: A Answer: B", .a),
            ("So Answer:  D.\nthat is all", .d),
        ] as [(String, Letter?)])
    func `answers are read by the authors' rule`(text: String, letter: Letter?) throws {
        #expect(AuthorsReader.letter(in: text) == letter)
        #expect(Authors(try instructions()).letter(in: text) == letter)
    }
}
